"""Solutions: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateSolution.html."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from aisle.data.state import Transaction
from aisle.jobs.schedule import DEFAULT_SCHEDULE
from aisle.recipes.base import Recipe, RecipeType
from aisle.records import Campaign, DatasetGroup, Solution, SolutionUpdate, SolutionVersion
from aisle.records.answer import Answer
from aisle.records.deployment import update_arn
from aisle.records.errors import InvalidInputException, ResourceInUseException
from aisle.resources.hpo import check_metric
from aisle.resources.paging import list_page
from aisle.resources.recipe import trainable_recipe
from aisle.resources.rules import begin_deletion, in_progress, require, require_active, shown
from aisle.resources.solution_config import (
    check_events,
    check_group,
    check_schedule,
    check_threshold,
    with_defaults,
)
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call

_WITH_INCREMENTAL_UPDATE = (
    "aws-semantic-similarity",
    "aws-user-personalization",
    "aws-user-personalization-v2",
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
    """Say how to train; CreateSolutionVersion does it, or the schedule."""
    recipe = _recipe(recipe_arn, perform_hpo=perform_hpo, automatic=bool(perform_auto_ml))
    automatic = perform_auto_training is not False
    config = _checked(recipe, solution_config or {}, event_type)
    check_schedule(config, automatic=automatic)
    if perform_incremental_update:
        _check_incremental(recipe)
    if automatic:
        config.setdefault("autoTrainingConfig", {"schedulingExpression": DEFAULT_SCHEDULE})
    now = time.time()
    with call.state.write() as transaction:
        group = require_active(call, transaction, DatasetGroup, dataset_group_arn)
        check_group(transaction, group.arn, recipe, config, event_type)
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
            perform_hpo=bool(perform_hpo or perform_auto_ml),
            perform_auto_ml=bool(perform_auto_ml),
            perform_auto_training=automatic,
            perform_incremental_update=bool(perform_incremental_update),
            solution_config=config,
            auto_training_since=now,
        )
        transaction.resources.add(record)
    return {"solutionArn": record.arn}


def update_solution(
    call: Call,
    *,
    solution_arn: str,
    perform_auto_training: bool | None = None,
    perform_incremental_update: bool | None = None,
    solution_update_config: Mapping[str, Any] | None = None,
) -> Mapping[str, object]:
    """Begin to change when a solution trains by itself, or which events count."""
    config = dict(solution_update_config or {})
    now = time.time()
    with call.state.write() as transaction:
        solution = require_active(call, transaction, Solution, solution_arn)
        earlier = transaction.resources.children(SolutionUpdate, solution.arn)
        for update in in_progress(earlier):
            raise ResourceInUseException(
                f"The solution {solution.arn} has an update in status {update.status.value}."
            )
        automatic = solution.perform_auto_training
        if perform_auto_training is not None:
            automatic = perform_auto_training
        check_schedule(config, automatic=automatic)
        check_events(config, solution.event_type)
        if perform_incremental_update:
            _check_incremental(trainable_recipe(solution.recipe_arn or ""))
        for update in earlier:
            transaction.resources.remove(update.arn)
        record = SolutionUpdate(
            arn=update_arn(solution.arn, uuid4().hex[:8]),
            name=solution.name,
            parent_arn=solution.arn,
            creation_date_time=now,
            last_updated_date_time=now,
            solution_update_config=config,
            perform_auto_training=perform_auto_training,
            perform_incremental_update=perform_incremental_update,
        )
        transaction.resources.add(record)
    return {"solutionArn": solution.arn}


def describe_solution(call: Call, *, solution_arn: str) -> Answer:
    """A solution with its newest version's summary."""
    with call.state.read() as transaction:
        record = require(call, transaction, Solution, solution_arn)
        versions = transaction.resources.children(SolutionVersion, record.arn)
        updates = transaction.resources.children(SolutionUpdate, record.arn)
    document = shown(record, "solutionArn")
    if record.best_recipe_arn:
        document["autoMLResult"] = {"bestRecipeArn": record.best_recipe_arn}
    if updates:
        document["latestSolutionUpdate"] = shown(updates[-1], "solutionUpdateArn")
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
        updates = in_progress(transaction.resources.children(SolutionUpdate, record.arn))
        begin_deletion(
            transaction,
            record,
            {
                "the campaign": _campaigns(transaction, record.arn),
                "the solution version": versions,
                "the update": updates,
            },
        )


def _campaigns(transaction: Transaction, solution_arn: str) -> list[Campaign]:
    return transaction.resources.children(Campaign, solution_arn)


def _recipe(arn: str | None, *, perform_hpo: bool | None, automatic: bool) -> Recipe | None:
    """The recipe of a solution; None where AutoML chooses."""
    if automatic:
        if arn is not None:
            raise InvalidInputException("recipeArn must be left out where performAutoML is true.")
        if perform_hpo is False:
            raise InvalidInputException("performHPO cannot be false where performAutoML is true.")
        return None
    if arn is None:
        raise InvalidInputException("recipeArn is required unless performAutoML is true.")
    recipe = trainable_recipe(arn)
    if recipe.domain:
        raise InvalidInputException(
            f"The recipe {arn} is for recommenders of the domain {recipe.domain}: "
            "call CreateRecommender."
        )
    return recipe


def _checked(
    recipe: Recipe | None, given: Mapping[str, Any], event_type: str | None
) -> dict[str, Any]:
    """The request's configuration with the recipe's defaults filled in."""
    check_threshold(given, event_type)
    check_events(given, event_type)
    if recipe is not None:
        if "autoMLConfig" in given:
            raise InvalidInputException("autoMLConfig needs performAutoML to be true.")
        return with_defaults(recipe, given)
    choice = given.get("autoMLConfig", {})
    check_metric("autoMLConfig.metricName", choice.get("metricName"))
    for arn in choice.get("recipeList", ()):
        candidate = trainable_recipe(arn)
        if candidate.domain or candidate.recipe_type is not RecipeType.USER_PERSONALIZATION:
            raise InvalidInputException(
                f"autoMLConfig.recipeList has {arn}; AutoML chooses among recipes of type "
                f"{RecipeType.USER_PERSONALIZATION.value} for solutions."
            )
    return dict(given)


def _check_incremental(recipe: Recipe | None) -> None:
    name = "AutoML's" if recipe is None else recipe.name
    if name not in _WITH_INCREMENTAL_UPDATE:
        raise InvalidInputException(
            f"performIncrementalUpdate is for the recipes {', '.join(_WITH_INCREMENTAL_UPDATE)}; "
            f"the solution's is {name}."
        )
