"""Lists shown between the events of a visit, on SQLite and PostgreSQL."""

import pytest
import sqlalchemy as sa

from allstore.shop.clickstream.outbox import Outbox
from allstore.shop.database import shown_lists
from allstore.shop.events import Event, EventType
from allstore.shop.list_changes import compare
from allstore.shop.shown_lists import ShownLists
from allstore.shop.visitor import Visitor
from tests.allstore.shop.conftest import Clock

ANN = Visitor("ann")


@pytest.fixture
def shown(database: sa.Engine, clock: Clock) -> ShownLists:
    return ShownLists(database, clock)


def happened(database: sa.Engine, *events: Event, visitor: Visitor = ANN) -> int:
    """The number of the last one."""
    with database.begin() as connection:
        return Outbox(database).write(connection, visitor, events).events[-1].number


def rows(database: sa.Engine, session_id: str = "ann") -> int:
    query = sa.select(sa.func.count()).where(shown_lists.c.session_id == session_id)
    with database.connect() as connection:
        return connection.scalar(query) or 0


def test_a_change_belongs_to_the_event_before_it(database: sa.Engine, shown: ShownLists) -> None:
    shown.keep(ANN, "home", "Trending", ["a", "b", "c"])
    assert shown.changes(ANN) == {}
    first = happened(database, Event(EventType.VIEW, "c"))
    happened(database, Event(EventType.SEARCH), Event(EventType.IMPRESSION, impression=("a",)))
    shown.keep(ANN, "home", "For you", ["b", "a", "c"])
    shown.keep(ANN, "home", "For you", ["c", "a", "b"])
    second = happened(database, Event(EventType.ADD_TO_CART, "c"))
    shown.keep(ANN, "home", "For you", ["c", "a", "b"])
    found = shown.changes(ANN)
    assert list(found) == [first, second]
    assert [each.heading for each in found[first]] == ["For you"]
    assert found[first][0].change == compare(["a", "b", "c"], ["c", "a", "b"])
    assert found[second][0].change.nothing


def test_lists_and_shoppers_are_compared_with_their_own(
    database: sa.Engine, shown: ShownLists
) -> None:
    shown.keep(ANN, "home", "Home", ["a", "b"])
    shown.keep(ANN, "for-you", "Beside", ["b"])
    happened(database, Event(EventType.VIEW, "a"), visitor=Visitor("ben"))
    number = happened(database, Event(EventType.VIEW, "a"))
    shown.keep(ANN, "for-you", "Beside", ["c"])
    shown.keep(ANN.chooses("1870"), "home", "Home", ["z"])
    found = shown.changes(ANN)
    assert [(number, [each.change for each in changes]) for number, changes in found.items()] == [
        (number, [compare(["b"], ["c"])])
    ]
    assert shown.changes(Visitor("ben")) == {}


def test_a_long_visit_keeps_its_newest_lists(database: sa.Engine, shown: ShownLists) -> None:
    for number in range(70):
        last = happened(database, Event(EventType.VIEW, "a"))
        shown.keep(ANN, "home", "Home", [str(number)])
    shown.keep(Visitor("ben"), "home", "Home", ["a"])
    assert (rows(database), rows(database, "ben")) == (60, 1)
    found = shown.changes(ANN)
    assert len(found) == 59
    assert found[last][0].change == compare(["68"], ["69"])


def test_lists_of_yesterday_are_forgotten(
    database: sa.Engine, shown: ShownLists, clock: Clock
) -> None:
    shown.keep(ANN, "home", "Home", ["a"])
    clock.seconds += 24 * 3600 + 1
    shown.keep(Visitor("ben"), "home", "Home", ["a"])
    assert (rows(database), rows(database, "ben")) == (0, 1)


def test_a_failing_database_does_not_stop_the_page(database: sa.Engine, shown: ShownLists) -> None:
    with database.begin() as connection:
        shown_lists.drop(connection)
    shown.keep(ANN, "home", "Home", ["a"])


def test_the_last_list_is_the_visits_and_the_shoppers_own(
    database: sa.Engine, shown: ShownLists
) -> None:
    assert list(shown.last(ANN, "home")) == []
    shown.keep(ANN, "home", "Home", ["a"])
    happened(database, Event(EventType.VIEW, "a"))
    shown.keep(ANN, "home", "Home", ["b", "a"])
    shown.keep(ANN, "for-you", "Beside", ["c"])
    shown.keep(ANN.chooses("1870"), "home", "Home", ["d"])
    assert list(shown.last(ANN, "home")) == ["b", "a"]
    assert list(shown.last(ANN.chooses("1870"), "home")) == ["d"]
