"""Hyperparameter optimisation: trainings with values from ranges, measured on unseen users.

Values are chosen by a tree-structured Parzen estimator (Bergstra et al. 2011,
https://papers.nips.cc/paper/4443-algorithms-for-hyper-parameter-optimization) and a training that
does worse than the median of the earlier ones on the first of the users is measured no further.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Self

import msgspec
import numpy as np

from aisle.data.interactions import Interactions
from aisle.evaluation.splits import Split, personalize
from aisle.recipes.base import Config, Progress, Recipe, TrainingData
from aisle.recipes.hyperparameters import Range
from aisle.recipes.training import measure, prepared

if TYPE_CHECKING:
    from optuna import Study, Trial

METRIC = "normalized_discounted_cumulative_gain_at_25"
"""What is optimised where nothing else is asked for."""
_WIDE = 100.0
"""From this ratio of its ends on, a range is searched by orders of magnitude."""
_UNGUIDED = 4
"""Trainings with values drawn at random, the first, before the estimator takes over."""
_SHARES = (0.1, 0.3, 1.0)
"""Of the held-out users, after which a training is compared with the earlier ones."""
_FEWEST = 200
"""Held-out users that say enough about a training to end it."""


class Search(msgspec.Struct, frozen=True):
    """How to search: with how many trainings, for the best of which metric."""

    ranges: tuple[Range, ...] = ()
    """Where none is given, those that the recipe declares."""
    trials: int = 8
    metric: str = METRIC
    minimise: bool = False

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
    """
    from optuna.trial import TrialState  # noqa: PLC0415 - serving must not import it

    trainings = _Trainings.of(recipe, data, config, how, event_type)
    ranges = how.ranges or tuple(one.range for one in recipe.declared if one.range is not None)
    study = _study(how, config.seed)
    study.enqueue_trial(_first(ranges, config))
    best: Found | None = None
    refusal = "A search needs at least one training."
    for number in range(how.trials):
        trial = study.ask()
        chosen = {one.name: _suggested(trial, one) for one in ranges}
        try:
            recipe.check({**config.hyperparameters, **chosen})
        except ValueError as error:
            refusal = str(error)
            study.tell(trial, state=TrialState.FAIL)
            continue
        value = trainings.value(chosen, trial, _part(progress, number, how.trials))
        study.tell(trial, value, TrialState.PRUNED if value is None else TrialState.COMPLETE)
        if value is not None and (best is None or how.prefers(value, best.value)):
            best = Found(value, chosen)
    if best is None:
        raise ValueError(refusal)
    return best


class _Trainings(msgspec.Struct, frozen=True):
    """What is the same in every training of a search."""

    recipe: Recipe
    part: TrainingData
    """Learnt from."""
    given: Interactions
    """The histories of the held-out users."""
    splits: list[Split]
    """With a few of the held-out users, with more, and with all of them."""
    config: Config
    metric: str

    @classmethod
    def of(
        cls, recipe: Recipe, data: TrainingData, config: Config, how: Search, event_type: str | None
    ) -> Self:
        whole = prepared(recipe, data, event_type)
        split = personalize(whole.interactions, config.seed + 1)
        part = msgspec.structs.replace(whole, interactions=split.train)
        splits = list(_growing(split, config.seed))
        return cls(recipe, part, split.given, splits, config, how.metric)

    def value(self, chosen: Mapping[str, str], trial: Trial, progress: Progress) -> float | None:
        """The metric over all held-out users, or None where the first say that it is no good."""
        known = {**self.config.hyperparameters, **chosen}
        config = msgspec.structs.replace(self.config, hyperparameters=known)
        progress(0.0, "")
        model = self.recipe.fit(self.part, config, progress)
        config = self.recipe.tune(
            model, msgspec.structs.replace(self.part, interactions=self.given), config
        )
        tuned = self.recipe.tuned(model, config)
        value = None
        for step, split in enumerate(self.splits):
            value = measure(tuned, split, self.recipe.recipe_type, self.part.users)[self.metric]
            trial.report(value, step)
            if split is not self.splits[-1] and trial.should_prune():
                return None
        return value


def _study(how: Search, seed: int) -> Study:
    import optuna  # noqa: PLC0415 - as above

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(
        direction="minimize" if how.minimise else "maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=_UNGUIDED),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_UNGUIDED),
    )


def _growing(split: Split, seed: int) -> Iterator[Split]:
    """A split with its held-out users in growing numbers, all of them at the end."""
    users = np.random.default_rng(seed).permutation(split.users)
    user_of_rows = split.truth.user_of_rows()
    for share in _SHARES:
        asked = users[: round(share * len(users))]
        if len(asked) < min(_FEWEST, len(users)):
            continue
        truth = split.truth.where(np.isin(user_of_rows, asked))
        yield msgspec.structs.replace(split, truth=truth)


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


def _part(progress: Progress, number: int, trials: int) -> Progress:
    words = f"training {number + 1} of {trials} of the search"
    return lambda share, _words: progress((number + share) / trials, words)
