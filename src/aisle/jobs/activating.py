"""The changes that take no time of their own: nothing to compute, only a state to reach."""

import time
from typing import Any, TypeVar

from msgspec.structs import replace

from aisle.jobs.job import Job, Outcome
from aisle.records import (
    RECORD_TYPES,
    Dataset,
    DatasetUpdate,
    Recommender,
    Record,
    Solution,
    SolutionUpdate,
    Status,
)
from aisle.storage.resources import Resources

R = TypeVar("R", bound=Record)


def activate(job: Job) -> Outcome:
    """Let a resource be ACTIVE."""

    def finish(resources: Resources) -> None:
        resources.put(activated(resources.require(RECORD_TYPES[job.claim.kind], job.claim.arn)))

    return finish


def update_solution(job: Job) -> Outcome:
    """Let a solution train as its update says."""

    def finish(resources: Resources) -> None:
        update = resources.require(SolutionUpdate, job.claim.arn)
        solution = resources.require(Solution, update.parent_arn or "")
        resources.put(activated(_updated(solution, update)))
        resources.put(activated(update))

    return finish


def update_dataset(job: Job) -> Outcome:
    """Let a dataset have its new schema."""

    def finish(resources: Resources) -> None:
        update = resources.require(DatasetUpdate, job.claim.arn)
        dataset = resources.require(Dataset, update.parent_arn or "")
        now = time.time()
        resources.put(replace(dataset, schema_arn=update.schema_arn, last_updated_date_time=now))
        resources.put(activated(update))

    return finish


def _updated(solution: Solution, update: SolutionUpdate) -> Solution:
    changes: dict[str, Any] = {
        "solution_config": {**solution.solution_config, **update.solution_update_config}
    }
    for member in ("perform_auto_training", "perform_incremental_update"):
        if (value := getattr(update, member)) is not None:
            changes[member] = value
    if update.perform_auto_training or "autoTrainingConfig" in update.solution_update_config:
        changes["auto_training_since"] = time.time()
    return replace(solution, **changes)


def start_recommender(job: Job) -> Outcome:
    """Let a recommender answer again, with the model it has."""
    return activate(job)


def stop_recommender(job: Job) -> Outcome:
    """Let a recommender neither answer nor train; its model stays."""

    def finish(resources: Resources) -> None:
        recommender = resources.require(Recommender, job.claim.arn)
        stopped = replace(recommender, status=Status.INACTIVE, last_updated_date_time=time.time())
        resources.put(stopped)

    return finish


def activated(record: R) -> R:
    """The record in status ACTIVE, as of now."""
    return replace(
        record, status=Status.ACTIVE, failure_reason=None, last_updated_date_time=time.time()
    )
