"""The resource rows as a queue: claim with a lease, show signs of life, finish once."""

from collections.abc import Callable

import msgspec
from sqlalchemy import select, update

from aisle.records import Status
from aisle.storage.database import Database, Lock
from aisle.storage.resources import Resources
from aisle.storage.tables import resources

_WORK = [status for status in Status if status.claimed]


class Claim(msgspec.Struct, frozen=True):
    """One row taken up by one worker. `owner` fences it: a later owner shuts out an earlier."""

    seq: int
    arn: str
    kind: str
    status: Status
    owner: str
    attempt: int
    """1 for the first try; more where an earlier worker died."""


class WorkQueue:
    """What there is to do, over all processes of an installation."""

    def __init__(self, database: Database, lease_seconds: float) -> None:
        self._database = database
        self._lease_seconds = lease_seconds

    def waiting(self, now: float) -> list[tuple[str, str]]:
        """ARN and kind of the rows that ask for work and that no living worker holds, oldest
        first.
        """
        query = (
            select(resources.c.arn, resources.c.kind)
            .where(resources.c.status.in_(_WORK), resources.c.lease_until < now)
            .order_by(resources.c.seq)
        )
        with self._database.read() as connection:
            return [(row.arn, row.kind) for row in connection.execute(query)]

    def claim(self, arn: str, owner: str, now: float) -> Claim | None:
        """Take a row up, or None where another worker was faster or the work is gone."""
        with self._database.write_alone(Lock.RESOURCES) as connection:
            row = connection.execute(select(resources).where(resources.c.arn == arn)).first()
            status = Status(row.status).claimed if row else None
            if row is None or status is None or row.lease_until >= now:
                return None
            connection.execute(
                update(resources)
                .where(resources.c.arn == arn)
                .values(
                    status=status.value,
                    record=_with_status(row.record, status),
                    lease_owner=owner,
                    lease_until=now + self._lease_seconds,
                    attempts=row.attempts + 1,
                )
            )
        return Claim(row.seq, arn, row.kind, status, owner, row.attempts + 1)

    def renew(self, owner: str, now: float) -> None:
        """Show that a worker is alive: its claims hold for another lease."""
        self._set(owner, lease_until=now + self._lease_seconds)

    def report(self, claim: Claim, share: float, note: str) -> bool:
        """Store a job's progress; False where the claim has been lost."""
        with self._database.write() as connection:
            change = (
                update(resources)
                .where(resources.c.arn == claim.arn, resources.c.lease_owner == claim.owner)
                .values(progress=share, progress_note=note)
            )
            return connection.execute(change).rowcount == 1

    def release(self, claim: Claim) -> None:
        """Give a claim back so that any worker may try again."""
        self._set(claim.owner, arn=claim.arn, lease_owner=None, lease_until=0.0)

    def finish(self, claim: Claim, change_rows: Callable[[Resources], None]) -> bool:
        """Let `change_rows` write the outcome, in one transaction with the end of the claim.

        False, with nothing written, where the claim has been lost to another worker.
        """
        with self._database.write_alone(Lock.RESOURCES) as connection:
            change = (
                update(resources)
                .where(
                    resources.c.arn == claim.arn,
                    resources.c.lease_owner == claim.owner,
                )
                .values(lease_owner=None, lease_until=0.0, attempts=0, progress=1.0)
            )
            if connection.execute(change).rowcount != 1:
                return False
            change_rows(Resources(connection))
            return True

    def _set(self, owner: str, arn: str | None = None, **values: object) -> None:
        change = update(resources).where(resources.c.lease_owner == owner)
        if arn:
            change = change.where(resources.c.arn == arn)
        with self._database.write() as connection:
            connection.execute(change.values(**values))


def _with_status(record: bytes, status: Status) -> bytes:
    document = msgspec.json.decode(record)
    document["status"] = status.value
    return msgspec.json.encode(document)
