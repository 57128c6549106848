"""Streamed events: appended in groups, each on disk before it is acknowledged."""

from collections.abc import Iterable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread

import msgspec
from sqlalchemy import (
    Connection,
    Select,
    delete,
    func,
    select,
    union,
)
from sqlalchemy.dialects import postgresql, sqlite

from aisle.storage.database import Database, Lock
from aisle.storage.tables import events


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event as PutEvents takes it; `dataset` is the Interactions dataset's row number.

    https://docs.aws.amazon.com/personalize/latest/dg/API_UBS_Event.html
    """

    dataset: int
    user_id: str | None
    session_id: str
    event_id: str | None = None
    event_type: str
    item_id: str | None = None
    event_value: float | None = None
    sent_at: float
    recommendation_id: str | None = None
    attribution_source: str | None = None
    impression: str | None = None
    properties: str | None = None


class RecentEvent(msgspec.Struct, frozen=True):
    """What serving needs of an event."""

    item_id: str
    event_type: str
    event_value: float | None
    sent_at: float


class EventLog:
    """The events of one installation. One thread a process writes what has come in meanwhile.

    While a commit waits for the disk, the requests that arrive gather; the next commit takes
    them all. So the disk's latency bounds how long an event takes, not how many there are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: SimpleQueue[tuple[list[Event], Future[None]] | None] = SimpleQueue()
        self._writer: Thread | None = None

    def append(self, batch: list[Event]) -> Future[None]:
        """Store events; the future is done when they are on disk.

        An event whose `event_id` its dataset has seen before is dropped.
        """
        if self._writer is None:
            self._writer = Thread(target=self._write_groups, name="event-log", daemon=True)
            self._writer.start()
        written: Future[None] = Future()
        self._queue.put((batch, written))
        return written

    def close(self) -> None:
        """Write what is queued and stop the writer."""
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
            self._writer = None

    def _write_groups(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            closing = False
            while not self._queue.empty():
                if (more := self._queue.get()) is None:
                    closing = True
                    break
                group.append(more)
            self._write(group)
            if closing:
                return

    def _write(self, group: list[tuple[list[Event], Future[None]]]) -> None:
        rows = [msgspec.structs.asdict(event) for batch, _ in group for event in batch]
        dialect = sqlite if self._database.is_sqlite else postgresql
        try:
            with self._database.write_alone(Lock.EVENTS) as connection:
                connection.execute(dialect.insert(events).on_conflict_do_nothing(), rows)
        except Exception as error:  # noqa: BLE001 - each waiting request must hear of it
            if len(group) == 1:
                group[0][1].set_exception(error)
            else:  # one request's bad event must not fail the others of its group
                for one in group:
                    self._write([one])
            return
        for _, written in group:
            written.set_result(None)


def newest_event_id(connection: Connection, dataset: int) -> int:
    """The id of a dataset's newest event; 0 if it has none."""
    query = select(func.max(events.c.id)).where(events.c.dataset == dataset)
    return int(connection.execute(query).scalar() or 0)


def recent_events(
    connection: Connection, dataset: int, user: str, *, after: int, limit: int
) -> list[RecentEvent]:
    """A user's newest events with an item, oldest first, leaving out ids up to `after`.

    The events of a user are those that carry the id, those of an anonymous session of that name,
    and the anonymous ones of every session in which the user was later named.
    """
    sessions = select(events.c.session_id).where(
        events.c.dataset == dataset, events.c.user_id == user
    )
    anonymous = _of(dataset, after).where(events.c.user_id.is_(None))
    parts = (
        _newest(_of(dataset, after).where(events.c.user_id == user), limit),
        _newest(anonymous.where(events.c.session_id == user), limit),
        _newest(anonymous.where(events.c.session_id.in_(sessions)), limit),
    )
    rows = connection.execute(union(*parts)).all()
    ordered = sorted(rows, key=lambda row: (row.sent_at, row.id))[-limit:]
    return [
        RecentEvent(row.item_id, row.event_type, row.event_value, row.sent_at) for row in ordered
    ]


def delete_events(connection: Connection, dataset: int) -> None:
    """Forget every event of a dataset."""
    connection.execute(delete(events).where(events.c.dataset == dataset))


def streamed_rows(
    connection: Connection, dataset: int, up_to: int
) -> Iterable[tuple[str, str, str, float, float | None]]:
    """(user, item, event type, epoch seconds, value) of each event with an item, oldest first.

    An anonymous event counts for the user whom its session named later, else for its session.
    """
    named = (
        select(events.c.session_id, func.min(events.c.user_id).label("user_id"))
        .where(events.c.dataset == dataset, events.c.user_id.is_not(None))
        .group_by(events.c.session_id)
        .subquery()
    )
    user = func.coalesce(events.c.user_id, named.c.user_id, events.c.session_id)
    query = (
        select(user, events.c.item_id, events.c.event_type, events.c.sent_at, events.c.event_value)
        .select_from(events.outerjoin(named, events.c.session_id == named.c.session_id))
        .where(events.c.dataset == dataset, events.c.item_id.is_not(None), events.c.id <= up_to)
        .order_by(events.c.id)
    )
    for row in connection.execute(query):
        yield tuple(row)


_COLUMNS = (
    events.c.id,
    events.c.item_id,
    events.c.event_type,
    events.c.event_value,
    events.c.sent_at,
)


def _of(dataset: int, after: int) -> Select[tuple[int, str, str, float, float]]:
    return select(*_COLUMNS).where(
        events.c.dataset == dataset, events.c.id > after, events.c.item_id.is_not(None)
    )


def _newest(
    query: Select[tuple[int, str, str, float, float]], limit: int
) -> Select[tuple[int, str, str, float, float]]:
    newest = query.order_by(events.c.id.desc()).limit(limit).subquery()
    return select(newest)
