"""Rules that several kinds of resource share: parents, states, deletions."""

import time
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from aisle.data.state import Transaction
from aisle.records import Record, Status
from aisle.records.answer import Answer
from aisle.records.arn import scope_of
from aisle.records.base import under_way
from aisle.records.errors import (
    ResourceInUseException,
    ResourceNotFoundException,
)
from aisle.serving.call import Call

R = TypeVar("R", bound=Record)

_SETTLED = (Status.ACTIVE, Status.CREATE_FAILED, Status.INACTIVE)


def require(call: Call, transaction: Transaction, record_type: type[R], arn: str) -> R:
    """The caller's record; raises ResourceNotFoundException where it has none of that ARN."""
    if scope_of(arn) != call.scope:
        raise ResourceNotFoundException(f"Could not find {record_type.kind} {arn}.")
    return transaction.resources.require(record_type, arn)


def require_active(call: Call, transaction: Transaction, record_type: type[R], arn: str) -> R:
    """As `require`, and ready to build on; raises ResourceInUseException where it is not."""
    record = require(call, transaction, record_type, arn)
    if record.status is not Status.ACTIVE:
        raise ResourceInUseException(
            f"The {record.kind} {arn} must be ACTIVE: its status is {record.status.value}."
        )
    return record


def begin_deletion(
    transaction: Transaction, record: Record, blocking: Mapping[str, Sequence[Record]]
) -> None:
    """Turn a settled record to DELETE PENDING.

    `blocking` names what must be gone first. Raises ResourceInUseException where something of it
    is left, or where the record is still being created or already being deleted.
    """
    for noun, records in blocking.items():
        if records:
            raise ResourceInUseException(
                f"The {record.kind} {record.arn} cannot be deleted while {noun} "
                f"{records[0].arn} exists with status {records[0].status.value}."
            )
    if record.status not in _SETTLED:
        raise ResourceInUseException(
            f"The {record.kind} {record.arn} cannot be deleted: its status is "
            f"{record.status.value}."
        )
    pending = replace(record, status=Status.DELETE_PENDING, last_updated_date_time=time.time())
    transaction.resources.put(pending)


def in_progress(records: Collection[R]) -> list[R]:
    """Those that are still being made, or being stopped."""
    return under_way(records)


def describe(call: Call, record_type: type[R], arn: str, member: str, arn_member: str) -> Answer:
    """A record as its Describe operation shows it, with its progress in a header."""
    with call.state.read() as transaction:
        record = require(call, transaction, record_type, arn)
        progress = transaction.resources.progress(arn)
    headers = {}
    if progress is not None and in_progress([record]):
        headers["x-aisle-progress"] = f"{progress.share:.3f} {progress.note}"
    return Answer(document={member: shown(record, arn_member)}, headers=headers)


def shown(record: Record, arn_member: str) -> dict[str, object]:
    """A record's members under their wire names; the output shape picks those it has."""
    document = msgspec.to_builtins(record)
    document[arn_member] = record.arn
    document["jobName"] = record.name  # what the shapes of jobs call it
    return {name: value for name, value in document.items() if value is not None}
