"""Solutions: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateSolution.html."""

import time
from collections.abc import Mapping
from typing import Any

from aisle.data.state import Transaction
from aisle.records import Campaign, DatasetGroup, Solution, SolutionVersion
from aisle.records.answer import Answer
from aisle.records.errors import InvalidInputException
from aisle.resources.paging import list_page
from aisle.resources.recipe import check_hyperparameters, trainable_recipe
from aisle.resources.rules import (
    begin_deletion,
    in_progress,
    refuse,
    require,
    require_active,
    shown,
)
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call

_CONFIG_NOT_YET = (
    "hpoConfig",
    "autoMLConfig",
    "featureTransformationParameters",
    "eventsConfig",
    "optimizationObjective",
    "trainingDataConfig",
    "autoTrainingConfig",
)


def create_solution(
    call: Call,
    *,
    name: str,
    dataset_group_arn: str,
    recipe_arn: str | None = None,
    perform_hpo: bool | None = None,
    perform_auto_ml: bool | None = None,
    perform_auto_training: bool | None = None,
    perform_incremental_update: bool | None = None,
    event_type: str | None = None,
    solution_config: Mapping[str, Any] | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Say how to train; CreateSolutionVersion does it."""
    refuse("performHPO", perform_hpo)
    refuse("performAutoML", perform_auto_ml)
    refuse("performIncrementalUpdate", perform_incremental_update)
    if recipe_arn is None:
        raise InvalidInputException("recipeArn is required unless performAutoML is true.")
    recipe = trainable_recipe(recipe_arn)
    if recipe.domain:
        raise InvalidInputException(
            f"The recipe {recipe_arn} is for recommenders of the domain {recipe.domain}: "
            "call CreateRecommender."
        )
    config = _config(recipe.defaults, solution_config or {}, event_type)
    check_hyperparameters(recipe, config["algorithmHyperParameters"])
    now = time.time()
    with call.state.write() as transaction:
        group = require_active(call, transaction, DatasetGroup, dataset_group_arn)
        record = Solution(
            arn=call.scope.arn(f"solution/{name}"),
            name=name,
            parent_arn=group.arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            dataset_group_arn=group.arn,
            recipe_arn=recipe_arn,
            event_type=event_type,
            perform_auto_training=perform_auto_training is not False,
            solution_config=config,
        )
        transaction.resources.add(record)
    return {"solutionArn": record.arn}


def describe_solution(call: Call, *, solution_arn: str) -> Answer:
    """A solution with its newest version's summary."""
    with call.state.read() as transaction:
        record = require(call, transaction, Solution, solution_arn)
        versions = transaction.resources.children(SolutionVersion, record.arn)
    document = shown(record, "solutionArn")
    if versions:
        document["latestSolutionVersion"] = shown(versions[-1], "solutionVersionArn")
    return Answer(document={"solution": document})


def list_solutions(
    call: Call,
    *,
    dataset_group_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        Solution,
        "solutions",
        lambda record: shown(record, "solutionArn"),
        parent_arn=dataset_group_arn,
        next_token=next_token,
        max_results=max_results,
    )


def delete_solution(call: Call, *, solution_arn: str) -> None:
    """Delete a solution that no campaign uses, with all its versions."""
    with call.state.write() as transaction:
        record = require(call, transaction, Solution, solution_arn)
        versions = in_progress(transaction.resources.children(SolutionVersion, record.arn))
        begin_deletion(
            transaction,
            record,
            {
                "the campaign": _campaigns(transaction, record.arn),
                "the solution version": versions,
            },
        )


def _campaigns(transaction: Transaction, solution_arn: str) -> list[Campaign]:
    return transaction.resources.children(Campaign, solution_arn)


def _config(
    defaults: Mapping[str, str], given: Mapping[str, Any], event_type: str | None
) -> dict[str, Any]:
    """The request's configuration with the recipe's default hyperparameters filled in."""
    for member in _CONFIG_NOT_YET:
        refuse(f"solutionConfig.{member}", given.get(member))
    threshold = given.get("eventValueThreshold")
    if threshold is not None:
        if event_type is None:
            raise InvalidInputException("eventType is required with eventValueThreshold.")
        try:
            float(threshold)
        except ValueError as error:
            raise InvalidInputException(
                f"solutionConfig.eventValueThreshold is {threshold!r}; it must be a number."
            ) from error
    hyperparameters = {**defaults, **given.get("algorithmHyperParameters", {})}
    return {**given, "algorithmHyperParameters": hyperparameters}
