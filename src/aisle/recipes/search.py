"""Hyperparameter optimisation: trainings with values drawn from ranges, measured on unseen users.

Random search (Bergstra & Bengio 2012, https://www.jmlr.org/papers/v13/bergstra12a.html): it needs
no knowledge of the model and loses little where few of the hyperparameters matter.
"""

from collections.abc import Mapping

import msgspec
import numpy as np

from aisle.evaluation.splits import personalize
from aisle.recipes.base import Config, Progress, Recipe, TrainingData
from aisle.recipes.training import measure, prepared

METRIC = "normalized_discounted_cumulative_gain_at_25"
"""What is optimised where nothing else is asked for."""
_DIGITS = 6
_WIDE = 100.0
"""From this ratio of its ends on, a range is drawn from by orders of magnitude."""


class Range(msgspec.Struct, frozen=True):
    """Where values of one hyperparameter are drawn from: between two ends, or among `values`."""

    name: str
    lowest: float = 0.0
    highest: float = 0.0
    whole: bool = False
    values: tuple[str, ...] = ()

    def draw(self, chance: np.random.Generator) -> str:
        """One value, as text."""
        if self.values:
            return str(chance.choice(self.values))
        if self.whole:
            return str(int(chance.integers(int(self.lowest), int(self.highest), endpoint=True)))
        if self.lowest > 0 and self.highest / self.lowest >= _WIDE:
            ends = np.log([self.lowest, self.highest])
            return str(round(float(np.exp(chance.uniform(*ends))), _DIGITS))
        return str(round(float(chance.uniform(self.lowest, self.highest)), _DIGITS))


OWN: tuple[Range, ...] = (
    Range("ridge_lambda", 1.0, 1000.0),
    Range("history_length", 5, 100, whole=True),
    Range("popularity_discount_factor", 0.0, 1.0),
    Range("min_cointeraction_count", 1, 10, whole=True),
)
"""What the models here depend on most; searched as well where a recipe has them."""


class Search(msgspec.Struct, frozen=True):
    """How to search: in which ranges, with how many trainings, for the best of which metric."""

    ranges: tuple[Range, ...] = ()
    trials: int = 8
    metric: str = METRIC
    minimise: bool = False


class Found(msgspec.Struct, frozen=True):
    """The best of a search: its value of the metric and the hyperparameters that were drawn."""

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
    """The best hyperparameters among `config`'s own values and those drawn, by the seed.

    The users it is measured on are other ones than those that a training with the same seed
    reports about. Raises ValueError where the interactions are too few.
    """
    whole = prepared(recipe, data, event_type)
    split = personalize(whole.interactions, config.seed + 1)
    part = msgspec.structs.replace(whole, interactions=split.train)
    best: Found | None = None
    for number, drawn in enumerate(_draws(recipe, config, how)):
        progress(number / how.trials, f"training {number + 1} of {how.trials} of the search")
        tried = msgspec.structs.replace(config, hyperparameters={**config.hyperparameters, **drawn})
        model = recipe.fit(part, tried, _part(progress, number, how.trials))
        tried = recipe.tune(model, split.given, tried)
        metrics = measure(recipe.tuned(model, tried), split, recipe.recipe_type)
        value = metrics[how.metric]
        if best is None or (value < best.value if how.minimise else value > best.value):
            best = Found(value, drawn)
    if best is None:
        raise ValueError("A search needs at least one training.")
    return best


def _draws(recipe: Recipe, config: Config, how: Search) -> list[dict[str, str]]:
    """The values of each training: first those that are there, as far as the ranges allow."""
    chance = np.random.default_rng(config.seed)
    given = {one.name for one in how.ranges}
    declared = {one.name for one in recipe.declared}
    own = [one for one in OWN if one.name in declared - given]
    ranges = (*how.ranges, *own)
    first = {
        one.name: config.hyperparameters.get(one.name, one.draw(chance))
        for one in ranges
        if one in own or _holds(one, config.hyperparameters.get(one.name))
    }
    drawn = [{one.name: one.draw(chance) for one in ranges} for _ in range(how.trials)]
    return [{**drawn[0], **first}, *drawn[1:]]


def _holds(one: Range, text: str | None) -> bool:
    """Whether a value lies in a range."""
    if text is None:
        return False
    if one.values:
        return text in one.values
    return one.lowest <= float(text) <= one.highest


def _part(progress: Progress, number: int, trials: int) -> Progress:
    words = f"training {number + 1} of {trials} of the search"
    return lambda share, _words: progress((number + share) / trials, words)
