"""Jobs over files that this server takes and lists, and does not carry out yet."""

from typing import NoReturn

from aisle.jobs.job import Job


def refuse_work(job: Job) -> NoReturn:
    """Raise ValueError, which becomes the job's `failureReason`: nothing is pretended."""
    noun = job.claim.kind.replace("-", " ")
    raise ValueError(
        f"This server does not carry out a {noun} yet: nothing was read, written or deleted."
    )
