"""The creations that take no time of their own: nothing to compute, only a state to reach."""

import time
from typing import TypeVar

from msgspec.structs import replace

from aisle.jobs.job import Job, Outcome
from aisle.records import (
    RECORD_TYPES,
    Campaign,
    Dataset,
    DatasetUpdate,
    Record,
    SolutionVersion,
    Status,
)
from aisle.storage.resources import Resources

R = TypeVar("R", bound=Record)


def activate(job: Job) -> Outcome:
    """Let a resource be ACTIVE."""

    def finish(resources: Resources) -> None:
        resources.put(_active(resources.require(RECORD_TYPES[job.claim.kind], job.claim.arn)))

    return finish


def deploy_campaign(job: Job) -> Outcome:
    """Let a campaign answer with its solution version's model."""

    def finish(resources: Resources) -> None:
        campaign = resources.require(Campaign, job.claim.arn)
        version = resources.require(SolutionVersion, campaign.solution_version_arn)
        resources.put(replace(_active(campaign), artefact=version.artefact))

    return finish


def update_dataset(job: Job) -> Outcome:
    """Let a dataset have its new schema."""

    def finish(resources: Resources) -> None:
        update = resources.require(DatasetUpdate, job.claim.arn)
        dataset = resources.require(Dataset, update.parent_arn or "")
        now = time.time()
        resources.put(replace(dataset, schema_arn=update.schema_arn, last_updated_date_time=now))
        resources.put(_active(update))

    return finish


def _active(record: R) -> R:
    return replace(record, status=Status.ACTIVE, last_updated_date_time=time.time())
