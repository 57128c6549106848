"""Every recipe by name: the built-in ones and those that other distributions bring.

A distribution adds its own by an entry point of group `aisle.recipes` that names a `Recipe` object.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from aisle.recipes.base import Recipe
from aisle.recipes.custom import CUSTOM
from aisle.recipes.domains import ECOMMERCE, VIDEO_ON_DEMAND

ARN_PREFIX = "arn:aws:personalize:::recipe/"
ENTRY_POINTS = "aisle.recipes"


@cache
def recipes() -> Mapping[str, Recipe]:
    """Recipes by name. A built-in name cannot be taken: ValueError names the entry point."""
    found = {recipe.name: recipe for recipe in (*CUSTOM, *ECOMMERCE, *VIDEO_ON_DEMAND)}
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
