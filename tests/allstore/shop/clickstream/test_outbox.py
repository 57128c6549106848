"""The outbox on SQLite and PostgreSQL: claims, back-off, dead letters."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from allstore.shop.cart import Carts
from allstore.shop.clickstream.outbox import (
    LEASE,
    Claim,
    Outbox,
    State,
    StoredEvent,
    backoff,
)
from allstore.shop.events import Event, EventType, Touch
from allstore.shop.orders import Orders, OutOfStockError
from allstore.shop.visitor import Visitor
from tests.allstore.shop.conftest import Clock

ANN = Visitor("ann", "1870")


@pytest.fixture
def outbox(database: sa.Engine, clock: Clock) -> Outbox:
    return Outbox(database, clock)


def written(database: sa.Engine, outbox: Outbox, *events: Event, visitor: Visitor = ANN) -> Claim:
    with database.begin() as connection:
        return outbox.write(connection, visitor, events)


def views(*product_ids: str) -> list[Event]:
    return [Event(EventType.VIEW, each) for each in product_ids]


def newest(outbox: Outbox) -> StoredEvent:
    return outbox.of_session("ann", 1)[0]


def test_an_event_comes_back_as_it_was_written(
    database: sa.Engine, outbox: Outbox, clock: Clock
) -> None:
    event = Event(EventType.SEARCH, None, "RID-1", "search", ("a", "b"), {"query": "böök"})
    (stored,) = written(database, outbox, event).events
    assert stored == newest(outbox)
    assert (stored.session_id, stored.shopper_id) == ("ann", "1870")
    assert (stored.event_type, stored.product_id) == ("Search", None)
    assert (stored.recommendation_id, stored.source) == ("RID-1", "search")
    assert (stored.impression, stored.properties) == (["a", "b"], {"query": "böök"})
    assert (stored.sent_at, stored.state, stored.attempts) == (clock(), State.PENDING, 0)


def test_the_writer_has_a_claim_that_passes_to_another_when_the_writer_is_gone(
    database: sa.Engine, outbox: Outbox, clock: Clock
) -> None:
    first = written(database, outbox, *views("apple", "book"))
    assert outbox.claim(10).events == ()
    clock.seconds += LEASE
    second = outbox.claim(10)
    assert [each.event_id for each in second.events] == [each.event_id for each in first.events]
    outbox.refused(first.token, first.events, "too late to say so")
    assert newest(outbox).state is State.PENDING
    outbox.delivered(second.token, second.events)
    assert newest(outbox).state is State.DELIVERED


def test_two_couriers_never_claim_the_same_event(
    database: sa.Engine, outbox: Outbox, clock: Clock
) -> None:
    for number in range(40):
        written(database, outbox, *views("apple"), visitor=Visitor(f"visit-{number}"))
    clock.seconds += LEASE
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: Outbox(database, clock).claim(7), range(8)))
    claimed = [event.event_id for claim in claims for event in claim.events]
    assert len(claimed) == len(set(claimed)) == 40


def test_a_failed_event_waits_twice_as_long_each_time_and_is_dead_at_last(
    database: sa.Engine, clock: Clock
) -> None:
    outbox = Outbox(database, clock, most_attempts=4)
    claim = written(database, outbox, *views("apple"))
    for attempts in range(1, 4):
        outbox.postponed(claim.token, claim.events, "The engine is down.")
        assert outbox.next_due() == clock.seconds + backoff(attempts)
        clock.seconds += backoff(attempts) - 0.5
        assert outbox.claim(10).events == ()
        clock.seconds += 0.5
        claim = outbox.claim(10)
        assert claim.events[0].attempts == attempts
    outbox.postponed(claim.token, claim.events, "The engine is still down.")
    (letter,) = outbox.dead_letters(10)
    assert (letter.attempts, letter.reason) == (4, "The engine is still down.")
    assert outbox.next_due() is None
    assert [backoff(attempts) for attempts in (1, 2, 3, 11, 99)] == [1, 2, 4, 900, 900]


def test_a_dead_letter_is_sent_again_under_the_same_id(database: sa.Engine, outbox: Outbox) -> None:
    claim = written(database, outbox, *views("apple", "book"))
    outbox.refused(claim.token, claim.events, "InvalidInputException: no such tracker")
    assert outbox.revive(claim.events[1].event_id) == 1
    assert [event.product_id for event in outbox.dead_letters(10)] == ["apple"]
    assert outbox.revive() == 1
    again = outbox.claim(10)
    assert [each.event_id for each in again.events] == [each.event_id for each in claim.events]


def test_when_the_engine_answers_again_nothing_waits_but_what_is_under_way(
    database: sa.Engine, outbox: Outbox, clock: Clock
) -> None:
    waiting = written(database, outbox, *views("apple"))
    written(database, outbox, *views("book"))
    outbox.postponed(waiting.token, waiting.events, "The engine is down.")
    outbox.hasten()
    assert [event.product_id for event in outbox.claim(10).events] == ["apple"]
    assert clock.seconds == 1_000_000.0


def test_only_what_was_delivered_is_forgotten(
    database: sa.Engine, outbox: Outbox, clock: Clock
) -> None:
    done, dead = (written(database, outbox, *views(each)) for each in ("apple", "book"))
    written(database, outbox, *views("chair"))
    outbox.delivered(done.token, done.events)
    outbox.refused(dead.token, dead.events, "no")
    outbox.trim(clock.seconds)
    assert len(outbox.of_session("ann", 10)) == 3
    outbox.trim(clock.seconds + 1)
    assert [each.product_id for each in outbox.of_session("ann", 10)] == ["chair", "book"]


def test_an_order_that_is_refused_leaves_no_event(database: sa.Engine, outbox: Outbox) -> None:
    carts, orders = Carts(database), Orders(database)

    def purchase(connection: sa.Connection, *_: object) -> None:
        outbox.write(connection, ANN, [Event(EventType.PURCHASE, "book")])

    carts.add("ann", Touch("book"), 2, also=purchase)
    orders.place(ANN, purchase)
    assert len(outbox.of_session("ann", 10)) == 2
    carts.add("ann", Touch("apple"), 99)
    with pytest.raises(OutOfStockError):
        orders.place(ANN, purchase)
    assert len(outbox.of_session("ann", 10)) == 2


def test_what_was_seen_of_an_answer_goes_with_the_next_choice_from_it(
    database: sa.Engine, outbox: Outbox
) -> None:
    seen = Event(EventType.IMPRESSION, None, "RID-1", impression=("apple", "book"))
    written(database, outbox, seen)
    written(database, outbox, Event(EventType.IMPRESSION, None, "RID-2", impression=("chair",)))
    written(database, outbox, Event(EventType.IMPRESSION, impression=("nothing",)))
    written(database, outbox, seen, visitor=Visitor("ben"))
    (chosen,) = written(database, outbox, Event(EventType.VIEW, "book", "RID-1")).events
    assert chosen.impression == ["apple", "book"]
    (next_one,) = written(database, outbox, Event(EventType.VIEW, "book", "RID-1")).events
    assert next_one.impression is None


def test_an_event_told_twice_is_kept_once_and_keeps_the_time_at_which_it_happened(
    database: sa.Engine, outbox: Outbox, clock: Clock
) -> None:
    seen = [Event(EventType.IMPRESSION, impression=("apple",), id=name, age=7) for name in "ab"]
    assert len(written(database, outbox, *seen).events) == 2
    again = written(database, outbox, seen[1], *views("apple"), seen[0]).events
    assert [event.event_type for event in again] == ["View"]
    assert len(written(database, outbox, *seen, visitor=Visitor("ben")).events) == 2
    assert [each.sent_at - clock() for each in outbox.of_session("ann", 9)] == [0, -7, -7]


def test_what_was_seen_of_another_list_does_not_go_with_a_choice(
    database: sa.Engine, outbox: Outbox
) -> None:
    for source in ("recent", "arrivals"):
        event = Event(EventType.IMPRESSION, source=source, impression=(source,))
        written(database, outbox, event)
    (chosen,) = written(database, outbox, Event(EventType.VIEW, "p1", source="arrivals")).events
    assert chosen.impression == ["arrivals", "p1"]


def test_the_newest_of_many_seen_and_the_chosen_one_are_named(
    database: sa.Engine, outbox: Outbox
) -> None:
    ids = tuple(f"p{number:02}" for number in range(40))
    for start in (0, 20):
        written(database, outbox, Event(EventType.IMPRESSION, impression=ids[start : start + 20]))
    (chosen,) = written(database, outbox, Event(EventType.VIEW, "p00")).events
    assert chosen.impression == [*ids[16:], "p00"]
