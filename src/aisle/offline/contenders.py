"""Which models take part in a comparison, by name: baselines and recipes."""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from aisle.data.interactions import Interactions
from aisle.offline import baselines
from aisle.offline.baselines import Score
from aisle.recipes.base import Config, Progress, RecipeType, TrainingData
from aisle.recipes.registry import recipes
from aisle.recipes.training import train

Fit = Callable[[Interactions, int, Progress], Score]
"""Learns from interactions with a seed."""


class Contender(msgspec.Struct, frozen=True):
    """A model that takes part."""

    name: str
    fit: Fit
    related: bool = False
    """Whether it is asked about the user's last item rather than the user."""


_BASELINES: Mapping[str, Callable[[Interactions, int], Score]] = {
    "random": baselines.random_order,
    "popularity": baselines.most_popular,
    "recent-popularity": baselines.recently_popular,
    "item-knn": baselines.item_knn,
    "ease": baselines.ease,
}
DEFAULT = (*_BASELINES, "aws-user-personalization")


def contenders(names: tuple[str, ...] = DEFAULT) -> tuple[Contender, ...]:
    """Those of these names, in order. Raises ValueError for a name that is neither a baseline's nor
    a recipe's.
    """
    return tuple(_contender(name) for name in dict.fromkeys(names))


def _contender(name: str) -> Contender:
    if name in _BASELINES:
        return Contender(name, partial(_baseline, name))
    recipe = recipes().get(name)
    if recipe is None:
        known = ", ".join((*_BASELINES, *recipes()))
        raise ValueError(f"No model is called {name}. There are: {known}.")
    related = recipe.recipe_type is RecipeType.RELATED_ITEMS
    return Contender(name, partial(_recipe, name), related)


def _baseline(name: str, data: Interactions, seed: int, progress: Progress) -> Score:
    progress(0.0, "counting")
    return _BASELINES[name](data, seed)


def _recipe(name: str, data: Interactions, seed: int, progress: Progress) -> Score:
    """As CreateSolutionVersion trains it, with default hyperparameters."""
    return train(recipes()[name], TrainingData(data), Config(seed=seed), progress).model.score
