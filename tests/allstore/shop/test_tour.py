"""What a visit has left behind on the tour, on SQLite and PostgreSQL."""

import sqlalchemy as sa

from allstore.shop.clickstream.outbox import Outbox
from allstore.shop.events import Event, EventType, Source
from allstore.shop.picks import COLD_HEADING
from allstore.shop.shown_lists import ShownLists
from allstore.shop.tour import Stop, Tour
from allstore.shop.visitor import Visitor


def test_the_traces_of_a_visit_tell_its_steps(database: sa.Engine) -> None:
    ann, ben = Visitor("ann"), Visitor("ben", shopper_id="1870")
    ShownLists(database).keep(ann, Source.HOME, COLD_HEADING, ["apple"])
    done = (
        Event(EventType.VIEW, "book", source=Source.SIMILAR),
        Event(EventType.SEARCH, properties={"query": "oak"}),
    )
    with database.begin() as connection:
        Outbox(database).write(connection, ann, done)
    tour = Tour(database)
    assert tour.done(ann) == {Stop.TRENDING, Stop.PRODUCT, Stop.SEARCH}
    assert tour.done(ben) == {Stop.SHOPPER}
