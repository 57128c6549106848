"""What reaches the engine, and in which calls."""

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from allstore.shop.clickstream import ClickStream
from allstore.shop.clickstream.courier import Courier
from allstore.shop.clickstream.delivery import BATCH, Delivery, batches
from allstore.shop.clickstream.outbox import LEASE, Outbox, State, StoredEvent
from allstore.shop.database import click_events, connect
from allstore.shop.events import Event, EventType
from allstore.shop.settings import Settings, ShopConfig
from allstore.shop.visitor import Visitor
from shopfront import StandInEngine

ANONYMOUS = Visitor("session-1")


class Page(ClickStream):
    """Writes events and sends them when its transaction has ended, as pages do."""

    def __init__(
        self, engine: sa.Engine, settings: Settings, config: Callable[[], ShopConfig]
    ) -> None:
        super().__init__(engine, settings, config)
        self._database = engine

    def record(self, visitor: Visitor, events: Sequence[Event]) -> bool:
        with self._database.begin() as connection:
            claim = self.write(connection, visitor, events)
        return self.send(claim)


@pytest.fixture
def clicks(settings: Settings) -> Page:
    return stream(settings)


def stream(settings: Settings) -> Page:
    return Page(connect(settings.sqlalchemy_url()), settings, settings.config)


def views(*product_ids: str) -> list[Event]:
    return [Event(EventType.VIEW, each) for each in product_ids]


def test_an_event_has_the_members_that_personalize_takes(
    engine: StandInEngine, clicks: Page
) -> None:
    event = Event(EventType.VIEW, "p01", "RID-1", "home", ("p00", "p01"))
    assert clicks.record(ANONYMOUS, [event])
    [put] = engine.events
    [sent] = put.pop("eventList")
    assert put == {"trackingId": "tracking-1", "sessionId": "session-1"}
    assert uuid.UUID(sent.pop("eventId"))
    assert abs(sent.pop("sentAt") - time.time()) < 60
    assert sent == {
        "eventType": "View",
        "itemId": "p01",
        "recommendationId": "RID-1",
        "impression": ["p00", "p01"],
    }


def test_a_search_has_its_text_and_no_item(engine: StandInEngine, clicks: Page) -> None:
    text = {"query": "red shoes"}
    clicks.record(ANONYMOUS, [Event(EventType.SEARCH, source="search", properties=text)])
    [sent] = engine.events[0]["eventList"]
    assert sent["properties"] == '{"query":"red shoes"}'
    assert sent["metricAttribution"] == {"eventAttributionSource": "search"}
    assert "itemId" not in sent


def test_the_user_is_named_when_a_shopper_is_chosen_only(
    engine: StandInEngine, clicks: Page
) -> None:
    clicks.record(ANONYMOUS.chooses("1870"), views("p01"))
    clicks.record(ANONYMOUS, views("p01"))
    assert [put.get("userId") for put in engine.events] == ["1870", None]


def test_more_than_ten_events_go_in_several_calls(engine: StandInEngine, clicks: Page) -> None:
    ids = [f"p{number:02}" for number in range(23)]
    clicks.record(ANONYMOUS, views(*ids))
    assert [len(put["eventList"]) for put in engine.events] == [10, 10, 3]
    sent = [event for put in engine.events for event in put["eventList"]]
    assert [event["itemId"] for event in sent] == ids
    assert len({event["eventId"] for event in sent}) == 23


def stored(number: int, session: int, shopper: str | None) -> StoredEvent:
    return StoredEvent(
        number,
        f"event-{number}",
        f"session-{session}",
        shopper,
        "View",
        "p01",
        None,
        None,
        None,
        None,
        0.0,
        State.PENDING,
        0,
        None,
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([None, "1870", "3"])), max_size=80))
def test_batches_are_of_one_visit_whole_and_in_order(visits: list[tuple[int, str | None]]) -> None:
    events = [stored(number, *visit) for number, visit in enumerate(visits)]
    made = list(batches(events))
    assert sorted((each for batch in made for each in batch), key=lambda e: e.number) == events
    for session in range(4):
        for shopper in (None, "1870", "3"):
            theirs = [
                batch
                for batch in made
                if (batch[0].session_id, batch[0].shopper_id) == (f"session-{session}", shopper)
            ]
            numbers = [each.number for batch in theirs for each in batch]
            assert numbers == [n for n, visit in enumerate(visits) if visit == (session, shopper)]
            assert all(len(batch) == BATCH for batch in theirs[:-1])


