"""Algorithms: https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeAlgorithm.html."""

from collections.abc import Mapping

from aisle.recipes.base import Recipe
from aisle.recipes.hyperparameters import Choice, Flag, Number, Whole
from aisle.recipes.registry import recipes
from aisle.records.answer import Answer
from aisle.records.errors import ResourceNotFoundException
from aisle.resources.recipe import PUBLISHED, predefined_arn
from aisle.serving.call import Call

_INPUT_MODE = "File"
"""Training reads whole files rather than a stream."""


def describe_algorithm(call: Call, *, algorithm_arn: str) -> Answer:  # noqa: ARG001
    """A recipe's algorithm: its hyperparameters, their defaults and ranges.

    The image is the Python package that trains; there is no container.
    """
    by_arn = {predefined_arn("algorithm", name): recipe for name, recipe in recipes().items()}
    recipe = by_arn.get(algorithm_arn)
    if recipe is None:
        raise ResourceNotFoundException(f"Could not find algorithm {algorithm_arn}.")
    return Answer(
        {"algorithm": _shown(algorithm_arn, recipe)}, {"x-aisle-model": recipe.model_name}
    )


def _shown(arn: str, recipe: Recipe) -> Mapping[str, object]:
    return {
        "name": recipe.name,
        "algorithmArn": arn,
        "algorithmImage": {"name": recipe.model_name, "dockerURI": type(recipe).__module__},
        "defaultHyperParameters": recipe.defaults,
        "defaultHyperParameterRanges": _ranges(recipe),
        "defaultResourceConfig": {},
        "trainingInputMode": _INPUT_MODE,
        "creationDateTime": PUBLISHED,
        "lastUpdatedDateTime": PUBLISHED,
    }


def _ranges(recipe: Recipe) -> Mapping[str, list[Mapping[str, object]]]:
    """What each hyperparameter may be, and whether a search without ranges looks for it."""
    whole: list[Mapping[str, object]] = []
    continuous: list[Mapping[str, object]] = []
    categorical: list[Mapping[str, object]] = []
    for one in recipe.declared:
        named = {"name": one.name, "isTunable": one.range is not None}
        match one:
            case Whole():
                whole.append({**named, "minValue": one.lowest, "maxValue": one.highest})
            case Number():
                continuous.append({**named, "minValue": one.lowest, "maxValue": one.highest})
            case Flag():
                categorical.append({**named, "values": ["true", "false"]})
            case Choice():
                categorical.append({**named, "values": list(one.values)})
    return {
        "integerHyperParameterRanges": whole,
        "continuousHyperParameterRanges": continuous,
        "categoricalHyperParameterRanges": categorical,
    }
