"""Streamed events of actions: what users did with the actions that they were shown."""

from collections.abc import Iterator
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
    or_,
    select,
    union,
    union_all,
)

from aisle.data.event_log import stand_in
from aisle.data.group_commit import GroupCommit
from aisle.data.session_events import insert_events
from aisle.storage.database import Lock
from aisle.storage.question import Question
from aisle.storage.tables import action_interactions, sessions

TAKEN, NOT_TAKEN, VIEWED = "Taken", "Not taken", "Viewed"


class ActionInteraction(msgspec.Struct, frozen=True, kw_only=True):
    """One event as PutActionInteractions takes it; `dataset` is its dataset's row number.

    https://docs.aws.amazon.com/personalize/latest/dg/API_UBS_ActionInteraction.html
    """

    dataset: int
    user_id: str | None
    session_id: str
    event_id: str | None = None
    event_type: str
    action_id: str
    sent_at: float
    recommendation_id: str | None = None
    impression: str | None = None
    properties: str | None = None


class RecentAction(msgspec.Struct, frozen=True):
    """What serving needs of an event."""

    action_id: str
    event_type: str
    sent_at: float


class ActionLog(GroupCommit[ActionInteraction]):
    """The streamed events of actions of one installation.

    An event whose `event_id` its dataset has seen before is dropped. A session belongs to the
    first user that an event of it names, as in the event log.
    """

    name = "action-log"
    lock = Lock.ACTIONS

    def insert(self, connection: Connection, batch: list[ActionInteraction]) -> None:
        insert_events(connection, action_interactions, batch, is_sqlite=self.database.is_sqlite)


def newest_action_event(connection: Connection, dataset: int) -> int:
    """The id of a dataset's newest event; 0 if it has none."""
    query = select(func.max(action_interactions.c.id))
    of = query.where(action_interactions.c.dataset == dataset)
    return int(connection.execute(of).scalar() or 0)


def distinct_actions(
    connection: Connection, dataset: int, user: str, *, known: bool
) -> list[tuple[str, str]]:
    """The distinct (action id, event type in lower case) of a user's events.

    Anonymous events are those of the user whose session it is; a session that names nobody stands
    for a user of its id, where imported events do not make that user `known`.
    """
    wanted = {"of": dataset, "who": user}
    rows = _DISTINCT.all(connection, wanted)
    if not rows and not known and not _NAMED.first(connection, wanted):
        rows = _STANDING.all(connection, wanted)
    return list(dict.fromkeys((row.action_id, row.event_type.lower()) for row in rows))


def recent_actions(
    connection: Connection, dataset: int, user: str, *, after: int, most: int
) -> list[RecentAction]:
    """A user's newest events, oldest first, leaving out ids up to `after`.

    Those are the events that carry the user's id, and the anonymous ones of the user's sessions.
    """
    wanted = {"of": dataset, "who": user, "after": after, "most": most}
    rows = _RECENT.all(connection, wanted)
    ordered = sorted(rows, key=lambda row: (row.sent_at, row.id))[-most:]
    return [RecentAction(row.action_id, row.event_type, row.sent_at) for row in ordered]


def streamed_action_rows(
    connection: Connection, dataset: int, up_to: int
) -> Iterator[tuple[str, str, str, float]]:
    """(user, action, event type, epoch seconds) of each event, oldest first.

    An anonymous event counts for the user of its session, else for the session's `stand_in`.
    """
    table = action_interactions.c
    same = and_(table.dataset == sessions.c.dataset, table.session_id == sessions.c.session_id)
    query = (
        select(
            func.coalesce(table.user_id, sessions.c.user_id),
            table.session_id,
            table.action_id,
            table.event_type,
            table.sent_at,
        )
        .select_from(action_interactions.outerjoin(sessions, same))
        .where(table.dataset == dataset, table.id <= up_to)
        .order_by(table.id)
    )
    for who, session_id, *event in connection.execute(query):
        yield (who if who is not None else stand_in(session_id), *event)


def delete_action_events(connection: Connection, dataset: int, most: int) -> bool:
    """Forget some events of a dataset, and at last its sessions; True while there are more."""
    table = action_interactions
    some = select(table.c.id).where(table.c.dataset == dataset).limit(most).subquery()
    gone = connection.execute(delete(table).where(table.c.id.in_(select(some.c.id)))).rowcount
    if gone:
        return True
    connection.execute(delete(sessions).where(sessions.c.dataset == dataset))
    return False


def _distinct() -> CompoundSelect[Any]:
    """Named events, and the anonymous ones of the user's sessions, each by its index."""
    table = action_interactions.c
    own = select(sessions.c.session_id).where(sessions.c.dataset == _OF, sessions.c.user_id == _WHO)
    pairs = select(table.action_id, table.event_type).where(table.dataset == _OF)
    return union(
        pairs.where(table.user_id == _WHO),
        pairs.where(table.user_id.is_(None), table.session_id.in_(own)),
    )


def _recent() -> CompoundSelect[Any]:
    """As `_distinct`, the newest events of both kinds."""
    table = action_interactions.c
    own = select(sessions.c.session_id).where(sessions.c.dataset == _OF, sessions.c.user_id == _WHO)
    new = select(table.id, table.action_id, table.event_type, table.sent_at).where(
        table.dataset == _OF, table.id > bindparam("after", type_=BigInteger)
    )
    parts = (
        new.where(table.user_id == _WHO),
        new.where(table.user_id.is_(None), table.session_id.in_(own)),
    )
    most = bindparam("most", type_=Integer)
    newest = [part.order_by(table.id.desc()).limit(most).subquery() for part in parts]
    return union_all(*(select(part) for part in newest))


_OF, _WHO = bindparam("of", type_=BigInteger), bindparam("who", type_=String)
_RECENT = Question(_recent())
_DISTINCT = Question(_distinct())
_NAMED = Question(
    select(sessions.c.session_id)
    .where(
        sessions.c.dataset == _OF, or_(sessions.c.user_id == _WHO, sessions.c.session_id == _WHO)
    )
    .limit(1)
)
_STANDING = Question(
    select(action_interactions.c.action_id, action_interactions.c.event_type)
    .where(
        action_interactions.c.dataset == _OF,
        action_interactions.c.user_id.is_(None),
        action_interactions.c.session_id == _WHO,
    )
    .distinct()
)
