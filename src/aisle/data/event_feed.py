"""Streamed events of one dataset in the order of their arrival, for who follows them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, Integer, and_, bindparam, func, select
from sqlalchemy.sql import Select

from aisle.data.event_log import stand_in
from aisle.storage.question import Question
from aisle.storage.tables import events, sessions


class FedEvent(msgspec.Struct, frozen=True):
    """One event with an item."""

    user: str
    """Whose it is; of a session that names nobody, the session's `stand_in`."""
    item_id: str
    event_type: str
    event_value: float | None
    sent_at: float


class Feed(msgspec.Struct, frozen=True):
    """What a follower gets at a time."""

    events: Sequence[FedEvent]
    seen: int
    """The id to go on after."""
    more: bool
    """Whether there may be more by now."""


def events_after(connection: Connection, dataset: int, seen: int, most: int) -> Feed:
    """At most so many events of a dataset with ids above `seen`, oldest first.

    It reads the events of all datasets since then, by their key: so `seen` moves on with them all.
    """
    wanted = {"dataset": dataset, "seen": seen, "most": most}
    rows = _AFTER.all(connection, wanted)
    newest = max(seen, rows[0].newest or 0)
    found = [row for row in rows if row.id is not None]
    more = len(found) == most
    return Feed([_event(row) for row in found], found[-1].id if more else newest, more)


def _event(row: Any) -> FedEvent:
    user = row.whose if row.whose is not None else stand_in(row.session_id)
    return FedEvent(user, row.item_id, row.event_type, row.event_value, row.sent_at)


def _after() -> Select[Any]:
    """The query of `events_after`, built once: always a row, and one an event if there is any."""
    newest = select(func.max(events.c.id).label("newest")).subquery()
    whose = func.coalesce(events.c.user_id, sessions.c.user_id).label("whose")
    wanted = and_(
        events.c.id > bindparam("seen", type_=BigInteger),
        # An expression that no index answers: the range of ids is what is to be read.
        events.c.dataset + 0 == bindparam("dataset", type_=BigInteger),
        events.c.item_id.is_not(None),
    )
    same = and_(
        sessions.c.dataset == events.c.dataset, sessions.c.session_id == events.c.session_id
    )
    return (
        select(
            newest.c.newest,
            events.c.id,
            events.c.session_id,
            events.c.item_id,
            events.c.event_type,
            events.c.event_value,
            events.c.sent_at,
            whose,
        )
        .select_from(newest.outerjoin(events, wanted).outerjoin(sessions, same))
        .order_by(events.c.id)
        .limit(bindparam("most", type_=Integer))
    )


_AFTER = Question(_after())
