"""What a hyperparameter optimisation may be asked for.

https://docs.aws.amazon.com/personalize/latest/dg/customizing-solution-config-hpo.html
"""

from collections.abc import Mapping
from typing import Any

from aisle.evaluation.metrics import METRICS
from aisle.jobs.task import MOST_TRIALS, ranges_of
from aisle.recipes.base import Recipe
from aisle.recipes.hyperparameters import Range
from aisle.records.errors import InvalidInputException
from aisle.resources.recipe import check_hyperparameters

_MOST_PARALLEL = 10
_TYPES = ("Maximize", "Minimize")
_ENDS = ("name", "minValue", "maxValue")


def check_hpo(recipe: Recipe, config: Mapping[str, Any], present: Mapping[str, str]) -> None:
    """Raise InvalidInputException for a range, a number or a metric that cannot be.

    `present` are the values of all hyperparameters, with which the ranges have to go together.
    """
    objective = config.get("hpoObjective", {})
    if objective.get("type", _TYPES[0]) not in _TYPES:
        raise InvalidInputException(
            f"hpoObjective.type is {objective['type']!r}; it must be one of {', '.join(_TYPES)}."
        )
    check_metric("hpoObjective.metricName", objective.get("metricName"))
    jobs = config.get("hpoResourceConfig", {})
    _check_count("maxNumberOfTrainingJobs", jobs.get("maxNumberOfTrainingJobs"), MOST_TRIALS)
    _check_count("maxParallelTrainingJobs", jobs.get("maxParallelTrainingJobs"), _MOST_PARALLEL)
    document = config.get("algorithmHyperParameterRanges", {})
    _check_members(document)
    seen: set[str] = set()
    for one in ranges_of(document):
        if one.name in seen:
            raise InvalidInputException(f"Hyperparameter {one.name} has two ranges.")
        seen.add(one.name)
        for text in _ends(one):
            check_hyperparameters(recipe, {**present, one.name: text})


def check_metric(where: str, name: str | None) -> None:
    """Raise InvalidInputException for a metric that trainings do not measure."""
    if name is not None and name not in METRICS:
        raise InvalidInputException(
            f"{where} is {name!r}; it must be one of {', '.join(sorted(METRICS))}."
        )


def _ends(one: Range) -> tuple[str, ...]:
    if one.values:
        return one.values
    if one.lowest > one.highest:
        raise InvalidInputException(
            f"The range of {one.name} has minValue {one.lowest:g} above maxValue {one.highest:g}."
        )
    return (str(one.lowest), str(one.highest))


def _check_members(document: Mapping[str, Any]) -> None:
    for kind in ("integer", "continuous", "categorical"):
        needed = ("name", "values") if kind == "categorical" else _ENDS
        for one in document.get(f"{kind}HyperParameterRanges", ()):
            for member in needed:
                if one.get(member) in {None, ""} if member != "values" else not one.get(member):
                    raise InvalidInputException(
                        f"{kind}HyperParameterRanges has a range without {member}."
                    )


def _check_count(member: str, text: str | None, most: int) -> None:
    if text is not None and not (text.isdecimal() and 1 <= int(text) <= most):
        raise InvalidInputException(
            f"hpoResourceConfig.{member} is {text!r}; it must be a whole number from 1 to {most}."
        )
