"""Trainings that were told to stop: their process has ended, and nothing of them is left."""

import time

from msgspec.structs import replace

from aisle.jobs.job import Job, Outcome
from aisle.records import SolutionVersion, Status
from aisle.storage.resources import Resources


def stop_solution_version(job: Job) -> Outcome:
    """Remove what a training has written.

    Only once its process is gone is the row free to be claimed for this.
    """
    job.state.objects.delete(f"models/{job.claim.seq}")

    def finish(resources: Resources) -> None:
        resources.put(stopped(resources.require(SolutionVersion, job.claim.arn)))

    return finish


def stopped(version: SolutionVersion) -> SolutionVersion:
    """The version in its last status."""
    return replace(version, status=Status.CREATE_STOPPED, last_updated_date_time=time.time())
