"""PutEvents with every member, and whose the events are at once."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from botocore.exceptions import ClientError

from aisle.data.frames import Selection, load_events, load_interactions
from datasets import dataset, field, group, import_table
from journey import active
from reader import Reader
from running import Server, StartServer

INTERACTIONS = [
    field("USER_ID", null=False),
    field("ITEM_ID", null=False),
    field("TIMESTAMP", "long", null=False),
    field("EVENT_TYPE"),
    field("EVENT_VALUE", "float"),
    field("IMPRESSION"),
    field("RECOMMENDATION_ID"),
    field("EVENT_ATTRIBUTION_SOURCE"),
    field("DEVICE_TYPE", categorical=True),
    field("VISITS", "int"),
]
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class World(NamedTuple):
    server: Server
    reader: Reader
    folder: Path
    group: str
    dataset: str
    tracking_id: str

    def send(self, *events: Mapping[str, Any], user: str | None = None, session: str = "s") -> None:
        known: dict[str, Any] = {"userId": user} if user else {}
        listed: list[Any] = [{"eventType": "View", "sentAt": NOW, **event} for event in events]
        self.server.events.put_events(
            trackingId=self.tracking_id, sessionId=session, eventList=listed, **known
        )

    def rows(self, user: str) -> list[dict[str, Any]]:
        """What a training reads of a user."""
        frame = load_events(self.reader.state, self.group)
        return [row for row in frame.to_dicts() if row["USER_ID"] == user]

    def interacted(self, user: str) -> set[tuple[str, str]]:
        return self.reader.interacted(self.group, user)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> World:
    folder = tmp_path_factory.mktemp("events")
    (folder / "in").mkdir()
    server = start_server(folder / "data", allowed=folder / "in")
    personalize = server.personalize
    of = group(personalize)
    arn = dataset(personalize, of, "INTERACTIONS", INTERACTIONS)
    tracker = personalize.create_event_tracker(name="events", datasetGroupArn=of)
    active(personalize, "eventTracker", tracker["eventTrackerArn"])
    reader = Reader(folder / "data")
    return World(server, reader, folder / "in", of, arn, tracker["trackingId"])


def test_every_member_reaches_a_training(world: World) -> None:
    world.send(
        {
            "eventType": "Purchase",
            "itemId": "i-1",
            "eventId": "e-1",
            "eventValue": 4.5,
            "recommendationId": "RID-1",
            "impression": ["i-1", "i-2"],
            "metricAttribution": {"eventAttributionSource": "mail"},
            "properties": json.dumps({"deviceType": "Phone", "visits": "3", "colour": "red"}),
        },
        user="whole",
    )
    assert world.rows("whole") == [
        {
            "USER_ID": "whole",
            "ITEM_ID": "i-1",
            "TIMESTAMP": int(NOW.timestamp()),
            "EVENT_TYPE": "Purchase",
            "EVENT_VALUE": 4.5,
            "IMPRESSION": "i-1|i-2",
            "RECOMMENDATION_ID": "RID-1",
            "EVENT_ATTRIBUTION_SOURCE": "mail",
            "DEVICE_TYPE": "Phone",
            "VISITS": 3,
        }
    ]
    events = load_interactions(world.reader.state, world.group, Selection()).interactions
    (row,) = range(len(events))[events.rows_of(events.users.find("whole"))]
    assert events.context_of(row) == {"DEVICE_TYPE": "Phone"}
    assert events.value is not None
    assert (events.event_types[events.event_type[row]], events.value[row]) == ("purchase", 4.5)


def test_members_may_stand_inside_the_properties(world: World) -> None:
    inside = {
        "itemId": "i-3",
        "eventValue": "2.5",
        "impression": "i-3|i-4",
        "recommendationId": "RID-2",
    }
    world.send({"properties": json.dumps(inside)}, user="inside")
    world.send({"properties": '{"item_id": 7, "impression": ["7", "8"]}'}, user="inside")
    first, second = world.rows("inside")
    assert (first["ITEM_ID"], first["EVENT_VALUE"]) == ("i-3", 2.5)
    assert (first["IMPRESSION"], first["RECOMMENDATION_ID"]) == ("i-3|i-4", "RID-2")
    assert (second["ITEM_ID"], second["IMPRESSION"]) == ("7", "7|8")


def test_a_members_own_value_goes_before_the_properties(world: World) -> None:
    world.send(
        {"itemId": "own", "eventValue": 0.0, "properties": '{"itemId": "in", "eventValue": 9}'},
        user="both",
    )
    (row,) = world.rows("both")
    assert (row["ITEM_ID"], row["EVENT_VALUE"]) == ("own", 0.0)


def test_an_event_id_counts_once_in_a_call_and_over_calls(world: World) -> None:
    event = {"itemId": "i-1", "eventId": "once"}
    world.send(event, event, user="once")
    world.send(event, {"itemId": "i-2", "eventId": "twice"}, user="once")
    assert [row["ITEM_ID"] for row in world.rows("once")] == ["i-1", "i-2"]


@pytest.mark.parametrize(
    "sent_at",
    [1_700_000_000, 1_700_000_000.25, 1_700_000_000_000, "2023-11-14T22:13:20Z"],
)
def test_times_come_in_seconds_milliseconds_or_as_iso_8601(world: World, sent_at: object) -> None:
    user = f"at-{sent_at}"
    answer = httpx.post(
        f"{world.server.url}/events",
        headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=any/20261122/eu-central-1/personalize/"
            "aws4_request, SignedHeaders=host;x-amz-date, Signature=0"
        },
        json={
            "trackingId": world.tracking_id,
            "sessionId": "s",
            "userId": user,
            "eventList": [{"eventType": "View", "sentAt": sent_at, "itemId": "i"}],
        },
    )
    assert answer.status_code == 200, answer.text
    assert [row["TIMESTAMP"] for row in world.rows(user)] == [1_700_000_000]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"properties": "[]"}, ("event 1", "JSON object")),
        ({"properties": '{"itemId": ""}'}, ("itemId", "1 to 256")),
        ({"properties": json.dumps({"itemId": "x" * 257})}, ("itemId", "1 to 256")),
        ({"properties": '{"itemId": true}'}, ("itemId", "True")),
        ({"properties": '{"eventValue": "much"}'}, ("eventValue", "'much'")),
        ({"properties": '{"eventValue": "nan"}'}, ("eventValue", "'nan'")),
        ({"properties": '{"impression": []}'}, ("impression", "1 to 25")),
        ({"properties": '{"visits": "many"}'}, ("event 1", "VISITS", "'many'", "int")),
        ({"impression": [str(n) for n in range(26)]}, ("impression",)),
        ({"recommendationId": "x" * 41}, ("recommendationId",)),
        ({"itemId": "x" * 257}, ("itemId",)),
    ],
)
def test_a_bad_event_is_refused_by_member_and_rule(
    world: World, event: dict[str, Any], said: tuple[str, ...]
) -> None:
    with pytest.raises(ClientError) as caught:
        world.send(event, {"itemId": "sound"}, user="bad")
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    for part in said:
        assert part in str(caught.value)
    assert world.rows("bad") == []


def test_ten_events_a_call_at_most(world: World) -> None:
    world.send(*[{"itemId": f"i-{n}"} for n in range(10)], user="ten")
    assert len(world.rows("ten")) == 10
    with pytest.raises(ClientError, match="eventList"):
        world.send(*[{"itemId": "i"}] * 11, user="eleven")


def test_another_region_does_not_know_a_tracking_id(world: World) -> None:
    elsewhere = world.server.client("personalize-events", region="us-west-2")
    with pytest.raises(ClientError, match="InvalidInputException"):
        elsewhere.put_events(
            trackingId=world.tracking_id,
            sessionId="s",
            eventList=[{"eventType": "View", "sentAt": NOW, "itemId": "i"}],
        )


def test_what_a_user_interacted_with_is_known_at_once_imported_or_streamed(world: World) -> None:
    assert world.interacted("known") == set()
    world.send({"itemId": "i-1", "eventType": "View"}, user="known", session="k")
    world.send({"itemId": "i-2", "eventType": "PURCHASE"}, session="k")
    streamed = {("i-1", "view"), ("i-2", "purchase")}
    assert world.interacted("known") == streamed
    header = [one["name"] for one in INTERACTIONS]
    bring = world.server.personalize, world.dataset, world.folder
    first = [("known", "i-3", 1, "Watch"), ("known", "i-1", 2, "VIEW"), ("other", "i-4", 3, "")]
    import_table(*bring, [header, *[(*row, *[""] * 6) for row in first]])
    assert world.interacted("known") == {*streamed, ("i-3", "watch")}
    assert world.interacted("other") == {("i-4", "")}
    more = [header, ("known", "i-5", 1, "Watch", *[""] * 6)]
    import_table(*bring, more, "INCREMENTAL")
    assert world.interacted("known") == {*streamed, ("i-3", "watch"), ("i-5", "watch")}
    import_table(*bring, more)
    assert world.interacted("known") == {*streamed, ("i-5", "watch")}
    assert world.interacted("other") == set()


def test_anonymous_events_are_their_sessions_until_it_names_a_user(world: World) -> None:
    world.send({"itemId": "i-1"}, session="visit")
    assert world.interacted("visit") == {("i-1", "view")}
    world.send({"itemId": "i-2"}, user="visitor", session="visit")
    assert world.interacted("visit") == set()
    assert world.interacted("visitor") == {("i-1", "view"), ("i-2", "view")}


def test_a_session_does_not_stand_for_an_imported_user_of_its_name(world: World) -> None:
    world.send({"itemId": "i-1"}, session="namesake")
    header = [one["name"] for one in INTERACTIONS]
    rows = [header, ("namesake", "i-2", 1, "Watch", *[""] * 6)]
    import_table(world.server.personalize, world.dataset, world.folder, rows, "INCREMENTAL")
    assert world.interacted("namesake") == {("i-2", "watch")}
