"""The outbox: every event from its transaction until the engine has it, and a day longer.

Whoever sends events holds a claim on them, which ends by itself: what a process that died had
claimed is sent by another. The one that writes an event claims it as it does, for the page.
"""

import functools
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from allstore.shop.clickstream.impressions import with_impression
from allstore.shop.database import click_events, upsert
from allstore.shop.events import Event
from allstore.shop.visitor import Visitor

LEASE = 30.0
"""Seconds that a claim holds."""
MOST_ATTEMPTS = 40
"""About eight hours, by `backoff`."""
_LONGEST_WAIT = 900.0


class State(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Refused for good, or tried `MOST_ATTEMPTS` times."""


class StoredEvent(msgspec.Struct, frozen=True):
    number: int
    """Events of a shop are numbered as they are written."""
    event_id: str
    session_id: str
    shopper_id: str | None
    event_type: str
    product_id: str | None
    recommendation_id: str | None
    source: str | None
    impression: list[str] | None
    properties: Mapping[str, str] | None
    sent_at: float
    """Epoch seconds at which it happened."""
    state: State
    attempts: int
    reason: str | None
    """Why the last attempt failed."""


class Claim(msgspec.Struct, frozen=True):
    """Events that nobody else sends until `LEASE` has passed."""

    token: str
    events: tuple[StoredEvent, ...]
    ends: float
    """Epoch seconds."""


def backoff(attempts: int) -> float:
    """Seconds to wait after so many failures: 1, 2, 4 and so on to a quarter of an hour."""
    return float(min(2.0 ** min(attempts - 1, 30), _LONGEST_WAIT))


class Outbox:
    """`now` gives epoch seconds; an event is dead after `most_attempts`."""

    def __init__(
        self,
        engine: sa.Engine,
        now: Callable[[], float] = time.time,
        most_attempts: int = MOST_ATTEMPTS,
    ) -> None:
        self._engine, self.now, self._most_attempts = engine, now, most_attempts

    def write(self, connection: sa.Connection, visitor: Visitor, events: Sequence[Event]) -> Claim:
        """Keep events in the caller's transaction; the claim is good once that has ended well. It
        has none of those that were kept before.
        """
        token, now = uuid.uuid4().hex, self.now()
        seen = with_impression(connection, visitor.session_id, events)
        rows = [_row(visitor, event, token, now) for event in seen]
        if not rows:
            return Claim(token, (), now + LEASE)
        stored = list(_stored(connection.execute(_keep(connection.dialect.name), rows)))
        return _claimed(token, stored, now)

    def claim(self, most: int) -> Claim:
        """The events that are due, at most so many; two that ask at once never get the same."""
        token, now = uuid.uuid4().hex, self.now()
        due = (
            sa.select(click_events.c.number)
            .where(click_events.c.state == State.PENDING, click_events.c.next_attempt <= now)
            .order_by(click_events.c.number)
            .limit(most)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        taken = (
            sa.update(click_events)
            .where(click_events.c.number.in_(sa.select(due.c.number)))
            .values(claim=token, next_attempt=now + LEASE)
            .returning(*_COLUMNS)
        )
        with self._engine.begin() as connection:
            events = list(_stored(connection.execute(taken)))
        return _claimed(token, events, now)

    def delivered(self, token: str, events: Iterable[StoredEvent]) -> None:
        """The engine has these."""
        self._settle(token, events, State.DELIVERED)

    def refused(self, token: str, events: Iterable[StoredEvent], reason: str) -> None:
        """The engine will never take these."""
        self._settle(token, events, State.DEAD, reason)

    def postponed(self, token: str, events: Iterable[StoredEvent], reason: str) -> None:
        """These could not be sent now; after the last attempt they are dead."""
        by_attempts: dict[int, list[StoredEvent]] = {}
        for event in events:
            by_attempts.setdefault(event.attempts + 1, []).append(event)
        for attempts, group in by_attempts.items():
            is_last = attempts >= self._most_attempts
            state = State.DEAD if is_last else State.PENDING
            self._settle(token, group, state, reason, self.now() + backoff(attempts))

    def hasten(self) -> None:
        """Make all that waits for another attempt due: the engine answers again."""
        waits = sa.and_(click_events.c.state == State.PENDING, click_events.c.claim.is_(None))
        with self._engine.begin() as connection:
            connection.execute(sa.update(click_events).where(waits).values(next_attempt=self.now()))

    def next_due(self) -> float | None:
        """Epoch seconds of the next attempt, None where all is settled."""
        query = sa.select(sa.func.min(click_events.c.next_attempt))
        with self._engine.connect() as connection:
            due: float | None = connection.scalar(
                query.where(click_events.c.state == State.PENDING)
            )
        return due

    def revive(self, event_id: str | None = None) -> int:
        """Make one dead letter, or all, due once more; how many there were."""
        dead = click_events.c.state == State.DEAD
        which = dead if event_id is None else sa.and_(dead, click_events.c.event_id == event_id)
        again = {"state": State.PENDING, "attempts": 0, "next_attempt": self.now()}
        with self._engine.begin() as connection:
            return connection.execute(sa.update(click_events).where(which).values(again)).rowcount

    def trim(self, before: float) -> None:
        """Forget what was delivered and happened before this epoch second."""
        old = sa.and_(click_events.c.state == State.DELIVERED, click_events.c.sent_at < before)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(click_events).where(old))

    def dead_letters(self, most: int) -> list[StoredEvent]:
        """The newest first."""
        query = sa.select(*_COLUMNS).where(click_events.c.state == State.DEAD)
        return self._read(query, most)

    def dead_letter_count(self) -> int:
        query = sa.select(sa.func.count()).where(click_events.c.state == State.DEAD)
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def of_session(self, session_id: str, most: int) -> list[StoredEvent]:
        """What one visit did, the newest first."""
        query = sa.select(*_COLUMNS).where(click_events.c.session_id == session_id)
        return self._read(query, most)

    def last_products(self, session_id: str, event_type: str, most: int) -> list[str]:
        """Ids of the products that a visit did this to, each once, the last one first."""
        query = (
            sa.select(click_events.c.product_id)
            .where(
                click_events.c.session_id == session_id,
                click_events.c.event_type == event_type,
                click_events.c.product_id.is_not(None),
            )
            .group_by(click_events.c.product_id)
            .order_by(sa.func.max(click_events.c.number).desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def _read(self, query: sa.Select[Any], most: int) -> list[StoredEvent]:
        with self._engine.connect() as connection:
            newest = query.order_by(click_events.c.number.desc()).limit(most)
            return list(_stored(connection.execute(newest)))

    def _settle(
        self,
        token: str,
        events: Iterable[StoredEvent],
        state: State,
        reason: str | None = None,
        again: float | None = None,
    ) -> None:
        """End a claim; one that another has taken over is the other's to end. `again` is the time
        of the next attempt.
        """
        ids = [event.event_id for event in events]
        settled = {"ids": ids, "token": token, "to": state, "why": reason, "again": again}
        with self._engine.begin() as connection:
            connection.execute(_SETTLE, settled)


def _claimed(token: str, events: Iterable[StoredEvent], now: float) -> Claim:
    return Claim(token, tuple(sorted(events, key=lambda event: event.number)), now + LEASE)


_COLUMNS = [click_events.c[name] for name in StoredEvent.__struct_fields__]
_SETTLE = (
    sa.update(click_events)
    .where(
        click_events.c.event_id.in_(sa.bindparam("ids", expanding=True)),
        click_events.c.claim == sa.bindparam("token"),
    )
    .values(
        attempts=click_events.c.attempts + 1,
        claim=None,
        state=sa.bindparam("to"),
        reason=sa.bindparam("why"),
        next_attempt=sa.func.coalesce(
            sa.bindparam("again", type_=sa.Double), click_events.c.next_attempt
        ),
    )
)


@functools.cache
def _keep(dialect: str) -> Any:
    """Keeps events, each once, and gives those that are new."""
    once = upsert(dialect, click_events).on_conflict_do_nothing(index_elements=["event_id"])
    return once.returning(*_COLUMNS)


def _event_id(visitor: Visitor, event: Event) -> str:
    """A name given by one visit is another's no less."""
    if event.id is None:
        return str(uuid.uuid4())
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{visitor.session_id} {event.id}"))


def _row(visitor: Visitor, event: Event, token: str, now: float) -> dict[str, Any]:
    return {
        "event_id": _event_id(visitor, event),
        "session_id": visitor.session_id,
        "shopper_id": visitor.shopper_id,
        "event_type": event.event_type,
        "product_id": event.product_id,
        "recommendation_id": event.recommendation_id,
        "source": event.source,
        "impression": list(event.impression) or None,
        "properties": dict(event.properties) if event.properties else None,
        "sent_at": now - event.age,
        "state": State.PENDING,
        "attempts": 0,
        "next_attempt": now + LEASE,
        "claim": token,
    }


def _stored(rows: sa.CursorResult[Any]) -> Iterable[StoredEvent]:
    for row in rows.mappings():
        yield StoredEvent(**{**row, "state": State(row["state"])})
