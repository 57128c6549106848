"""Batch segment jobs:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateBatchSegmentJob.html.
"""

import time
from collections.abc import Mapping
from typing import Any

from aisle.filters.expression import Subject
from aisle.recipes.base import RecipeType
from aisle.records import BatchSegmentJob, SolutionVersion
from aisle.records.answer import Answer
from aisle.records.errors import InvalidInputException
from aisle.resources.batch_rules import check_filter_of, check_places, check_results
from aisle.resources.paging import list_page
from aisle.resources.recipe import trainable_recipe
from aisle.resources.rules import describe, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call

_MOST_RESULTS = 5_000_000


def create_batch_segment_job(
    call: Call,
    *,
    job_name: str,
    solution_version_arn: str,
    job_input: Mapping[str, Any],
    job_output: Mapping[str, Any],
    role_arn: str,
    filter_arn: str | None = None,
    num_results: int | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Queue a segment of users for every line of a file."""
    check_places(job_input, job_output)
    check_results(num_results, _MOST_RESULTS)
    now = time.time()
    with call.state.write() as transaction:
        version = require_active(call, transaction, SolutionVersion, solution_version_arn)
        recipe = trainable_recipe(version.recipe_arn or "")
        if recipe.recipe_type is not RecipeType.USER_SEGMENTATION:
            raise InvalidInputException(
                f"A batch segment job needs a solution version of a USER_SEGMENTATION recipe; "
                f"{version.arn} was trained with {recipe.name}."
            )
        check_filter_of(call, transaction, filter_arn, version, Subject.USER)
        record = BatchSegmentJob(
            arn=call.scope.arn(f"batch-segment-job/{job_name}"),
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
        )
        transaction.resources.add(record)
    return {"batchSegmentJobArn": record.arn}


def describe_batch_segment_job(call: Call, *, batch_segment_job_arn: str) -> Answer:
    return describe(
        call, BatchSegmentJob, batch_segment_job_arn, "batchSegmentJob", "batchSegmentJobArn"
    )


def list_batch_segment_jobs(
    call: Call,
    *,
    solution_version_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        BatchSegmentJob,
        "batchSegmentJobs",
        lambda record: shown(record, "batchSegmentJobArn"),
        parent_arn=solution_version_arn,
        next_token=next_token,
        max_results=max_results,
    )
