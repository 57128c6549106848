import time
import uuid

import msgspec

from allstore.shop.events import Events, EventType, Touch
from allstore.shop.settings import Settings
from allstore.shop.visitor import Visitor
from shopfront import StandInEngine

ANONYMOUS = Visitor("session-1")


def test_an_event_has_the_members_that_personalize_takes(
    engine: StandInEngine, settings: Settings
) -> None:
    events = Events(settings, settings.config())
    assert events.send(ANONYMOUS, EventType.VIEW, [Touch("p01", "RID-1")])
    [put] = engine.events
    [event] = put.pop("eventList")
    assert put == {"trackingId": "tracking-1", "sessionId": "session-1"}
    assert uuid.UUID(event.pop("eventId"))
    assert abs(event.pop("sentAt") - time.time()) < 60
    assert event == {"eventType": "View", "itemId": "p01", "recommendationId": "RID-1"}


def test_the_user_is_named_when_a_shopper_is_chosen_only(
    engine: StandInEngine, settings: Settings
) -> None:
    events = Events(settings, settings.config())
    events.send(ANONYMOUS.chooses("1870"), EventType.PURCHASE, [Touch("p01")])
    events.send(ANONYMOUS, EventType.PURCHASE, [Touch("p01")])
    assert [put.get("userId") for put in engine.events] == ["1870", None]
    assert all("recommendationId" not in put["eventList"][0] for put in engine.events)


def test_more_than_ten_events_go_in_several_calls(
    engine: StandInEngine, settings: Settings
) -> None:
    touches = [Touch(f"p{number:02}") for number in range(23)]
    Events(settings, settings.config()).send(ANONYMOUS, EventType.PURCHASE, touches)
    assert [len(put["eventList"]) for put in engine.events] == [10, 10, 3]
    sent = [event for put in engine.events for event in put["eventList"]]
    assert [event["itemId"] for event in sent] == [touch.product_id for touch in touches]
    assert len({event["eventId"] for event in sent}) == 23


def test_a_failure_is_told_and_not_raised(engine: StandInEngine, settings: Settings) -> None:
    config = settings.config()
    untracked = msgspec.structs.replace(config, tracking_id=None)
    assert not Events(settings, untracked).send(ANONYMOUS, EventType.VIEW, [Touch("p01")])
    engine.fails_with = "InvalidInputException"
    assert not Events(settings, config).send(ANONYMOUS, EventType.VIEW, [Touch("p01")])
    down = settings.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    assert not Events(down, config).send(ANONYMOUS, EventType.VIEW, [Touch("p01")])
