"""How far a visit has come on the guided tour, by what the shop has stored of it."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from allstore.shop.database import click_events, products, shown_lists
from allstore.shop.events import EventType, Source
from allstore.shop.picks import COLD_HEADING
from allstore.shop.visitor import Visitor

FOLLOWED = 3
"""Products of one category to view, so that the list follows."""
_ON_PRODUCT_PAGE = (Source.SIMILAR, Source.BOUGHT_TOGETHER, Source.ALSO_VIEWED, Source.FOR_YOU)


class Stop(StrEnum):
    """The steps that leave a trace; of the others nobody can tell."""

    TRENDING = "trending"
    CLICKS = "clicks"
    SHOPPER = "shopper"
    PRODUCT = "product"
    SEARCH = "search"
    ORDER = "order"


class Tour:
    """Reads the shop's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def done(self, visitor: Visitor) -> frozenset[Stop]:
        """Events count for as long as the outbox keeps them, and lists for a day."""
        with self._engine.connect() as connection:
            traces = connection.execute(_TRACES, {"session": visitor.session_id}).mappings().one()
        found = {Stop(name) for name, is_there in traces.items() if is_there}
        return frozenset(found | ({Stop.SHOPPER} if visitor.shopper_id is not None else set()))


def _happened(*also: sa.ColumnElement[bool]) -> sa.Exists:
    """Whether the visit has an event that is all of this."""
    return sa.exists().where(_OF.session_id == _SESSION, *also)


_OF = click_events.c
_SESSION: sa.BindParameter[Any] = sa.bindparam("session")
_SHOWN = sa.exists().where(
    shown_lists.c.session_id == _SESSION,
    shown_lists.c.name == Source.HOME,
    shown_lists.c.heading == COLD_HEADING,
)
_OF_ONE_CATEGORY = (
    sa.select(products.c.category)
    .join(click_events, _OF.product_id == products.c.id)
    .where(_OF.session_id == _SESSION, _OF.event_type == EventType.VIEW)
    .group_by(products.c.category)
    .having(sa.func.count(products.c.id.distinct()) >= FOLLOWED)
)
_BEFORE = click_events.alias("before")
_HAD_VIEWED = sa.exists().where(
    _BEFORE.c.session_id == _OF.session_id,
    _BEFORE.c.number < _OF.number,
    _BEFORE.c.event_type == EventType.VIEW,
)
"""A search of nobody has no order of theirs to compare."""
_TRACES = sa.select(
    _SHOWN.label(Stop.TRENDING),
    _OF_ONE_CATEGORY.exists().label(Stop.CLICKS),
    _happened(_OF.event_type == EventType.VIEW, _OF.source.in_(_ON_PRODUCT_PAGE)).label(
        Stop.PRODUCT
    ),
    _happened(
        _OF.event_type == EventType.SEARCH, sa.or_(_OF.shopper_id.is_not(None), _HAD_VIEWED)
    ).label(Stop.SEARCH),
    _happened(_OF.event_type == EventType.PURCHASE).label(Stop.ORDER),
)
