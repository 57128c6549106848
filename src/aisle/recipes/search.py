"""Hyperparameter optimisation: trainings with values from ranges, measured on unseen users.

Values are chosen by a tree-structured Parzen estimator (Bergstra et al. 2011,
https://papers.nips.cc/paper/4443-algorithms-for-hyper-parameter-optimization) and a training that
does worse than the median of the earlier ones on the first of the users is measured no further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from aisle.recipes.base import Config, Progress, Recipe, TrainingData
from aisle.recipes.hyperparameters import Range
from aisle.recipes.trial import Chosen, GivesUp, Trainings
from aisle.recipes.trial_processes import side_by_side

if TYPE_CHECKING:
    from optuna import Study, Trial

METRIC = "normalized_discounted_cumulative_gain_at_25"
"""What is optimised where nothing else is asked for."""
_WIDE = 100.0
"""From this ratio of its ends on, a range is searched by orders of magnitude."""
_UNGUIDED = 4
"""Trainings with values drawn at random, the first, before the estimator takes over."""


class Search(msgspec.Struct, frozen=True):
    """How to search: with how many trainings, for the best of which metric."""

    ranges: tuple[Range, ...] = ()
    """Where none is given, those that the recipe declares."""
    trials: int = 8
    metric: str = METRIC
    minimise: bool = False
    parallel: int = 1
    """How many trainings are chosen before the first of them is measured, and run at a time."""

    def prefers(self, value: float, other: float) -> bool:
        """Whether a value of the metric is better than another."""
        return value < other if self.minimise else value > other


class Found(msgspec.Struct, frozen=True):
    """The best of a search: its value of the metric and the hyperparameters that were chosen."""

    value: float
    chosen: Mapping[str, str]


def search(  # noqa: PLR0917 - as `train`, and how to search
    recipe: Recipe,
    data: TrainingData,
    config: Config,
    how: Search,
    progress: Progress,
    event_type: str | None = None,
) -> Found:
    """The best hyperparameters among `config`'s own values and those that are tried, by the seed.

    The first training has `config`'s values as far as the ranges hold them, so that nothing worse
    than these is found. The users it is measured on are other ones than those that a training with
    the same seed reports about. Raises ValueError where the interactions are too few, or where the
    recipe refuses the values of every training.

    `how.parallel` trainings are chosen together, from those that ended before, and all of them are
    waited for: so which values are tried, and which trainings are given up, depends on the seed and
    on that number, not on the machine's cores or on who is done first. Only what a training itself
    computes may differ, in the last digits, with the threads that compute it. Another number is
    another search.
    """
    from optuna.trial import TrialState  # noqa: PLC0415 - serving must not import it

    trainings = Trainings.of(recipe, data, config, how.metric, event_type)
    ranges = how.ranges or tuple(one.range for one in recipe.declared if one.range is not None)
    study = _study(how, config.seed)
    study.enqueue_trial(_first(ranges, config))
    best: Found | None = None
    refusal = "A search needs at least one training."
    with side_by_side(trainings, min(how.parallel, how.trials)) as values_of:
        for first in range(0, how.trials, how.parallel):
            asked = [study.ask() for _ in range(min(how.parallel, how.trials - first))]
            several = []
            for trial in asked:
                chosen = {one.name: _suggested(trial, one) for one in ranges}
                try:
                    recipe.check({**config.hyperparameters, **chosen})
                except ValueError as error:
                    refusal = str(error)
                    study.tell(trial, state=TrialState.FAIL)
                else:
                    several.append((trial, chosen))
            part = _part(progress, first, len(asked), how.trials)
            values = values_of([chosen for _, chosen in several], _judge(several), part)
            for (trial, chosen), value in zip(several, values, strict=True):
                study.tell(
                    trial, value, TrialState.PRUNED if value is None else TrialState.COMPLETE
                )
                if value is not None and (best is None or how.prefers(value, best.value)):
                    best = Found(value, chosen)
    if best is None:
        raise ValueError(refusal)
    return best


def _judge(several: Sequence[tuple[Trial, Chosen]]) -> GivesUp:
    """Whether a training does worse than the earlier ones did with as many users."""

    def gives_up(number: int, step: int, value: float) -> bool:
        trial, _ = several[number]
        trial.report(value, step)
        return trial.should_prune()

    return gives_up


def _study(how: Search, seed: int) -> Study:
    import optuna  # noqa: PLC0415 - as above

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(
        direction="minimize" if how.minimise else "maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=_UNGUIDED),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_UNGUIDED),
    )


def _first(ranges: tuple[Range, ...], config: Config) -> dict[str, float | int | str]:
    """`config`'s own values, as far as the ranges hold them."""
    given = {one: config.hyperparameters.get(one.name) for one in ranges}
    return {
        one.name: text if one.values else int(text) if one.whole else float(text)
        for one, text in given.items()
        if text is not None and one.holds(text)
    }


def _suggested(trial: Trial, one: Range) -> str:
    """A value of the range, as text."""
    if one.values:
        return str(trial.suggest_categorical(one.name, one.values))
    wide = one.lowest > 0 and one.highest / one.lowest >= _WIDE
    if one.whole:
        ends = int(one.lowest), int(one.highest)
        return str(trial.suggest_int(one.name, *ends, log=wide))
    return str(trial.suggest_float(one.name, one.lowest, one.highest, log=wide))


def _part(progress: Progress, first: int, count: int, trials: int) -> Progress:
    """Progress of trainings that run together, as a stretch of the search's."""
    which = f"training {first + 1}" if count == 1 else f"trainings {first + 1} to {first + count}"
    words = f"{which} of {trials} of the search"
    return lambda share, _words: progress((first + share * count) / trials, words)
