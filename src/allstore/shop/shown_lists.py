"""The lists that a visit was shown, and how each changed after what the visit did."""

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from allstore.shop.database import click_events, shown_lists, upsert
from allstore.shop.list_changes import ListChange, compare
from allstore.shop.visitor import Visitor

_MOST = 60
"""Lists kept of a visit."""
_KEPT = 24 * 3600.0
"""Seconds that a list is kept, as the events are that it is told with."""
_TIDY = 3600.0

_OF = shown_lists.c

log = structlog.get_logger(__name__)


class Changed(msgspec.Struct, frozen=True):
    """A list as it stood after an event, beside what it was before."""

    heading: str
    change: ListChange


class ShownLists:
    """`now` gives epoch seconds."""

    def __init__(self, engine: sa.Engine, now: Callable[[], float] = time.time) -> None:
        self._engine, self._now = engine, now
        self._tidied = 0.0

    def keep(self, visitor: Visitor, name: str, heading: str, product_ids: Sequence[str]) -> None:
        """Keep what a page shows of the list `name`, in the place of what was shown since the same
        event. A failure of the database is logged; the page is more important.
        """
        try:
            with self._engine.begin() as connection:
                self._keep(connection, visitor, name, heading, list(product_ids))
        except sa.exc.DBAPIError as error:
            log.warning("shown_list_not_kept", list=name, error=str(error))

    def last(self, visitor: Visitor, name: str) -> Sequence[str]:
        """The product ids of the list `name` as this visit saw it last; none where it has not."""
        mine = {"session": visitor.session_id, "of": name, "shopper": visitor.shopper_id or ""}
        with self._engine.connect() as connection:
            return connection.scalar(_LAST, mine) or ()

    def changes(self, visitor: Visitor) -> Mapping[int, Sequence[Changed]]:
        """By the number of the visit's event: the lists that were shown next. A list of a shopper
        is compared with one of the same shopper alone.
        """
        mine = sa.select(shown_lists).where(_OF.session_id == visitor.session_id)
        last: dict[tuple[str, str], Sequence[str]] = {}
        found: dict[int, list[Changed]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(mine.order_by(_OF.after_event, _OF.name)):
                before = last.get((row.name, row.shopper_id))
                last[row.name, row.shopper_id] = row.product_ids
                if before is not None:
                    changed = Changed(row.heading, compare(before, row.product_ids))
                    found.setdefault(row.after_event, []).append(changed)
        return found

    def _keep(
        self,
        connection: sa.Connection,
        visitor: Visitor,
        name: str,
        heading: str,
        product_ids: list[str],
    ) -> None:
        visit = {"session": visitor.session_id}
        key = {
            "session_id": visitor.session_id,
            "name": name,
            "shopper_id": visitor.shopper_id or "",
            "after_event": connection.scalar(_LAST_TOUCH, visit) or 0,
        }
        if connection.scalar(_KEPT_IDS, key) == product_ids:
            return
        values = {"heading": heading, "product_ids": product_ids, "shown_at": self._now()}
        connection.execute(_put(connection.dialect.name), {**key, **values})
        connection.execute(_FORGET_OLDEST, visit)
        now = self._now()
        if now - self._tidied >= _TIDY:
            self._tidied = now
            connection.execute(sa.delete(shown_lists).where(_OF.shown_at < now - _KEPT))


_KEY = [column.name for column in shown_lists.primary_key]
_KEPT_IDS = sa.select(_OF.product_ids).where(*(_OF[each] == sa.bindparam(each) for each in _KEY))
_LAST_TOUCH = sa.select(sa.func.max(click_events.c.number)).where(
    click_events.c.session_id == sa.bindparam("session"), click_events.c.product_id.is_not(None)
)
"""The last event that can have changed a list; a search or an impression touches no product."""
_MINE = _OF.session_id == sa.bindparam("session")
_LAST = (
    sa.select(_OF.product_ids)
    .where(_MINE, _OF.name == sa.bindparam("of"), _OF.shopper_id == sa.bindparam("shopper"))
    .order_by(_OF.after_event.desc())
    .limit(1)
)
_OLDEST_KEPT = (
    sa.select(_OF.after_event)
    .where(_MINE)
    .order_by(_OF.after_event.desc())
    .limit(1)
    .offset(_MOST - 1)
    .scalar_subquery()
)
_FORGET_OLDEST = sa.delete(shown_lists).where(_MINE, _OF.after_event < _OLDEST_KEPT)


@functools.cache
def _put(dialect: str) -> Any:
    """Keeps a list, in the place of one with the same key."""
    statement = upsert(dialect, shown_lists)
    values = {each.name: each for each in statement.excluded if each.name not in _KEY}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=values)
