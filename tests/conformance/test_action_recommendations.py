"""GetActionRecommendations: propensities that follow events, filters, expiry and repetition."""

import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from datasets import dataset, field, group, import_table
from journey import active, deploy, resource, train
from running import Server

RATES = {"loved": 0.8, "liked": 0.5, "ignored": 0.1, "rare": 0.6, "over": 0.9}
EVENTS = [
    field("USER_ID", null=False),
    field("ACTION_ID", null=False),
    field("EVENT_TYPE", null=False),
    field("TIMESTAMP", "long", null=False),
]
ACTIONS = [
    field("ACTION_ID", null=False),
    field("VALUE", "long"),
    field("REPEAT_FREQUENCY", "long"),
    field("ACTION_EXPIRATION_TIMESTAMP", "long"),
]
NOW = int(time.time())
MONTH = 30 * 86_400


class World(NamedTuple):
    server: Server
    campaign: str
    tracking_id: str
    valued: str

    def ask(self, user: str, **more: Any) -> dict[str, float]:
        """The propensity of each action that is recommended, in the order of the answer."""
        answer = self.server.runtime.get_action_recommendations(
            campaignArn=self.campaign, userId=user, **more
        )
        return {one["actionId"]: one["score"] for one in answer["actionList"]}

    def send(self, user: str, action: str, kind: str) -> None:
        self.server.events.put_action_interactions(
            trackingId=self.tracking_id,
            actionInteractions=[
                {
                    "actionId": action,
                    "userId": user,
                    "sessionId": f"of-{user}",
                    "timestamp": datetime.now(UTC),
                    "eventType": kind,
                }
            ],
        )


def events() -> list[tuple[object, ...]]:
    """Of each user two events with each action, taken as often as `RATES` says."""
    chance = random.Random(3)
    return [
        (f"u{user}", action, kind, NOW - MONTH + user)
        for user in range(120)
        for action, rate in RATES.items()
        for kind in ("Viewed", "Taken" if chance.random() < rate else "Not taken")
    ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared_server: Server) -> World:
    folder: Path = tmp_path_factory.mktemp("propensity")
    (folder / "in").mkdir()
    server = shared_server
    personalize = server.personalize
    of = group(personalize)
    acted = dataset(personalize, of, "ACTION_INTERACTIONS", EVENTS)
    names = [one["name"] for one in EVENTS]
    import_table(personalize, acted, folder / "in", [names, *events()])
    actions = dataset(personalize, of, "ACTIONS", ACTIONS)
    rows: list[list[object]] = [
        ["loved", 10, "", ""],
        ["liked", 1, "", ""],
        ["ignored", 1, "", ""],
        ["rare", 1, 7, ""],
        ["over", 1, "", NOW - 60],
        ["new", 5, "", NOW + MONTH],
    ]
    columns: list[object] = [one["name"] for one in ACTIONS]
    import_table(personalize, actions, folder / "in", [columns, *rows])
    valued = personalize.create_filter(
        name="valued",
        datasetGroupArn=of,
        filterExpression="INCLUDE ActionID WHERE Actions.VALUE > ($LEAST)",
    )["filterArn"]
    active(personalize, "filter", valued)
    version = train(personalize, of, "aws-next-best-action", performAutoTraining=False)
    tracking_id = resource(personalize, "dataset", acted)["trackingId"]
    return World(server, deploy(personalize, version), tracking_id, valued)


def test_actions_come_by_their_propensity(world: World) -> None:
    found = world.ask("stranger")
    assert list(found)[:4] == ["loved", "rare", "liked", "ignored"]
    assert all(0 <= score <= 1 for score in found.values())
    assert found["loved"] == pytest.approx(0.4, abs=0.1)  # of its events a half are views


def test_an_action_without_events_comes_last(world: World) -> None:
    assert list(world.ask("stranger"))[-1] == "new"


def test_an_expired_action_is_left_out(world: World) -> None:
    assert "over" not in world.ask("stranger", numResults=100)


def test_the_number_of_results_is_kept(world: World) -> None:
    assert list(world.ask("stranger", numResults=2)) == ["loved", "rare"]


def test_a_filter_chooses_among_actions(world: World) -> None:
    found = world.ask("stranger", filterArn=world.valued, filterValues={"LEAST": "4"})
    assert list(found) == ["loved", "new"]


def test_an_action_is_repeated_after_its_frequency_only(world: World) -> None:
    assert "rare" in world.ask("u1")
    world.send("u1", "rare", "Viewed")
    assert "rare" not in world.ask("u1")
    assert "rare" in world.ask("u2")


def test_an_event_changes_the_next_answer(world: World) -> None:
    before = world.ask("eager")
    for _ in range(3):
        world.send("eager", "ignored", "Taken")
    after = world.ask("eager")
    assert after["ignored"] > before["ignored"] + 0.1


def test_what_cannot_be_asked_is_refused_by_name(world: World) -> None:
    refused = world.server.runtime.exceptions.InvalidInputException
    with pytest.raises(refused, match="numResults is 101"):
        world.ask("u1", numResults=101)
    with pytest.raises(refused, match="userId is required"):
        world.server.runtime.get_action_recommendations(campaignArn=world.campaign)
    with pytest.raises(refused, match="GetActionRecommendations"):
        world.server.runtime.get_recommendations(campaignArn=world.campaign, userId="u1")
