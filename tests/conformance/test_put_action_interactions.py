"""PutActionInteractions, by the tracking id that DescribeDataset shows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from aisle.data.frames import load_action_interactions
from datasets import dataset, field, group, import_table
from journey import resource
from reader import Reader
from running import Server, until

FIELDS = [
    field("USER_ID", null=False),
    field("ACTION_ID", null=False),
    field("EVENT_TYPE", null=False),
    field("TIMESTAMP", "long", null=False),
]
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class World(NamedTuple):
    server: Server
    reader: Reader
    folder: Any
    group: str
    dataset: str
    tracking_id: str

    def send(self, *sent: Mapping[str, Any], tracking_id: str = "") -> None:
        listed: list[Any] = [
            {"actionId": "a", "sessionId": "s", "timestamp": NOW, "eventType": "Viewed", **one}
            for one in sent
        ]
        self.server.events.put_action_interactions(
            trackingId=tracking_id or self.tracking_id, actionInteractions=listed
        )

    def acted(self, user: str) -> set[tuple[str, str]]:
        return self.reader.interacted(self.group, user, "ACTION_INTERACTIONS")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared_server: Server) -> World:
    folder = tmp_path_factory.mktemp("actions")
    (folder / "in").mkdir()
    server = shared_server
    of = group(server.personalize)
    arn = dataset(server.personalize, of, "ACTION_INTERACTIONS", FIELDS)
    tracking_id = resource(server.personalize, "dataset", arn)["trackingId"]
    return World(server, Reader(server.data_dir), folder / "in", of, arn, tracking_id)


def test_only_action_interactions_datasets_show_a_tracking_id(world: World) -> None:
    actions = [field("ACTION_ID", null=False), field("VALUE", "long")]
    other = dataset(world.server.personalize, world.group, "ACTIONS", actions)
    assert "trackingId" not in resource(world.server.personalize, "dataset", other)


def test_what_a_user_did_is_known_at_once_with_every_member(world: World) -> None:
    world.send(
        {
            "userId": "u",
            "actionId": "a-1",
            "eventType": "Taken",
            "eventId": "e-1",
            "recommendationId": "RID-1",
            "impression": ["a-1", "a-2"],
            "properties": '{"amount": 3}',
        },
        {"userId": "u", "actionId": "a-2", "eventType": "NOT TAKEN"},
    )
    assert world.acted("u") == {("a-1", "taken"), ("a-2", "not taken")}


def test_an_event_id_counts_once(world: World) -> None:
    once = {"userId": "once", "actionId": "a-1", "eventId": "the-same"}
    world.send(once, once)
    world.send({**once, "actionId": "a-2"})
    assert world.acted("once") == {("a-1", "viewed")}


def test_anonymous_events_are_their_sessions_until_it_names_a_user(world: World) -> None:
    world.send({"sessionId": "visit", "actionId": "a-1"})
    assert world.acted("visit") == {("a-1", "viewed")}
    world.send({"sessionId": "visit", "actionId": "a-2", "userId": "visitor"})
    assert world.acted("visitor") == {("a-1", "viewed"), ("a-2", "viewed")}
    assert world.acted("visit") == set()


def test_imported_and_streamed_events_are_trained_on_together(world: World) -> None:
    header = [one["name"] for one in FIELDS]
    rows = [header, ("trained", "a-1", "Taken", 5)]
    import_table(world.server.personalize, world.dataset, world.folder, rows)
    world.send({"userId": "trained", "actionId": "a-2", "sessionId": "t"})
    assert world.acted("trained") == {("a-1", "taken"), ("a-2", "viewed")}
    events = load_action_interactions(world.reader.state, world.group).interactions
    rows_of = events.rows_of(events.users.find("trained"))
    assert [events.items[code] for code in events.item[rows_of]] == ["a-1", "a-2"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"eventType": "Bought"}, ("eventType", "'Bought'", "Taken, Not taken, Viewed")),
        ({"properties": "no"}, ("action interaction 1", "JSON object")),
        ({"impression": ["a"] * 26}, ("impression",)),
        ({"actionId": "x" * 257}, ("actionId",)),
    ],
)
def test_a_bad_interaction_is_refused_by_member_and_rule(
    world: World, sent: dict[str, Any], said: tuple[str, ...]
) -> None:
    with pytest.raises(ClientError) as caught:
        world.send({"userId": "bad", **sent})
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    for part in said:
        assert part in str(caught.value)
    assert world.acted("bad") == set()


def test_a_tracking_id_has_to_be_the_callers(world: World) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        world.send({"userId": "u"}, tracking_id="no-such-id")
    elsewhere = world.server.client("personalize-events", region="us-west-2")
    one: Any = {"actionId": "a", "sessionId": "s", "timestamp": NOW, "eventType": "Viewed"}
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        elsewhere.put_action_interactions(trackingId=world.tracking_id, actionInteractions=[one])


def test_a_deleted_dataset_takes_its_events_along(world: World) -> None:
    personalize = world.server.personalize
    of = group(personalize)
    arn = dataset(personalize, of, "ACTION_INTERACTIONS", FIELDS)
    tracking_id = resource(personalize, "dataset", arn)["trackingId"]
    world.send({"userId": "gone"}, tracking_id=tracking_id)
    assert world.reader.interacted(of, "gone", "ACTION_INTERACTIONS")
    personalize.delete_dataset(datasetArn=arn)
    until(lambda: not personalize.list_datasets(datasetGroupArn=of)["datasets"], "the end")
    assert dataset(personalize, of, "ACTION_INTERACTIONS", FIELDS) == arn
    assert not world.reader.interacted(of, "gone", "ACTION_INTERACTIONS")
    assert resource(personalize, "dataset", arn)["trackingId"] != tracking_id
