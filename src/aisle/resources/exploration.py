"""How much a campaign or recommender explores.

https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-new-item-USER_PERSONALIZATION.html
"""

from collections.abc import Mapping

from aisle.recipes.base import Recipe
from aisle.records.errors import InvalidInputException

INFLUENCED = "aws-semantic-similarity"
"""The recipe whose answers a `rankingInfluence` weighs."""

_DEFAULTS = {"explorationWeight": "0.3", "explorationItemAgeCutOff": "30"}


def checked_exploration(recipe: Recipe, given: Mapping[str, str] | None) -> dict[str, str] | None:
    """The exploration with the defaults filled in; None for a recipe that does not explore.

    Raises InvalidInputException for a key, a number or a recipe that cannot be.
    """
    if not recipe.explores:
        if given:
            raise InvalidInputException(
                f"itemExplorationConfig cannot be set: the recipe {recipe.name} does not explore."
            )
        return None
    for name, text in (given or {}).items():
        if name not in _DEFAULTS:
            raise InvalidInputException(
                f"itemExplorationConfig has {name!r}; its keys are {', '.join(_DEFAULTS)}."
            )
        _check_number(name, text)
    return {**_DEFAULTS, **(given or {})}


def _check_number(name: str, text: str) -> None:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    weight = name == "explorationWeight"
    if not (0 <= value <= 1 if weight else 0 < value < float("inf")):
        rule = "a number from 0 to 1" if weight else "a number of days above 0"
        raise InvalidInputException(f"itemExplorationConfig.{name} is {text!r}; it must be {rule}.")
