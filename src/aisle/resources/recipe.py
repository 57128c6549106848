"""Recipes: https://docs.aws.amazon.com/personalize/latest/dg/API_ListRecipes.html."""

from collections.abc import Mapping

from aisle.recipes.base import Recipe
from aisle.recipes.registry import by_arn, recipes
from aisle.records.answer import Answer
from aisle.records.errors import (
    InvalidInputException,
    InvalidNextTokenException,
    ResourceNotFoundException,
)
from aisle.serving.call import Call

_MOST_RESULTS = 100
PUBLISHED = 1_519_862_400.0
"""Recipes have no date of their own here: the day of the service's first API version."""


def predefined_arn(kind: str, name: str) -> str:
    """The ARN of what belongs to the service and not to an account, such as a `recipe`."""
    return f"arn:aws:personalize:::{kind}/{name}"


def trainable_recipe(recipe_arn: str) -> Recipe:
    """The recipe of an ARN; raises ResourceNotFoundException where there is none."""
    try:
        return by_arn(recipe_arn)
    except KeyError as error:
        known = ", ".join(recipes())
        raise ResourceNotFoundException(
            f"Could not find recipe {recipe_arn}. Recipes of this server: {known}."
        ) from error


def check_hyperparameters(recipe: Recipe, given: Mapping[str, str]) -> None:
    """Raise InvalidInputException where one is unknown to the recipe or out of its range."""
    try:
        recipe.check(given)
    except ValueError as error:
        raise InvalidInputException(str(error)) from error


def check_features(recipe: Recipe, given: Mapping[str, str]) -> None:
    """As `check_hyperparameters`, for the parameters of its feature transformation."""
    try:
        recipe.check_features(given)
    except ValueError as error:
        raise InvalidInputException(str(error)) from error


def describe_recipe(call: Call, *, recipe_arn: str) -> Answer:  # noqa: ARG001
    """A recipe; its description says what trains here under its name, and so does a header."""
    recipe = trainable_recipe(recipe_arn)
    return Answer({"recipe": _shown(recipe)}, {"x-aisle-model": recipe.model_name})


def list_recipes(
    call: Call,  # noqa: ARG001 - recipes are everybody's
    *,
    recipe_provider: str | None = None,  # noqa: ARG001 - SERVICE is the only one there is
    next_token: str | None = None,
    max_results: int | None = None,
    domain: str | None = None,
) -> Mapping[str, object]:
    """The recipes of a domain or, without one, all; by name."""
    chosen = sorted(name for name, r in recipes().items() if domain in {None, r.domain})
    if next_token is not None and next_token not in chosen:
        raise InvalidNextTokenException("The nextToken is not one that this server gave.")
    behind = [name for name in chosen if next_token is None or name > next_token]
    page = behind[: max_results or _MOST_RESULTS]
    answer: dict[str, object] = {"recipes": [_shown(recipes()[name]) for name in page]}
    if len(page) < len(behind):
        answer["nextToken"] = page[-1]
    return answer


def _shown(recipe: Recipe) -> Mapping[str, object]:
    return {
        "name": recipe.name,
        "recipeArn": predefined_arn("recipe", recipe.name),
        "algorithmArn": predefined_arn("algorithm", recipe.name),
        "featureTransformationArn": predefined_arn(
            "feature-transformation", recipe.feature_transformation
        ),
        "status": "ACTIVE",
        "description": f"{recipe.description} The model that trains here: {recipe.model_name}.",
        "creationDateTime": PUBLISHED,
        "lastUpdatedDateTime": PUBLISHED,
        "recipeType": recipe.recipe_type.value,
        "domain": recipe.domain,
    }
