"""Streamed events: appended in groups, each on disk before it is acknowledged."""

from collections.abc import Iterable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Integer,
    String,
    bindparam,
    delete,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from aisle.storage.database import Database, Lock
from aisle.storage.tables import events, sessions

_MOST_SESSIONS = 20
_UNREACHABLE = (OperationalError, PoolTimeoutError)
"""It is the database that fails, not an event."""


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
        written.set_running_or_notify_cancel()  # from here on it is stored, wanted or not
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
        try:
            with self._database.write_alone(Lock.EVENTS) as connection:
                self._insert(connection, [event for batch, _ in group for event in batch])
        except Exception as error:  # noqa: BLE001 - each waiting request must hear of it
            if len(group) == 1 or isinstance(error, _UNREACHABLE):
                for _, written in group:
                    written.set_exception(error)
            else:  # one request's bad event must not fail the others of its group
                for one in group:
                    self._write([one])
            return
        for _, written in group:
            written.set_result(None)

    def _insert(self, connection: Connection, batch: list[Event]) -> None:
        dialect = sqlite if self._database.is_sqlite else postgresql
        rows = [msgspec.structs.asdict(event) for event in batch]
        connection.execute(dialect.insert(events).on_conflict_do_nothing(), rows)
        newest = connection.execute(_NEWEST_OF_ALL).scalar() or 0
        named = [
            {
                "dataset": event.dataset,
                "session_id": event.session_id,
                "user_id": event.user_id,
                "named_by": newest,
            }
            for event in batch
            if event.user_id is not None
        ]
        if named:
            connection.execute(dialect.insert(sessions).on_conflict_do_nothing(), named)


def newest_event_id(connection: Connection, dataset: int) -> int:
    """The id of a dataset's newest event; 0 if it has none."""
    query = select(func.max(events.c.id)).where(events.c.dataset == dataset)
    return int(connection.execute(query).scalar() or 0)


class Sessions(msgspec.Struct, frozen=True):
    """The sessions whose anonymous events are a user's."""

    names: list[str]
    """Their ids, latest first."""
    named_by: list[int]
    """About which event's id named the user in each; 0 where the session stands for the user."""


def sessions_of(connection: Connection, dataset: int, user: str) -> Sessions:
    """A user's latest sessions.

    A session that names nobody is asked for by its own id, as long as no user of that id is known.
    """
    wanted = {"dataset": dataset, "user": user}
    rows = connection.execute(_SESSIONS, wanted).all()
    own = [row for row in rows if row.user_id == user]
    found = {row.session_id: row.named_by for row in own}
    if not rows:
        found[user] = 0
    return Sessions(list(found), list(found.values()))


def stand_in(session_id: str) -> str:
    """Whom a session that names nobody stands for in training: no user's id looks like this."""
    return f"\0{session_id}"


def recent_events(
    connection: Connection,
    dataset: int,
    user: str,
    sessions_of_user: Sessions,
    *,
    after: int,
    limit: int,
) -> list[RecentEvent]:
    """A user's newest events with an item, oldest first, leaving out ids up to `after`.

    Those are the events that carry the user's id, and the anonymous ones of the user's sessions.
    """
    wanted = {
        "dataset": dataset,
        "user": user,
        "sessions": sessions_of_user.names,
        "after": after,
        "most": limit,
    }
    rows = connection.execute(_RECENT, wanted).all()
    if 0 in sessions_of_user.named_by and any(row.user_id is not None for row in rows):
        rows = [row for row in rows if row.user_id is not None]  # a user, not a session, after all
    ordered = sorted(rows, key=lambda row: (row.sent_at, row.id))[-limit:]
    return [
        RecentEvent(row.item_id, row.event_type, row.event_value, row.sent_at) for row in ordered
    ]


def delete_events(connection: Connection, dataset: int, most: int) -> bool:
    """Forget some events of a dataset, and at last its sessions; True while there are more."""
    some = select(events.c.id).where(events.c.dataset == dataset).limit(most).subquery()
    gone = connection.execute(delete(events).where(events.c.id.in_(select(some.c.id)))).rowcount
    if gone:
        return True
    connection.execute(delete(sessions).where(sessions.c.dataset == dataset))
    return False


def streamed_rows(
    connection: Connection, dataset: int, up_to: int
) -> Iterable[tuple[str, str, str, float, float | None]]:
    """(user, item, event type, epoch seconds, value) of each event with an item, oldest first.

    An anonymous event counts for the user of its session, else for the session's `stand_in`.
    """
    user = func.coalesce(events.c.user_id, sessions.c.user_id)
    same = (events.c.dataset == sessions.c.dataset) & (events.c.session_id == sessions.c.session_id)
    query = (
        select(
            user,
            events.c.session_id,
            events.c.item_id,
            events.c.event_type,
            events.c.sent_at,
            events.c.event_value,
        )
        .select_from(events.outerjoin(sessions, same))
        .where(events.c.dataset == dataset, events.c.item_id.is_not(None), events.c.id <= up_to)
        .order_by(events.c.id)
    )
    for who, session_id, *event in connection.execute(query):
        yield (who if who is not None else stand_in(session_id), *event)


def _recent() -> CompoundSelect[Any]:
    """The query of `recent_events`, built once: it stands on the path of every answer."""
    dataset, user = bindparam("dataset", type_=BigInteger), bindparam("user", type_=String)
    after, most = bindparam("after", type_=BigInteger), bindparam("most", type_=Integer)
    columns = (
        events.c.id,
        events.c.user_id,
        events.c.item_id,
        events.c.event_type,
        events.c.event_value,
        events.c.sent_at,
    )
    new = select(*columns).where(
        events.c.dataset == dataset, events.c.id > after, events.c.item_id.is_not(None)
    )
    parts = (
        new.where(events.c.user_id == user),
        new.where(
            events.c.user_id.is_(None),
            events.c.session_id.in_(bindparam("sessions", expanding=True, type_=String)),
        ),
    )
    newest = [part.order_by(events.c.id.desc()).limit(most).subquery() for part in parts]
    return union_all(*(select(part) for part in newest))


_RECENT = _recent()


def _sessions() -> CompoundSelect[Any]:
    """The query of `sessions_of`, built once too."""
    dataset, user = bindparam("dataset", type_=BigInteger), bindparam("user", type_=String)
    rows = select(sessions.c.session_id, sessions.c.user_id, sessions.c.named_by).where(
        sessions.c.dataset == dataset
    )
    own = rows.where(sessions.c.user_id == user).order_by(sessions.c.named_by.desc())
    return union_all(
        select(own.limit(_MOST_SESSIONS).subquery()), rows.where(sessions.c.session_id == user)
    )


_SESSIONS = _sessions()
_NEWEST_OF_ALL = select(func.max(events.c.id))
