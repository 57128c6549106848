"""The resource rows as a queue: claim with a lease, show signs of life, finish once."""

import time
from collections.abc import Callable, Iterable
from uuid import uuid4

import msgspec
from sqlalchemy import Update, select, update

from aisle.records import Status
from aisle.storage.database import Database, Lock
from aisle.storage.resources import Resources
from aisle.storage.tables import resources

_WORK = [status for status in Status if status.claimed]


class Claim(msgspec.Struct, frozen=True):
    """One row taken up once. `token` fences it: whoever claims the row later shuts this one out."""

    seq: int
    arn: str
    kind: str
    status: Status
    token: str
    attempt: int
    """1 for the first try; more where an earlier worker died."""


class Waiting(msgspec.Struct, frozen=True):
    """A row that asks for work."""

    arn: str
    kind: str
    status: Status


class UnderWay(msgspec.Struct, frozen=True):
    """How far some work is: a share from 0 to 1, and what it is doing."""

    arn: str
    share: float
    note: str


class WorkQueue:
    """What there is to do, over all processes of an installation."""

    def __init__(self, database: Database, lease_seconds: float) -> None:
        self._database = database
        self._lease_seconds = lease_seconds

    def waiting(self) -> list[Waiting]:
        """What asks for work and is held by no living worker, oldest first."""
        query = (
            select(resources.c.arn, resources.c.kind, resources.c.status)
            .where(resources.c.status.in_(_WORK), resources.c.lease_until < time.time())
            .order_by(resources.c.seq)
        )
        with self._database.read() as connection:
            rows = connection.execute(query)
            return [Waiting(row.arn, row.kind, Status(row.status)) for row in rows]

    def under_way(self) -> list[UnderWay]:
        """All that is being worked on or waits for it, oldest first."""
        query = (
            select(resources.c.arn, resources.c.progress, resources.c.progress_note)
            .where(resources.c.status.in_(_WORK))
            .order_by(resources.c.seq)
        )
        with self._database.read() as connection:
            rows = connection.execute(query)
            return [UnderWay(row.arn, row.progress, row.progress_note) for row in rows]

    def claim(self, arn: str) -> Claim | None:
        """Take a row up, or None where another worker was faster or the work is gone."""
        with self._database.write_alone(Lock.RESOURCES) as connection:
            now = time.time()
            row = connection.execute(select(resources).where(resources.c.arn == arn)).first()
            status = Status(row.status).claimed if row else None
            if row is None or status is None or row.lease_until >= now:
                return None
            claim = Claim(row.seq, arn, row.kind, status, uuid4().hex, row.attempts + 1)
            connection.execute(
                update(resources)
                .where(resources.c.arn == arn)
                .values(
                    status=status.value,
                    record=_with_status(row.record, status),
                    lease_owner=claim.token,
                    lease_until=now + self._lease_seconds,
                    attempts=claim.attempt,
                )
            )
        return claim

    def renew(self, claims: Iterable[Claim]) -> None:
        """Show that work is alive: these claims hold for another lease."""
        tokens = [claim.token for claim in claims]
        change = update(resources).where(resources.c.lease_owner.in_(tokens))
        with self._database.write() as connection:
            connection.execute(change.values(lease_until=time.time() + self._lease_seconds))

    def withdrawn(self, claims: Iterable[Claim]) -> list[Claim]:
        """Those of the claims whose work is wanted no longer: the row has another status than
        the work gave it, or another owner.
        """
        held = {claim.token: claim for claim in claims}
        query = select(resources.c.lease_owner, resources.c.status)
        with self._database.read() as connection:
            rows = connection.execute(query.where(resources.c.lease_owner.in_(held)))
            wanted = {row.lease_owner: row.status for row in rows}
        return [claim for token, claim in held.items() if wanted.get(token) != claim.status.value]

    def give_up(self, claim: Claim) -> None:
        """Let go of a row that asks for other work by now; any worker may begin that at once."""
        ended = (
            update(resources)
            .where(
                resources.c.arn == claim.arn,
                resources.c.lease_owner == claim.token,
                resources.c.status != claim.status.value,
            )
            .values(lease_owner=None, lease_until=0.0, attempts=0)
        )
        with self._database.write() as connection:
            connection.execute(ended)

    def report(self, claim: Claim, share: float, note: str) -> bool:
        """Store a job's progress; False where the claim has been lost."""
        change = _held(claim).values(progress=share, progress_note=note)
        with self._database.write() as connection:
            return connection.execute(change).rowcount == 1

    def release(self, claim: Claim, *, failed: bool, wait: float = 0.0) -> None:
        """Give a claim back, so that any worker may try again after `wait` seconds.

        Where the work had not `failed`, the attempt does not count.
        """
        change = _held(claim).values(
            lease_owner=None,
            lease_until=time.time() + wait if wait else 0.0,
            attempts=claim.attempt if failed else claim.attempt - 1,
        )
        with self._database.write() as connection:
            connection.execute(change)

    def finish(self, claim: Claim, change_rows: Callable[[Resources], None]) -> bool:
        """Let `change_rows` write the outcome, in one transaction with the end of the claim.

        False, with nothing written, where the claim has been lost or the work is not wanted any
        more.
        """
        ended = _held(claim).values(lease_owner=None, lease_until=0.0, attempts=0, progress=1.0)
        with self._database.write_alone(Lock.RESOURCES) as connection:
            if connection.execute(ended).rowcount != 1:
                return False
            change_rows(Resources(connection))
            return True


def _held(claim: Claim) -> Update:
    """A change of the claimed row while it is held and still asks for the same work."""
    return update(resources).where(
        resources.c.arn == claim.arn,
        resources.c.lease_owner == claim.token,
        resources.c.status == claim.status.value,
    )


def _with_status(record: bytes, status: Status) -> bytes:
    document = msgspec.json.decode(record)
    document["status"] = status.value
    return msgspec.json.encode(document)
