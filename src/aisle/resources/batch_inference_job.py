"""Batch inference jobs:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateBatchInferenceJob.html.
"""

import time
from collections.abc import Mapping
from typing import Any

from aisle.data.state import Transaction
from aisle.filters.expression import Subject
from aisle.recipes.base import Recipe, RecipeType
from aisle.records import BatchInferenceJob, SolutionVersion
from aisle.records.answer import Answer
from aisle.records.errors import InvalidInputException
from aisle.resources.batch_rules import check_filter_of, check_places, check_results
from aisle.resources.exploration import INFLUENCED, checked_exploration
from aisle.resources.paging import list_page
from aisle.resources.recipe import trainable_recipe
from aisle.resources.rules import describe, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.resources.training_columns import schema_of
from aisle.serving.call import Call

_MOST_RESULTS = 500
_THEMES = "THEME_GENERATION"
_THEMED = "aws-similar-items"
_NO_BATCH = ("aws-trending-now", "aws-next-best-action")


def create_batch_inference_job(
    call: Call,
    *,
    job_name: str,
    solution_version_arn: str,
    job_input: Mapping[str, Any],
    job_output: Mapping[str, Any],
    role_arn: str,
    filter_arn: str | None = None,
    num_results: int | None = None,
    batch_inference_job_config: Mapping[str, Any] | None = None,
    batch_inference_job_mode: str | None = None,
    theme_generation_config: Mapping[str, Any] | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Queue recommendations for every line of a file."""
    check_places(job_input, job_output)
    check_results(num_results, _MOST_RESULTS)
    mode = batch_inference_job_mode or "BATCH_INFERENCE"
    if (mode == _THEMES) != (theme_generation_config is not None):
        raise InvalidInputException(
            f"themeGenerationConfig goes with batchInferenceJobMode {_THEMES} and with no other; "
            f"the mode is {mode}."
        )
    now = time.time()
    with call.state.write() as transaction:
        version = require_active(call, transaction, SolutionVersion, solution_version_arn)
        recipe = trainable_recipe(version.recipe_arn or "")
        _check_recipe(recipe, version, mode)
        check_filter_of(call, transaction, filter_arn, version, Subject.ITEM)
        if theme_generation_config is not None:
            _check_theme(transaction, version, theme_generation_config)
        record = BatchInferenceJob(
            arn=call.scope.arn(f"batch-inference-job/{job_name}"),
            name=job_name,
            parent_arn=version.arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            solution_version_arn=version.arn,
            filter_arn=filter_arn,
            num_results=num_results,
            job_input=dict(job_input),
            job_output=dict(job_output),
            role_arn=role_arn,
            batch_inference_job_config=_config(recipe, batch_inference_job_config or {}),
            batch_inference_job_mode=mode,
            theme_generation_config=(
                None if theme_generation_config is None else dict(theme_generation_config)
            ),
        )
        transaction.resources.add(record)
    return {"batchInferenceJobArn": record.arn}


def _check_recipe(recipe: Recipe, version: SolutionVersion, mode: str) -> None:
    if recipe.recipe_type is RecipeType.USER_SEGMENTATION or recipe.name in _NO_BATCH:
        raise InvalidInputException(
            f"The solution version {version.arn} was trained with {recipe.name}, which has no "
            "batch inference."
        )
    if mode == _THEMES and recipe.name != _THEMED:
        raise InvalidInputException(
            f"batchInferenceJobMode {_THEMES} needs a solution version of {_THEMED}; "
            f"{version.arn} was trained with {recipe.name}."
        )


def _config(recipe: Recipe, given: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with its defaults; raises InvalidInputException for what cannot be."""
    if given.get("rankingInfluence") and recipe.name != INFLUENCED:
        raise InvalidInputException(
            f"batchInferenceJobConfig.rankingInfluence is for the recipe {INFLUENCED} only; the "
            f"solution version's is {recipe.name}."
        )
    exploration = checked_exploration(recipe, given.get("itemExplorationConfig"))
    return {**given, **({"itemExplorationConfig": exploration} if exploration else {})}


def _check_theme(
    transaction: Transaction, version: SolutionVersion, config: Mapping[str, Any]
) -> None:
    """Raise InvalidInputException unless the field of items' names is a text of the Items."""
    name = config["fieldsForThemeGeneration"]["itemName"]
    items = schema_of(transaction, version.dataset_group_arn, "ITEMS")
    field = None if items is None else items.field(name)
    if field is None or field.type != "string":
        raise InvalidInputException(
            f"fieldsForThemeGeneration.itemName is {name!r}; it must be a string field of the "
            "group's Items dataset."
        )


def describe_batch_inference_job(call: Call, *, batch_inference_job_arn: str) -> Answer:
    return describe(
        call,
        BatchInferenceJob,
        batch_inference_job_arn,
        "batchInferenceJob",
        "batchInferenceJobArn",
    )


def list_batch_inference_jobs(
    call: Call,
    *,
    solution_version_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        BatchInferenceJob,
        "batchInferenceJobs",
        lambda record: shown(record, "batchInferenceJobArn"),
        parent_arn=solution_version_arn,
        next_token=next_token,
        max_results=max_results,
    )
