"""Deletions: a resource's rows, events and objects, and what cannot outlive it."""

from aisle.data.action_log import delete_action_events
from aisle.data.entities import delete_entities
from aisle.data.event_log import delete_events
from aisle.data.state import State
from aisle.jobs.job import Job, Outcome
from aisle.records import (
    BatchInferenceJob,
    BatchSegmentJob,
    CampaignUpdate,
    DataDeletionJob,
    Dataset,
    DatasetExportJob,
    DatasetImportJob,
    DatasetUpdate,
    Recommender,
    RecommenderUpdate,
    Record,
    Solution,
    SolutionUpdate,
    SolutionVersion,
)
from aisle.storage.database import Lock
from aisle.storage.resources import Resources

_ROWS_AT_ONCE = 20_000
"""Few enough that PutEvents gets its turn between two transactions."""

_STREAMED = (
    (Lock.EVENTS, delete_events),
    (Lock.ENTITIES, delete_entities),
    (Lock.ACTIONS, delete_action_events),
)


def delete(job: Job) -> Outcome:
    """Remove what belongs to a resource; its row goes last, so that a crash only repeats work."""
    with job.state.read() as transaction:
        keys, along = _belongings(transaction.resources, job)
    if job.claim.kind == Dataset.kind:
        _forget_rows(job.state, job.claim.seq)
    for key in keys:
        job.state.objects.delete(key)

    def finish(rows: Resources) -> None:
        for arn in (*along, job.claim.arn):
            rows.remove(arn)

    return finish


def _forget_rows(state: State, dataset: int) -> None:
    """Remove what was streamed to a dataset."""
    for lock, forget in _STREAMED:
        more = True
        while more:
            with state.database.write_alone(lock) as connection:
                more = forget(connection, dataset, _ROWS_AT_ONCE)


def _belongings(resources: Resources, job: Job) -> tuple[list[str], list[str]]:
    """Object keys and ARNs that go with a resource."""
    arn = job.claim.arn
    if job.claim.kind == Dataset.kind:
        return [f"datasets/{job.claim.seq}"], _children(resources, arn)
    gone = _children(resources, arn)
    if job.claim.kind == Solution.kind:
        versions = resources.page(SolutionVersion, parent_arn=arn)
        keys = [f"models/{seq}" for seq, _ in versions]
        jobs = [of for _, version in versions for of in _children(resources, version.arn)]
        return keys, [*gone, *jobs, *(record.arn for _, record in versions)]
    if job.claim.kind == Recommender.kind:
        return [f"models/{job.claim.seq}"], gone
    return [], gone


def _children(resources: Resources, arn: str) -> list[str]:
    """The ARNs of what nobody can delete by itself: updates and jobs."""
    return [child.arn for kind in _ALONG for child in resources.children(kind, arn)]


_ALONG: tuple[type[Record], ...] = (
    BatchInferenceJob,
    BatchSegmentJob,
    CampaignUpdate,
    DataDeletionJob,
    DatasetExportJob,
    DatasetImportJob,
    DatasetUpdate,
    RecommenderUpdate,
    SolutionUpdate,
)
