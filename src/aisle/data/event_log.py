"""Streamed events: appended in groups, each on disk before it is acknowledged."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Integer,
    String,
    and_,
    bindparam,
    delete,
    func,
    literal,
    select,
    union_all,
)

from aisle.data.group_commit import GroupCommit
from aisle.data.session_events import insert_events
from aisle.storage.question import Question
from aisle.storage.tables import events, sessions

_MOST_SESSIONS = 20
_SESSION_IDS = [f"session_{number}" for number in range(_MOST_SESSIONS + 1)]
"""As many as `sessions_of` finds at most: a user's latest, and the one of the user's id."""


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


class EventLog(GroupCommit[Event]):
    """The events of one installation.

    An event whose `event_id` its dataset has seen before is dropped.
    """

    name = "event-log"

    def insert(self, connection: Connection, batch: list[Event]) -> None:
        insert_events(connection, events, batch, is_sqlite=self.database.is_sqlite)


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
    rows = _SESSIONS.all(connection, wanted)
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
    names = sessions_of_user.names
    wanted = {
        "dataset": dataset,
        "user": user,
        "after": after,
        "most": limit,
        **dict.fromkeys(_SESSION_IDS),
        **dict(zip(_SESSION_IDS[: len(names)], names, strict=True)),
    }
    rows = _RECENT.all(connection, wanted)
    if 0 in sessions_of_user.named_by and any(row.user_id is not None for row in rows):
        rows = [row for row in rows if row.user_id is not None]  # a user, not a session, after all
    ordered = sorted((sent_at, number, event) for number, _, sent_at, *event in rows)[-limit:]
    return [RecentEvent(item, kind, value, at) for at, _, (item, kind, value) in ordered]


def distinct_events(
    connection: Connection, dataset: int, user: str, *, known: bool
) -> list[tuple[str, str]]:
    """The distinct (item id, event type in lower case) of a user's events.

    As in `recent_events`, whose events those are; `known` says whether imported events name the
    user, so that no session of the same id stands in.
    """
    rows = _DISTINCT.all(connection, {"dataset": dataset, "user": user})
    own = [row for row in rows if row.whose != _STANDING]
    if not own and not known:
        named = _SESSIONS.first(connection, {"dataset": dataset, "user": user})
        own = [] if named else list(rows)
    return list(dict.fromkeys((row.item_id, row.event_type.lower()) for row in own))


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
        events.c.sent_at,
        events.c.item_id,
        events.c.event_type,
        events.c.event_value,
    )
    new = select(*columns).where(
        events.c.dataset == dataset, events.c.id > after, events.c.item_id.is_not(None)
    )
    parts = (
        new.where(events.c.user_id == user),
        new.where(
            events.c.user_id.is_(None),
            events.c.session_id.in_([bindparam(name, None, String) for name in _SESSION_IDS]),
        ),
    )
    newest = [part.order_by(events.c.id.desc()).limit(most).subquery() for part in parts]
    return union_all(*(select(part) for part in newest))


_RECENT = Question(_recent())
_NAMED, _OF_SESSION, _STANDING = range(3)


def _distinct() -> CompoundSelect[Any]:
    """The query of `distinct_events`: named events, those of named sessions, and of a session
    that may stand for the user.
    """
    dataset, user = bindparam("dataset", type_=BigInteger), bindparam("user", type_=String)
    anonymous = events.c.user_id.is_(None)
    named = select(sessions.c.session_id).where(
        sessions.c.dataset == dataset, sessions.c.user_id == user
    )
    parts = {
        _NAMED: events.c.user_id == user,
        _OF_SESSION: and_(anonymous, events.c.session_id.in_(named)),
        _STANDING: and_(anonymous, events.c.session_id == user),
    }
    return union_all(
        *(
            select(events.c.item_id, events.c.event_type, literal(whose).label("whose"))
            .where(events.c.dataset == dataset, events.c.item_id.is_not(None), condition)
            .distinct()
            for whose, condition in parts.items()
        )
    )


_DISTINCT = Question(_distinct())


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


_SESSIONS = Question(_sessions())
