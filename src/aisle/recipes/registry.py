"""Every recipe by name: the built-in ones and those that other distributions bring.

A distribution adds its own by an entry point of group `aisle.recipes` that names a `Recipe` object.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from aisle.recipes.base import Recipe, RecipeType
from aisle.recipes.cooccurrence_recipe import SIMILAR_ITEMS, SIMS, CooccurrenceRecipe
from aisle.recipes.next_item_recipe import NextItemRecipe
from aisle.recipes.popularity import PopularityRecipe

ARN_PREFIX = "arn:aws:personalize:::recipe/"
ENTRY_POINTS = "aisle.recipes"

_BUILT_IN: tuple[Recipe, ...] = (
    NextItemRecipe(
        name="aws-user-personalization",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="Predicts the items a user will interact with next, from the order of events.",
    ),
    NextItemRecipe(
        name="aws-personalized-ranking",
        recipe_type=RecipeType.PERSONALIZED_RANKING,
        description="Puts a list of items in the order in which a user is likely to want them.",
    ),
    NextItemRecipe(
        name="aws-ecomm-recommended-for-you",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="Recommends items to a shopper by what the shopper viewed and bought.",
        domain="ECOMMERCE",
        taken_by="purchase",
        shows_scores=False,
    ),
    CooccurrenceRecipe(
        name="aws-sims",
        description="Finds items that the same users interact with.",
        declared=SIMS,
    ),
    CooccurrenceRecipe(
        name="aws-similar-items",
        description="Finds items that the same users interact with, popular ones first.",
        declared=SIMILAR_ITEMS,
    ),
    PopularityRecipe(
        name="aws-popularity-count",
        description="Recommends the items that most users interacted with.",
    ),
    PopularityRecipe(
        name="aws-ecomm-popular-items-by-views",
        description="Recommends the items that most shoppers viewed.",
        domain="ECOMMERCE",
        event_type="View",
    ),
    PopularityRecipe(
        name="aws-ecomm-popular-items-by-purchases",
        description="Recommends the items that most shoppers bought.",
        domain="ECOMMERCE",
        event_type="Purchase",
    ),
)


@cache
def recipes() -> Mapping[str, Recipe]:
    """Recipes by name. A built-in name cannot be taken: ValueError names the entry point."""
    found = {recipe.name: recipe for recipe in _BUILT_IN}
    for entry in entry_points(group=ENTRY_POINTS):
        recipe: Recipe = entry.load()
        if recipe.name in found:
            raise ValueError(f"Entry point {entry.value} brings a second recipe {recipe.name}")
        found[recipe.name] = recipe
    return MappingProxyType(found)


def by_arn(arn: str) -> Recipe:
    """The recipe behind an ARN of the service's form. Raises KeyError where there is none."""
    if not arn.startswith(ARN_PREFIX):
        raise KeyError(arn)
    return recipes()[arn.removeprefix(ARN_PREFIX)]
