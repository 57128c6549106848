"""What a visitor saw before a click goes with the click."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from allstore.shop.database import click_events
from allstore.shop.events import MOST_SHOWN, Event, EventType

_PICKED = {EventType.VIEW, EventType.ADD_TO_CART}
"""Events that begin with a choice from a list."""


def with_impression(
    connection: sa.Connection, session_id: str, events: Sequence[Event]
) -> list[Event]:
    """The events; the first, where it picks a product, with the products that the visit has seen
    of the same list since it picked one before.
    """
    if not events or events[0].event_type not in _PICKED or events[0].impression:
        return list(events)
    picked = events[0]
    shown = [each for row in _seen_since(connection, session_id, picked) for each in row]
    if not shown:
        return list(events)
    return [msgspec.structs.replace(picked, impression=_newest(shown, picked)), *events[1:]]


def _seen_since(connection: sa.Connection, session_id: str, picked: Event) -> Sequence[list[str]]:
    asked = {
        "session": session_id,
        "recommendation": picked.recommendation_id,
        "list": picked.source,
    }
    return list(connection.scalars(_SEEN, asked))


_MINE = click_events.c.session_id == sa.bindparam("session")
_PICKED_BEFORE = (
    sa.select(sa.func.coalesce(sa.func.max(click_events.c.number), 0))
    .where(_MINE, click_events.c.event_type.in_(_PICKED))
    .scalar_subquery()
)
_SEEN = (
    sa.select(click_events.c.impression)
    .where(
        _MINE,
        click_events.c.event_type == EventType.IMPRESSION,
        click_events.c.recommendation_id.is_not_distinct_from(sa.bindparam("recommendation")),
        click_events.c.source.is_not_distinct_from(sa.bindparam("list")),
        click_events.c.number > _PICKED_BEFORE,
    )
    .order_by(click_events.c.number)
)
"""What a visit has seen of a list since it picked a product."""


def _newest(shown: Sequence[str], picked: Event) -> tuple[str, ...]:
    """The last ones seen, each once, and the picked one among them."""
    distinct = list(dict.fromkeys(reversed([*shown, picked.product_id or shown[-1]])))
    return tuple(reversed(distinct[:MOST_SHOWN]))
