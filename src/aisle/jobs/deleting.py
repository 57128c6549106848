"""Deletions: a resource's rows, events and objects, and what cannot outlive it."""

from aisle.data.event_log import delete_events
from aisle.jobs.job import Job, Outcome
from aisle.records import Dataset, DatasetImportJob, Recommender, Solution, SolutionVersion
from aisle.storage.resources import Resources


def delete(job: Job) -> Outcome:
    """Remove what belongs to a resource; its row goes last, so that a crash only repeats work."""
    with job.state.database.write() as connection:
        resources = Resources(connection)
        keys, along = _belongings(resources, job)
        if job.claim.kind == Dataset.kind:
            delete_events(connection, job.claim.seq)
    for key in keys:
        job.state.objects.delete(key)

    def finish(rows: Resources) -> None:
        for arn in (*along, job.claim.arn):
            rows.remove(arn)

    return finish


def _belongings(resources: Resources, job: Job) -> tuple[list[str], list[str]]:
    """Object keys and ARNs that go with a resource."""
    arn = job.claim.arn
    if job.claim.kind == Dataset.kind:
        jobs = resources.children(DatasetImportJob, arn)
        return [f"datasets/{job.claim.seq}"], [child.arn for child in jobs]
    if job.claim.kind == Solution.kind:
        versions = resources.children(SolutionVersion, arn)
        return [v.artefact for v in versions if v.artefact], [v.arn for v in versions]
    if job.claim.kind == Recommender.kind:
        recommender = resources.require(Recommender, arn)
        return [recommender.artefact] if recommender.artefact else [], []
    return [], []
