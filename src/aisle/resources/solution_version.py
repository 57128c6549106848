"""Solution versions:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateSolutionVersion.html.
"""

import time
from collections.abc import Mapping
from uuid import uuid4

from aisle.records import Solution, SolutionVersion, Status
from aisle.records.answer import Answer
from aisle.records.errors import ResourceInUseException
from aisle.resources.paging import list_page
from aisle.resources.rules import describe, refuse, require, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call


def create_solution_version(
    call: Call,
    *,
    solution_arn: str,
    name: str | None = None,
    training_mode: str | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Queue a training of a solution, from all its group's data."""
    refuse(f"trainingMode {training_mode}", training_mode not in {None, "FULL"})
    now = time.time()
    version_id = uuid4().hex[:8]
    with call.state.write() as transaction:
        solution = require_active(call, transaction, Solution, solution_arn)
        record = SolutionVersion(
            arn=f"{solution.arn}/{version_id}",
            name=name or version_id,
            parent_arn=solution.arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            solution_arn=solution.arn,
            dataset_group_arn=solution.dataset_group_arn,
            recipe_arn=solution.recipe_arn,
            event_type=solution.event_type,
            perform_hpo=solution.perform_hpo,
            perform_auto_ml=solution.perform_auto_ml,
            solution_config=solution.solution_config,
            training_mode=training_mode or "FULL",
        )
        transaction.resources.add(record)
    return {"solutionVersionArn": record.arn}


def describe_solution_version(call: Call, *, solution_version_arn: str) -> Answer:
    return describe(
        call, SolutionVersion, solution_version_arn, "solutionVersion", "solutionVersionArn"
    )


def list_solution_versions(
    call: Call,
    *,
    solution_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    if solution_arn is not None:
        with call.state.read() as transaction:
            require(call, transaction, Solution, solution_arn)
    return list_page(
        call,
        SolutionVersion,
        "solutionVersions",
        lambda record: shown(record, "solutionVersionArn"),
        parent_arn=solution_arn,
        next_token=next_token,
        max_results=max_results,
    )


def get_solution_metrics(call: Call, *, solution_version_arn: str) -> Mapping[str, object]:
    """What the trained model reached on users and events it had not seen."""
    with call.state.read() as transaction:
        record = require(call, transaction, SolutionVersion, solution_version_arn)
    if record.status is not Status.ACTIVE:
        raise ResourceInUseException(
            f"The solution version {record.arn} has no metrics: its status is "
            f"{record.status.value}."
        )
    return {"solutionVersionArn": record.arn, "metrics": record.metrics or {}}