def test_a_failure_is_told_and_the_event_kept(engine: StandInEngine, settings: Settings) -> None:
    untracked = msgspec.structs.replace(settings.config(), tracking_id=None)
    database = connect(settings.sqlalchemy_url())
    assert not Page(database, settings, lambda: untracked).record(ANONYMOUS, views("p00"))
    down = settings.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    assert not stream(down).record(ANONYMOUS, views("p01"))
    engine.fails_with = "ThrottlingException"
    assert not stream(settings).record(ANONYMOUS, views("p02"))
    kept = Outbox(database).of_session("session-1", 10)
    assert [(each.product_id, each.state, each.attempts) for each in kept] == [
        ("p02", "pending", 1),
        ("p01", "pending", 1),
        ("p00", "pending", 1),
    ]
    assert kept[0].reason == "ThrottlingException: It failed."


@pytest.mark.parametrize(
    "code", ["ValidationException", "InvalidInputException", "ResourceNotFoundException"]
)
def test_a_refusal_that_never_passes_is_a_dead_letter(
    engine: StandInEngine, clicks: Page, code: str
) -> None:
    engine.fails_with = code
    assert not clicks.record(ANONYMOUS, views("p01"))
    [letter] = clicks.dead_letters()
    assert (letter.product_id, letter.reason) == ("p01", f"{code}: It failed.")
    assert (clicks.send_again(letter.event_id), clicks.dead_letters()) == (1, [])


def test_one_event_that_is_refused_does_not_take_the_others_with_it(
    engine: StandInEngine, clicks: Page
) -> None:
    engine.refused_item = "p09"
    assert not clicks.record(ANONYMOUS, views("p01", "p09", "p02"))
    sent = [event["itemId"] for put in engine.events for event in put["eventList"]]
    assert sent == ["p01", "p02"]
    [letter] = clicks.dead_letters()
    assert (letter.product_id, letter.reason) == ("p09", "InvalidInputException: It failed.")


def courier(database: sa.Engine, settings: Settings) -> Courier:
    return Courier(Outbox(database), Delivery(settings, settings.config))


def test_what_waited_goes_when_the_engine_answers_again(
    engine: StandInEngine, clicks: Page, settings: Settings
) -> None:
    engine.fails_with = "ServiceUnavailable"
    for _ in range(3):
        clicks.record(ANONYMOUS, views("p01"))
    engine.fails_with = None
    assert clicks.record(ANONYMOUS, views("p02"))
    assert courier(connect(settings.sqlalchemy_url()), settings).round() == 3
    sent = [event["itemId"] for put in engine.events for event in put["eventList"]]
    assert sent == ["p02", "p01", "p01", "p01"]


class SlowOutbox(Outbox):
    """Takes its time to note what was delivered."""

    def delivered(self, token: str, events: Iterable[StoredEvent]) -> None:
        time.sleep(0.2)
        super().delivered(token, events)


@pytest.mark.usefixtures("engine")
def test_no_page_waits_for_the_note_and_whoever_looks_does(settings: Settings) -> None:
    database = connect(settings.sqlalchemy_url())
    outbox = SlowOutbox(database)
    clicks = Page(database, settings, settings.config)
    courier = Courier(outbox, Delivery(settings, settings.config))
    courier.start()
    with database.begin() as connection:
        claim = clicks.write(connection, ANONYMOUS, views("p01"))
    assert courier.send(claim)
    assert outbox.of_session("session-1", 1)[0].state is State.PENDING
    courier.settle()
    assert outbox.of_session("session-1", 1)[0].state is State.DELIVERED
    with database.begin() as connection:
        claim = clicks.write(connection, ANONYMOUS, views("p02"))
    assert courier.send(claim)
    courier.stop()
    assert outbox.of_session("session-1", 1)[0].state is State.DELIVERED
    with database.begin() as connection:
        claim = clicks.write(connection, ANONYMOUS, views("p03"))
    assert courier.send(claim)  # after the clerk has gone
    assert outbox.of_session("session-1", 1)[0].state is State.DELIVERED


