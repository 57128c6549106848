"""Resource records in the database: found by ARN, listed by parent, changed by status."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from aisle.records import RECORD_TYPES, Record, Scope
from aisle.records.arn import scope_of
from aisle.records.errors import ResourceAlreadyExistsException, ResourceNotFoundException
from aisle.storage.question import Question
from aisle.storage.quotas import Quota
from aisle.storage.tables import resources

R = TypeVar("R", bound=Record)


_IS_KIND = resources.c.kind == bindparam("wanted_kind")
_IS_ARN = resources.c.arn == bindparam("wanted_arn")
_BY_ARN = Question(select(resources.c.record).where(_IS_ARN, _IS_KIND))
_BY_LOOKUP_KEY = Question(
    select(resources.c.record).where(resources.c.lookup_key == bindparam("wanted_key"), _IS_KIND)
)
_ROW = Question(select(resources.c.seq, resources.c.record).where(_IS_ARN, _IS_KIND))
_SEQ = Question(select(resources.c.seq).where(_IS_ARN))


class Progress(msgspec.Struct, frozen=True):
    """How far a job is: a share from 0 to 1, and what it is doing."""

    share: float
    note: str


class Resources:
    """The resource rows as seen by one transaction."""

    def __init__(self, connection: Connection, quotas: Mapping[str, Quota] | None = None) -> None:
        self.connection = connection
        self._quotas = quotas or {}

    def add(self, record: Record) -> int:
        """Insert a record and give its row number, which is never used again.

        Raises ResourceAlreadyExistsException where the ARN is taken, LimitExceededException where
        a quota is used up.
        """
        scope = scope_of(record.arn)
        row = {
            "arn": record.arn,
            "kind": record.kind,
            "account": scope.account,
            "region": scope.region,
            "parent_arn": record.parent_arn,
            "lookup_key": record.lookup_key,
            **_written(record),
        }
        if self.exists(record.arn):
            raise ResourceAlreadyExistsException(record.arn)
        if quota := self._quotas.get(record.kind):
            present = self.page(type(record), scope=scope)
            quota.check(record, [one for _, one in present])
        try:
            result = self.connection.execute(insert(resources).values(row))
        except IntegrityError as error:
            raise ResourceAlreadyExistsException(record.arn) from error
        (seq,) = result.inserted_primary_key or (0,)
        return int(seq)

    def exists(self, arn: str) -> bool:
        return self.seq(arn) is not None

    def get(self, record_type: type[R], arn: str) -> R | None:
        """The record of that type and ARN, if there is one."""
        wanted = {"wanted_arn": arn, "wanted_kind": record_type.kind}
        return _decode(record_type, _BY_ARN.first(self.connection, wanted))

    def row(self, record_type: type[R], arn: str) -> tuple[int, R] | None:
        """As `get`, with its row number."""
        wanted = {"wanted_arn": arn, "wanted_kind": record_type.kind}
        row = _ROW.first(self.connection, wanted)
        return None if row is None else (row.seq, msgspec.json.decode(row.record, type=record_type))

    def require(self, record_type: type[R], arn: str) -> R:
        """As `get`; raises ResourceNotFoundException where there is none."""
        record = self.get(record_type, arn)
        if record is None:
            raise ResourceNotFoundException(f"Could not find {record_type.kind} {arn}.")
        return record

    def of_any_kind(self, arn: str) -> Record | None:
        """The record of an ARN, whatever it is."""
        query = select(resources.c.kind, resources.c.record).where(resources.c.arn == arn)
        row = self.connection.execute(query).first()
        return row and msgspec.json.decode(row.record, type=RECORD_TYPES[row.kind])

    def find(self, record_type: type[R], lookup_key: str) -> R | None:
        """The record of that type with that second name, if there is one."""
        wanted = {"wanted_key": lookup_key, "wanted_kind": record_type.kind}
        return _decode(record_type, _BY_LOOKUP_KEY.first(self.connection, wanted))

    def seq(self, arn: str) -> int | None:
        """The row number of an ARN: unique over all time, so it names what belongs to this life."""
        row = _SEQ.first(self.connection, {"wanted_arn": arn})
        return None if row is None else int(row.seq)

    def progress(self, arn: str) -> Progress | None:
        """How far the job behind an ARN is."""
        query = select(resources.c.progress, resources.c.progress_note)
        row = self.connection.execute(query.where(resources.c.arn == arn)).first()
        return None if row is None else Progress(row.progress, row.progress_note)

    def page(
        self,
        record_type: type[R],
        *,
        scope: Scope | None = None,
        parent_arn: str | None = None,
        after: int = 0,
        limit: int = 1_000_000,
    ) -> list[tuple[int, R]]:
        """Row numbers and records, oldest first, beginning behind row number `after`."""
        query = select(resources.c.seq, resources.c.record).where(
            resources.c.kind == record_type.kind, resources.c.seq > after
        )
        if scope:
            query = query.where(
                resources.c.account == scope.account, resources.c.region == scope.region
            )
        if parent_arn:
            query = query.where(resources.c.parent_arn == parent_arn)
        rows = self.connection.execute(query.order_by(resources.c.seq).limit(limit))
        return [(row.seq, msgspec.json.decode(row.record, type=record_type)) for row in rows]

    def children(self, record_type: type[R], parent_arn: str) -> list[R]:
        """All records of a type that belong to a resource, oldest first."""
        return [record for _, record in self.page(record_type, parent_arn=parent_arn)]

    def put(self, record: Record) -> None:
        """Overwrite the record of that ARN."""
        change = update(resources).where(resources.c.arn == record.arn)
        self.connection.execute(change.values(parent_arn=record.parent_arn, **_written(record)))

    def remove(self, arn: str) -> None:
        self.connection.execute(delete(resources).where(resources.c.arn == arn))


def _written(record: Record) -> dict[str, Any]:
    return {"status": record.status.value, "record": msgspec.json.encode(record)}


def _decode(record_type: type[R], row: Any) -> R | None:
    return None if row is None else msgspec.json.decode(row.record, type=record_type)
