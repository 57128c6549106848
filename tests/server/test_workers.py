"""Several equal workers over one state, started and stopped like any service."""

from pathlib import Path
from typing import Any

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


def trained(server: Server, folder: Path) -> tuple[str, str]:
    """A campaign and a tracking id."""
    personalize = server.personalize
    file = write_interactions(folder / "in" / "interactions.csv")
    group, dataset = group_with_dataset(personalize, "shared")
    import_rows(personalize, dataset, file.as_uri())
    tracker = personalize.create_event_tracker(name="shared", datasetGroupArn=group)
    campaign = deploy(personalize, train(personalize, group, "aws-user-personalization"))
    return campaign, tracker["trackingId"]


def worker_of(answer: Any) -> str:
    return str(answer["ResponseMetadata"]["HTTPHeaders"]["x-aisle-worker"])


def test_an_event_taken_by_one_worker_changes_the_others_next_answer(
    tmp_path: Path, start_server: StartServer
) -> None:
    (tmp_path / "in").mkdir()
    server = start_server(tmp_path / "data", allowed=tmp_path / "in", workers=2)
    campaign, tracking_id = trained(server, tmp_path)

    def connection() -> tuple[str, Any, Any]:
        """A worker, and clients whose connection stays with it."""
        runtime = server.client("personalize-runtime", max_pool_connections=1)
        answer = runtime.get_recommendations(campaignArn=campaign, userId="nobody")
        return worker_of(answer), runtime, answer

    found: dict[str, Any] = {}

    def both() -> bool:
        worker, runtime, _ = connection()
        found.setdefault(worker, runtime)
        return len(found) == 2

    until(both, "answers of two workers")
    readers = list(found.items())
    for number in range(20):
        user = f"visitor-{number}"
        popular = item_ids(readers[0][1].get_recommendations(campaignArn=campaign, userId=user))
        answer = server.events.put_events(
            trackingId=tracking_id, userId=user, sessionId=user, eventList=[event("horror-03")]
        )
        writer = worker_of(answer)
        for name, runtime in readers:
            read = runtime.get_recommendations(campaignArn=campaign, userId=user)
            assert worker_of(read) == name
            assert item_ids(read) != popular, (writer, name)
            assert item_ids(read)[0].startswith("horror")
    assert server.stop() == 0


def test_everything_is_there_after_a_restart(tmp_path: Path, start_server: StartServer) -> None:
    (tmp_path / "in").mkdir()
    server = start_server(tmp_path / "data", allowed=tmp_path / "in")
    campaign, tracking_id = trained(server, tmp_path)
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


def test_healthz_answers_when_ready(tmp_path: Path, start_server: StartServer) -> None:
    server = start_server(tmp_path / "data", allowed=tmp_path)
    assert httpx.get(f"{server.url}/healthz").status_code == 200


def test_a_dead_worker_is_started_again(tmp_path: Path, start_server: StartServer) -> None:
    server = start_server(tmp_path / "data", allowed=tmp_path)
    assert httpx.get(f"{server.url}/healthz", timeout=30).status_code == 200
    worker = next(p for p in server.processes if "aisle.server.http_worker" in p.cmdline())
    worker.kill()
    assert httpx.get(f"{server.url}/healthz", timeout=30).status_code == 200


@pytest.mark.parametrize("name", ["group", "with-dashes_and_underscores-1"])
def test_a_created_group_becomes_active_by_itself(
    tmp_path: Path, start_server: StartServer, name: str
) -> None:
    server = start_server(tmp_path / "data", allowed=tmp_path)
    group = server.personalize.create_dataset_group(name=name)["datasetGroupArn"]
    active(server.personalize, "datasetGroup", group)