def wait_for(fact: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.02)


def visits(database: sa.Engine, outbox: Outbox, count: int) -> None:
    """One event each, in claims that have ended."""
    with database.begin() as connection:
        for number in range(count):
            outbox.write(connection, Visitor(f"visit-{number}"), views("p01"))
    long_ago = sa.update(click_events).values(next_attempt=0.0)
    with database.begin() as connection:
        connection.execute(long_ago)


def test_after_a_call_without_an_answer_the_rest_waits_unsent(
    engine: StandInEngine, settings: Settings
) -> None:
    database = connect(settings.sqlalchemy_url())
    outbox = Outbox(database)
    visits(database, outbox, 4)
    engine.silent = True
    courier(database, settings).round()
    assert engine.calls == 1
    waiting = [outbox.of_session(f"visit-{number}", 1)[0] for number in range(4)]
    assert [(each.state, each.attempts) for each in waiting] == [(State.PENDING, 1)] * 4


def test_a_stop_waits_for_the_call_under_way_alone(
    engine: StandInEngine, settings: Settings
) -> None:
    database = connect(settings.sqlalchemy_url())
    outbox = Outbox(database)
    visits(database, outbox, 4)

    def stopped_meanwhile() -> ShopConfig:
        sending.stop()
        return settings.config()

    sending = Courier(outbox, Delivery(settings, stopped_meanwhile))
    sending.round()
    assert engine.calls == 1


def test_nothing_is_sent_when_the_claim_may_end_before_the_call(
    engine: StandInEngine, settings: Settings
) -> None:
    now = [time.time()]

    def slow() -> ShopConfig:
        now[0] += LEASE / 3
        return settings.config()

    database = connect(settings.sqlalchemy_url())
    outbox = Outbox(database, lambda: now[0])
    visits(database, outbox, 5)
    Courier(outbox, Delivery(settings, slow)).round()
    assert engine.calls == 3


def test_the_courier_survives_any_fault_of_one_turn(
    engine: StandInEngine, settings: Settings
) -> None:
    faults = [ZeroDivisionError("not foreseen")]

    def config() -> ShopConfig:
        if faults:
            raise faults.pop()
        return settings.config()

    clicks = Page(connect(settings.sqlalchemy_url()), settings, config)
    clicks.start()
    clicks.post(ANONYMOUS, [Event(EventType.SEARCH, properties={"query": "fails"})])
    wait_for(lambda: not faults)
    clicks.post(ANONYMOUS, [Event(EventType.SEARCH, properties={"query": "goes"})])
    wait_for(lambda: bool(engine.events))
    clicks.stop()
    assert engine.events[0]["eventList"][0]["properties"] == '{"query":"goes"}'


def test_a_restart_goes_on_under_the_same_event_ids(
    engine: StandInEngine, settings: Settings, tmp_path: Path
) -> None:
    assert (tmp_path / "products.json").exists()
    down = settings.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    before = stream(down)
    before.start()
    before.record(ANONYMOUS, views("p01", "p02"))
    before.stop()
    ids = [each.event_id for each in before.of_visit(ANONYMOUS, 10)]
    after = stream(settings)
    after.start()
    wait_for(lambda: bool(engine.events))
    after.stop()
    [put] = engine.events
    assert [event["eventId"] for event in put["eventList"]] == ids[::-1]
    assert {each.state for each in after.of_visit(ANONYMOUS, 10)} == {State.DELIVERED}
