"""Which function does which work, and how its end is written down."""

import time
from collections.abc import Callable, Mapping

import msgspec
import structlog
from msgspec.structs import replace
from sqlalchemy.exc import SQLAlchemyError

from aisle.data.faults import DataError
from aisle.data.state import State
from aisle.jobs.activating import (
    activate,
    start_recommender,
    stop_recommender,
    update_dataset,
    update_solution,
)
from aisle.jobs.deleting import delete
from aisle.jobs.deploying import deploy_campaign, update_campaign
from aisle.jobs.importing import run_import
from aisle.jobs.job import ClaimLostError, Job, Outcome
from aisle.jobs.segmenting import run_batch_segment_job
from aisle.jobs.stopping import stop_solution_version
from aisle.jobs.training import run_recommender, run_recommender_update, run_solution_version
from aisle.jobs.unavailable import refuse_work
from aisle.records import RECORD_TYPES, Status
from aisle.records.errors import ServiceError
from aisle.storage.resources import Resources
from aisle.storage.work import Claim

_log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 3
DATABASE_FAULT = 75
"""Exit code of a child whose work is as good as before: the database could not be reached."""
_AGAIN_AFTER = 5.0


class _Work(msgspec.Struct, frozen=True):
    run: Callable[[Job], Outcome]
    apart: bool = False
    """Whether it takes long enough to run in a process of its own."""


_CREATE: Mapping[str, _Work] = {
    "dataset-group": _Work(activate),
    "dataset": _Work(activate),
    "dataset-update": _Work(update_dataset),
    "dataset-import-job": _Work(run_import, apart=True),
    "event-tracker": _Work(activate),
    "filter": _Work(activate),
    "metric-attribution": _Work(activate),
    "solution": _Work(activate),
    "solution-update": _Work(update_solution),
    "solution-version": _Work(run_solution_version, apart=True),
    "campaign": _Work(deploy_campaign),
    "campaign-update": _Work(update_campaign),
    "recommender": _Work(run_recommender, apart=True),
    "recommender-update": _Work(run_recommender_update, apart=True),
    "batch-inference-job": _Work(refuse_work),
    "batch-segment-job": _Work(run_batch_segment_job, apart=True),
    "dataset-export-job": _Work(refuse_work),
    "data-deletion-job": _Work(refuse_work),
}
_FAILED: Mapping[Status, Status] = {
    Status.CREATE_IN_PROGRESS: Status.CREATE_FAILED,
    Status.IN_PROGRESS: Status.FAILED,
}
"""How work ends that can fail for good, by the status it has meanwhile."""

_CHANGE: Mapping[Status, _Work] = {
    Status.CREATE_STOPPING: _Work(stop_solution_version),
    Status.STOP_IN_PROGRESS: _Work(stop_recommender),
    Status.START_IN_PROGRESS: _Work(start_recommender),
    Status.DELETE_IN_PROGRESS: _Work(delete),
}
"""What is done to a resource that exists, by the status it has meanwhile."""


def runs_apart(kind: str, status: Status) -> bool:
    """Whether this work needs a child process."""
    return _work_for(kind, status).apart


def run(state: State, claim: Claim) -> bool:
    """Do the claimed work and write its end: done, or failed with a reason for the client. False
    where it was stopped, or lost to another worker, before that.

    Raises SQLAlchemyError where the database is at fault: the work is not, and is tried again.
    """
    if claim.attempt > MOST_ATTEMPTS and claim.status in _FAILED:
        reason = f"Every process that worked on it ended unexpectedly, {MOST_ATTEMPTS} times."
        state.work.finish(claim, failed(claim, reason))
        return True
    job = Job(state, claim)
    try:
        outcome = _work_for(claim.kind, claim.status).run(job)
        if not state.work.finish(claim, outcome):
            raise ClaimLostError(claim.arn)  # noqa: TRY301 - one place says what became of it
    except ClaimLostError:
        job.discard()
        _log.warning("job stopped, or lost to another worker", arn=claim.arn)
        return False
    except SQLAlchemyError:
        raise
    except (ServiceError, DataError, ValueError) as error:
        _fail(state, claim, str(error))
    except Exception as error:  # noqa: BLE001 - any fault of a recipe ends in CREATE FAILED
        _log.exception("job failed", arn=claim.arn)
        _fail(state, claim, f"Internal failure ({type(error).__name__}); see the server's log.")
    return True


def died(state: State, claim: Claim, reason: str) -> None:
    """End work whose process died: try again, or after the last attempt fail with the reason."""
    if claim.attempt < MOST_ATTEMPTS:
        state.work.release(claim, failed=True)
    else:
        state.work.finish(claim, failed(claim, f"{reason} Tried {claim.attempt} times."))


def _fail(state: State, claim: Claim, reason: str) -> None:
    """A creation fails for good; all else has to succeed some time, so it waits and repeats."""
    if claim.status not in _FAILED:
        _log.error("job failed", arn=claim.arn, status=claim.status.value, reason=reason)
        state.work.release(claim, failed=True, wait=_AGAIN_AFTER)
    else:
        state.work.finish(claim, failed(claim, reason))


def failed(claim: Claim, reason: str) -> Outcome:
    """The outcome CREATE FAILED, or FAILED for a data deletion job."""

    def finish(resources: Resources) -> None:
        record = resources.require(RECORD_TYPES[claim.kind], claim.arn)
        changed = replace(
            record,
            status=_FAILED.get(claim.status, Status.CREATE_FAILED),
            failure_reason=reason,
            last_updated_date_time=time.time(),
        )
        resources.put(changed)

    return finish


def _work_for(kind: str, status: Status) -> _Work:
    return _CHANGE.get(status.claimed or status) or _CREATE[kind]
