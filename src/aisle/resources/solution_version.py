"""Solution versions:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateSolutionVersion.html.
"""

import time
from collections.abc import Mapping

from msgspec.structs import replace

from aisle.data.state import Transaction
from aisle.jobs.deploying import latest_active
from aisle.jobs.stopping import stopped
from aisle.jobs.versions import new_version
from aisle.records import Solution, SolutionVersion, Status
from aisle.records.answer import Answer
from aisle.records.errors import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceInUseException,
)
from aisle.resources.paging import list_page
from aisle.resources.recipe import trainable_recipe
from aisle.resources.rules import describe, require, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call

_UPDATABLE = ("aws-user-personalization", "aws-user-personalization-v2", "aws-hrnn-coldstart")


def create_solution_version(
    call: Call,
    *,
    solution_arn: str,
    name: str | None = None,
    training_mode: str | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Queue a training of a solution, from all its group's data.

    UPDATE keeps the settings of the newest ACTIVE version and takes in what is new since.
    """
    with call.state.write() as transaction:
        solution = require_active(call, transaction, Solution, solution_arn)
        if training_mode == "UPDATE":
            _check_update(transaction, solution)
        for other in transaction.resources.children(SolutionVersion, solution.arn):
            if other.name == name:
                raise ResourceAlreadyExistsException(other.arn)
        record = replace(
            new_version(solution, name=name, training_mode=training_mode or "FULL"),
            tags=checked_tags(tags),
        )
        transaction.resources.add(record)
    return {"solutionVersionArn": record.arn}


def stop_solution_version_creation(call: Call, *, solution_version_arn: str) -> None:
    """End a training: one that waits at once, one that runs as soon as its process is gone."""
    with call.state.write() as transaction:
        record = require(call, transaction, SolutionVersion, solution_version_arn)
        if record.status is Status.CREATE_PENDING:
            transaction.resources.put(stopped(record))
        elif record.status is Status.CREATE_IN_PROGRESS:
            now = time.time()
            stopping = replace(record, status=Status.CREATE_STOPPING, last_updated_date_time=now)
            transaction.resources.put(stopping)
        else:
            raise ResourceInUseException(
                f"The solution version {record.arn} cannot be stopped: its status is "
                f"{record.status.value}, not CREATE PENDING or CREATE IN_PROGRESS."
            )


def describe_solution_version(call: Call, *, solution_version_arn: str) -> Answer:
    """A version; with the hyperparameters that were found where it looked for them."""
    answer = describe(
        call, SolutionVersion, solution_version_arn, "solutionVersion", "solutionVersionArn"
    )
    document = answer.document["solutionVersion"]
    if isinstance(document, dict) and document.get("searched"):
        document["tunedHPOParams"] = {"algorithmHyperParameters": document["searched"]}
    return answer


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


def _check_update(transaction: Transaction, solution: Solution) -> None:
    recipe = trainable_recipe(solution.recipe_arn or "").name if solution.recipe_arn else "AutoML"
    if recipe not in _UPDATABLE:
        raise InvalidInputException(
            f"trainingMode UPDATE is for the recipes {', '.join(_UPDATABLE)}; the solution's is "
            f"{recipe}."
        )
    if latest_active(transaction.resources, solution.arn) is None:
        raise InvalidInputException(
            f"trainingMode UPDATE needs an ACTIVE solution version of {solution.arn} to go on from."
        )
