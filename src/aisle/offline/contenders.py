"""Which models take part in a comparison, by name: baselines and recipes."""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from aisle.data.interactions import Interactions
from aisle.offline import baselines
from aisle.offline.fitting import Fit, Fitted, Score
from aisle.recipes.base import Config, Progress, RecipeType, TrainingData
from aisle.recipes.registry import recipes
from aisle.recipes.training import train
from aisle.settings import Settings


class Contender(msgspec.Struct, frozen=True):
    """A model that takes part."""

    name: str
    fit: Fit
    related: bool = False
    """Whether it is asked about the user's last item rather than the user."""
    baseline: bool = False
    """Whether others are held against it."""


_BASELINES: Mapping[str, Callable[[Interactions, int], Score]] = {
    "random": baselines.random_order,
    "popularity": baselines.most_popular,
    "recent-popularity": baselines.recently_popular,
    "item-knn": baselines.item_knn,
    "ease": baselines.ease,
}
BASELINES = tuple(_BASELINES)
DEFAULT = (*BASELINES, "aws-user-personalization")


def contenders(names: tuple[str, ...] = DEFAULT) -> tuple[Contender, ...]:
    """Those of these names, in order. Raises ValueError for a name that is neither a baseline's nor
    a recipe's, and for a recipe that cannot learn from interactions to rank items.
    """
    return tuple(_contender(name) for name in dict.fromkeys(names))


def _contender(name: str) -> Contender:
    if name in _BASELINES:
        return Contender(name, partial(_baseline, name), baseline=True)
    recipe = recipes().get(name)
    if recipe is None:
        known = ", ".join((*_BASELINES, *recipes()))
        raise ValueError(f"No model is called {name}. There are: {known}.")
    if recipe.learns_from != "INTERACTIONS":
        raise ValueError(f"{name} learns from {recipe.learns_from}, which the data do not have.")
    if recipe.recipe_type is RecipeType.USER_SEGMENTATION:
        raise ValueError(f"{name} finds users for an item, not items for a user.")
    related = recipe.recipe_type is RecipeType.RELATED_ITEMS
    return Contender(name, partial(_recipe, name), related)


def _baseline(name: str, data: TrainingData, seed: int, progress: Progress) -> Fitted:
    progress(0.0, "counting")
    return Fitted(_BASELINES[name](data.interactions, seed), data.interactions.items)


def _recipe(name: str, data: TrainingData, seed: int, progress: Progress) -> Fitted:
    """As CreateSolutionVersion trains it, with default hyperparameters."""
    config = Config(seed=seed, most_positions=Settings().transformer_positions)
    trained = train(recipes()[name], data, config, progress)
    chosen = " ".join(f"{key}={value}" for key, value in trained.config.hyperparameters.items())
    return Fitted(trained.model.score, trained.model.items, chosen, newcomers=True)
