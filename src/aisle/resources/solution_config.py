"""The configuration of a solution: what may stand in it, and the defaults that Describe shows.

https://docs.aws.amazon.com/personalize/latest/dg/API_SolutionConfig.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aisle.data.schema import DatasetSchema
from aisle.data.state import Transaction
from aisle.jobs.schedule import DAILY_RATE, DEFAULT_SCHEDULE
from aisle.jobs.task import columns_of
from aisle.recipes.base import Recipe
from aisle.recipes.hyperparameters import defaults
from aisle.records.errors import InvalidInputException
from aisle.resources.hpo import check_hpo
from aisle.resources.recipe import check_features, check_hyperparameters
from aisle.resources.training_columns import check_training_columns, schema_of

_LONGEST_PERIOD = 30
_NUMERIC = ("float", "double", "int", "long")
_WITH_OBJECTIVE = ("aws-user-personalization", "aws-user-personalization-v2", "aws-hrnn-metadata")
_RECORDS_OF_ITEMS = "ITEMS"


def with_defaults(recipe: Recipe, given: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration with the recipe's hyperparameters and feature transformation filled in.

    Raises InvalidInputException for a value that the recipe does not take.
    """
    hyperparameters = {**recipe.defaults, **given.get("algorithmHyperParameters", {})}
    check_hyperparameters(recipe, hyperparameters)
    features = given.get("featureTransformationParameters", {})
    check_features(recipe, features)
    config = {**given, "algorithmHyperParameters": hyperparameters}
    if features := {**defaults(recipe.features), **features}:
        config["featureTransformationParameters"] = features
    check_hpo(recipe, given.get("hpoConfig", {}), hyperparameters)
    return config


def check_threshold(config: Mapping[str, Any], event_type: str | None) -> None:
    """Raise InvalidInputException for a threshold without a type of event, or not a number."""
    threshold = config.get("eventValueThreshold")
    if threshold is None:
        return
    if event_type is None:
        raise InvalidInputException("eventType is required with eventValueThreshold.")
    try:
        float(threshold)
    except ValueError as error:
        raise InvalidInputException(
            f"solutionConfig.eventValueThreshold is {threshold!r}; it must be a number."
        ) from error


def check_schedule(config: Mapping[str, Any], *, automatic: bool) -> None:
    """Raise InvalidInputException for a period that is none, or that nothing will follow."""
    if (schedule := config.get("autoTrainingConfig")) is None:
        return
    if not automatic:
        raise InvalidInputException("autoTrainingConfig needs performAutoTraining to be true.")
    text = schedule.get("schedulingExpression", DEFAULT_SCHEDULE)
    found = DAILY_RATE.fullmatch(text)
    if found is None or not 1 <= int(found.group(1)) <= _LONGEST_PERIOD:
        raise InvalidInputException(
            f"autoTrainingConfig.schedulingExpression is {text!r}; it must be rate(n days) with n "
            f"from 1 to {_LONGEST_PERIOD}."
        )


def check_events(config: Mapping[str, Any], event_type: str | None) -> None:
    """Raise InvalidInputException for rules about events that contradict one another."""
    if (events := config.get("eventsConfig")) is None:
        return
    where = "eventsConfig.eventParametersList"
    if event_type is not None:
        raise InvalidInputException("Give eventType or eventsConfig, and not both of them.")
    rules: Sequence[Mapping[str, Any]] = events.get("eventParametersList", ())
    names = [str(rule.get("eventType", "")).lower() for rule in rules]
    if not rules or "" in names:
        raise InvalidInputException(f"{where} needs one or more rules, each with an eventType.")
    if len(set(names)) < len(names):
        raise InvalidInputException(f"{where} has an eventType twice: {', '.join(names)}.")
    if all(rule.get("weight", 1.0) == 0 for rule in rules):
        raise InvalidInputException(f"{where} has weight 0 in every rule: no event would count.")


def check_group(
    transaction: Transaction,
    group_arn: str,
    recipe: Recipe | None,
    config: Mapping[str, Any],
    event_type: str | None,
) -> None:
    """Raise InvalidInputException where a configuration does not fit the group's schemas."""
    events = event_type or ("eventsConfig" in config and "of several") or None
    check_training_columns(transaction, group_arn, config.get("trainingDataConfig", {}), events)
    if (objective := config.get("optimizationObjective")) is not None:
        _check_objective_recipe(recipe)
        _check_objective(schema_of(transaction, group_arn, _RECORDS_OF_ITEMS), objective)
        columns = columns_of(config)
        if columns.leaves_out(_RECORDS_OF_ITEMS, objective["itemAttribute"]):
            raise InvalidInputException(
                f"optimizationObjective.itemAttribute is {objective['itemAttribute']!r}, which "
                "trainingDataConfig leaves out."
            )
    interactions = schema_of(transaction, group_arn, "INTERACTIONS")
    if events and interactions is not None:
        names = [field.name for field in interactions.fields]
        if "EVENT_TYPE" not in names:
            raise InvalidInputException(
                "The Interactions dataset has no EVENT_TYPE column to choose events by."
            )


def _check_objective_recipe(recipe: Recipe | None) -> None:
    if recipe is not None and recipe.name not in _WITH_OBJECTIVE:
        raise InvalidInputException(
            f"optimizationObjective is not for the recipe {recipe.name}; it is for "
            f"{', '.join(_WITH_OBJECTIVE)}."
        )


def _check_objective(items: DatasetSchema | None, objective: Mapping[str, Any]) -> None:
    attribute = objective.get("itemAttribute")
    where = "optimizationObjective.itemAttribute"
    if attribute is None:
        raise InvalidInputException(f"{where} is required.")
    numeric = [field.name for field in (items.fields if items else ()) if field.type in _NUMERIC]
    if attribute not in numeric:
        raise InvalidInputException(
            f"{where} is {attribute!r}; it must be a numerical column of the Items dataset: "
            f"{', '.join(numeric) or 'it has none'}."
        )
