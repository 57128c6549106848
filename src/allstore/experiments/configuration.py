"""Which experiments run, as `experiments.json` says."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

FILE = "experiments.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LONGEST_WINDOW = 30 * 24 * 60


class ConfigurationError(ValueError):
    """The file does not say what can run; the message names the field, the rule and the value."""


class Kind(StrEnum):
    AB = "ab"
    INTERLEAVING = "interleaving"
    BANDIT = "bandit"


class Unit(StrEnum):
    """What is assigned to a variation and stays with it."""

    VISIT = "visit"
    SHOPPER = "shopper"


class Action(StrEnum):
    """What a visitor may do with a product of the list."""

    CLICK = "click"
    ADD_TO_CART = "add_to_cart"
    PURCHASE = "purchase"


class Variation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    recommender: str
    """A name that the list of the feature knows, or an ARN of a recommender or campaign."""
    share: float = 1.0
    """Weight among the variations; an interleaving or a bandit has no use for it."""


class Experiment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question about one list of the shop. The first variation is the control."""

    name: str
    feature: str
    """The list, such as `home`."""
    kind: Kind
    variations: tuple[Variation, ...]
    metric: Action = Action.CLICK
    """What counts as success: a participant did this with a product of the list."""
    unit: Unit = Unit.VISIT
    traffic: float = 1.0
    """Share of the units that take part; the others see what the shop shows without it."""
    window_minutes: int = 60
    """For how long after a list was shown what is done with its products is owed to it."""
    salt: str = ""
    """Change it to draw all assignments anew."""
    running: bool = True

    @property
    def control(self) -> Variation:
        return self.variations[0]

    @property
    def shares(self) -> tuple[float, ...]:
        """Of the variations, in their order; they sum to 1."""
        total = math.fsum(variation.share for variation in self.variations)
        return tuple(variation.share / total for variation in self.variations)

    def variation(self, name: str) -> Variation | None:
        return next((each for each in self.variations if each.name == name), None)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    experiments: tuple[Experiment, ...]


def read_experiments(
    data_dir: Path, recommenders: Mapping[str, Sequence[str]]
) -> tuple[Experiment, ...]:
    """The experiments of `experiments.json` in `data_dir`, none where there is no such file.

    `recommenders` are the features of the shop and the names of recommenders that each knows.
    Raises ConfigurationError.
    """
    path = data_dir / FILE
    if not path.exists():
        return ()
    try:
        experiments = msgspec.json.decode(path.read_bytes(), type=_File).experiments
    except msgspec.DecodeError as error:
        raise ConfigurationError(f"{FILE}: {error}") from error
    for at, experiment in enumerate(experiments):
        _check(experiment, f"{FILE}: experiments[{at}]", recommenders)
    _once([each.name for each in experiments], f"{FILE}: name")
    running = [each.feature for each in experiments if each.running]
    _once(running, f"{FILE}: feature of the running experiments")
    return experiments


def _check(experiment: Experiment, at: str, recommenders: Mapping[str, Sequence[str]]) -> None:
    _named(experiment.name, f"{at}.name")
    _one_of(experiment.feature, recommenders, f"{at}.feature")
    _within(experiment.traffic, 0, 1, f"{at}.traffic")
    _within(experiment.window_minutes, 0, _LONGEST_WINDOW, f"{at}.window_minutes")
    count = len(experiment.variations)
    if experiment.kind is Kind.INTERLEAVING and count != 2:  # noqa: PLR2004 - two teams
        raise ConfigurationError(f"{at}.variations must be two to be interleaved, not {count}.")
    if count < 2:  # noqa: PLR2004 - there is nothing to compare
        raise ConfigurationError(f"{at}.variations must be two or more, not {count}.")
    for number, variation in enumerate(experiment.variations):
        here = f"{at}.variations[{number}]"
        _named(variation.name, f"{here}.name")
        if not variation.recommender.startswith("arn:"):
            known = recommenders[experiment.feature]
            _one_of(variation.recommender, known, f"{here}.recommender", "or an ARN")
        _within(variation.share, 0, math.inf, f"{here}.share")
    _once([each.name for each in experiment.variations], f"{at}.variations: name")


def _named(value: str, field: str) -> None:
    if not _NAME.fullmatch(value):
        rule = "must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen first"
        raise ConfigurationError(f"{field} {rule}, not {value!r}.")


def _one_of(value: str, known: Iterable[str], field: str, more: str = "") -> None:
    known = list(known)
    if value not in known:
        rule = " ".join(filter(None, ["must be one of", ", ".join(known), more]))
        raise ConfigurationError(f"{field} {rule}, not {value!r}.")


def _within(value: float, above: float, most: float, field: str) -> None:
    if not (above < value <= most and math.isfinite(value)):
        rule = f"above {above:g}" + (f" and at most {most:g}" if most < math.inf else "")
        raise ConfigurationError(f"{field} must be {rule}, not {value:g}.")


def _once(values: Sequence[str], field: str) -> None:
    twice = {value for value in values if values.count(value) > 1}
    if twice:
        raise ConfigurationError(f"{field} must not be there twice: {min(twice)!r}.")
