"""Several equal workers over one state, started and stopped like any service."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from journey import (
    active,
    deploy,
    event,
    group_with_dataset,
    import_rows,
    item_ids,
    resource,
    train,
)
from running import Server, StartServer, until
from sample import write_interactions

PERSONAL, POPULAR = "aws-user-personalization", "aws-popularity-count"
TRENDING = "aws-trending-now"


class Pair(NamedTuple):
    """A server of two workers, a client that stays with each, and what is trained."""

    server: Server
    readers: Mapping[str, Any]
    """By the worker's name."""
    campaigns: Mapping[str, str]
    """By recipe."""
    tracking_id: str

    def send(self, user: str, *items: str) -> str:
        """Put one event an item; the worker that took them."""
        answer = self.server.events.put_events(
            trackingId=self.tracking_id,
            userId=user,
            sessionId=user,
            eventList=[event(item) for item in items],
        )
        return worker_of(answer)

    def asked(self, recipe: str, user: str) -> dict[str, list[str]]:
        """What each worker answers."""
        lists = {}
        for name, runtime in self.readers.items():
            answer = runtime.get_recommendations(campaignArn=self.campaigns[recipe], userId=user)
            assert worker_of(answer) == name
            lists[name] = item_ids(answer)
        return lists


def trained(server: Server, folder: Path, *recipes: str) -> tuple[dict[str, str], str]:
    """A campaign of each recipe and a tracking id."""
    personalize = server.personalize
    file = write_interactions(folder / "in" / "interactions.csv")
    group, dataset = group_with_dataset(personalize, "shared")
    import_rows(personalize, dataset, file.as_uri())
    tracker = personalize.create_event_tracker(name="shared", datasetGroupArn=group)
    campaigns = {
        recipe: deploy(personalize, train(personalize, group, recipe)) for recipe in recipes
    }
    return campaigns, tracker["trackingId"]


def worker_of(answer: Any) -> str:
    return str(answer["ResponseMetadata"]["HTTPHeaders"]["x-aisle-worker"])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Pair:
    folder = tmp_path_factory.mktemp("pair")
    (folder / "in").mkdir()
    server = start_server(folder / "data", allowed=folder / "in", workers=2)
    campaigns, tracking_id = trained(server, folder, PERSONAL, POPULAR, TRENDING)
    found: dict[str, Any] = {}

    def both() -> bool:
        runtime = server.client("personalize-runtime", max_pool_connections=1)
        answer = runtime.get_recommendations(campaignArn=campaigns[PERSONAL], userId="nobody")
        found.setdefault(worker_of(answer), runtime)
        return len(found) == 2

    until(both, "answers of two workers")
    return Pair(server, found, campaigns, tracking_id)


def test_an_event_taken_by_one_worker_changes_the_others_next_answer(pair: Pair) -> None:
    for number in range(20):
        user = f"visitor-{number}"
        before = pair.asked(PERSONAL, user)
        writer = pair.send(user, "horror-03")
        for name, items in pair.asked(PERSONAL, user).items():
            assert items != before[name], (writer, name)
            assert items[0].startswith("horror")


def test_counts_of_users_follow_the_events_that_any_worker_takes(pair: Pair) -> None:
    (popular,) = {items[0] for items in pair.asked(POPULAR, "nobody").values()}
    for number in range(80):
        pair.send(f"fan-{number}", "unheard-of", "sport-14")
    first = {tuple(items[:2]) for items in pair.asked(POPULAR, "nobody").values()}
    assert first == {("sport-14", "unheard-of")}
    pair.send("fan-0", *["unheard-of"] * 10)  # the same user counts once
    assert {tuple(items[:2]) for items in pair.asked(POPULAR, "nobody").values()} == first
    assert popular not in {"sport-14", "unheard-of"}


def test_what_takes_off_is_trending_at_the_next_request_to_any_worker(pair: Pair) -> None:
    assert "riser" not in {
        item for items in pair.asked(TRENDING, "nobody").values() for item in items
    }
    for number in range(10):
        pair.send(f"early-{number}", "riser")
    (answer,) = {tuple(items) for items in pair.asked(TRENDING, "nobody").values()}
    assert "riser" in answer[:4]  # beside what other tests have sent
    assert len(answer) == 25


@pytest.mark.slow
def test_everything_is_there_after_a_restart(tmp_path: Path, start_server: StartServer) -> None:
    (tmp_path / "in").mkdir()
    server = start_server(tmp_path / "data", allowed=tmp_path / "in")
    campaigns, tracking_id = trained(server, tmp_path, PERSONAL)
    campaign = campaigns[PERSONAL]
    server.events.put_events(
        trackingId=tracking_id, userId="back", sessionId="b", eventList=[event("sport-04")]
    )

    def answers() -> tuple[Any, ...]:
        personalize = server.personalize
        return (
            item_ids(server.runtime.get_recommendations(campaignArn=campaign, userId="back")),
            personalize.list_campaigns()["campaigns"],
            personalize.list_solutions()["solutions"],
            personalize.list_schemas()["schemas"],
            resource(personalize, "campaign", campaign),
        )

    before = answers()
    assert server.stop() == 0
    server.start()
    assert answers() == before


def test_a_dead_worker_is_started_again(tmp_path: Path, start_server: StartServer) -> None:
    server = start_server(tmp_path / "data", allowed=tmp_path)
    assert httpx.get(f"{server.url}/healthz", timeout=30).status_code == 200
    worker = next(p for p in server.processes if "aisle.server.http_worker" in p.cmdline())
    worker.kill()
    assert httpx.get(f"{server.url}/healthz", timeout=30).status_code == 200


def test_healthz_answers_when_ready(shared_server: Server) -> None:
    assert httpx.get(f"{shared_server.url}/healthz").status_code == 200


@pytest.mark.parametrize("name", ["group", "with-dashes_and_underscores-1"])
def test_a_created_group_becomes_active_by_itself(shared_server: Server, name: str) -> None:
    group = shared_server.personalize.create_dataset_group(name=name)["datasetGroupArn"]
    active(shared_server.personalize, "datasetGroup", group)
