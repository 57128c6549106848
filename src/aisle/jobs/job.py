"""One piece of claimed work, as the code that does it sees it."""

import time
from collections.abc import Callable
from pathlib import Path

from aisle.data.state import State
from aisle.storage.resources import Resources
from aisle.storage.work import Claim

Outcome = Callable[[Resources], None]
"""Writes what a job has done, in the transaction that ends its claim."""

_REPORT_EVERY = 0.25


class ClaimLostError(Exception):
    """Another worker has taken the job over, or its resource is gone: stop, write nothing."""


class Job:
    """A claim and what is needed to work on it."""

    def __init__(self, state: State, claim: Claim) -> None:
        self.state = state
        self.claim = claim
        self._reported_at = 0.0
        self._published: list[str] = []

    def publish(self, source: Path, key: str) -> None:
        """Keep a file or a folder under an object key that is this job's alone."""
        self.state.objects.publish(source, key)
        self._published.append(key)

    def discard(self) -> None:
        """Remove what was published: nobody will come to know of it."""
        for key in self._published:
            self.state.objects.delete(key)

    def progress(self, share: float, note: str) -> None:
        """Store how far the job is, a few times a second at most.

        Raises ClaimLostError where the work is no longer ours to do.
        """
        now = time.monotonic()
        if now - self._reported_at < _REPORT_EVERY:
            return
        self._reported_at = now
        if not self.state.work.report(self.claim, share, note):
            raise ClaimLostError(self.claim.arn)
