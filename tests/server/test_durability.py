"""`kill -9` of every process at awkward moments: nothing acknowledged is lost, no job hangs."""

import contextlib
import sqlite3
import threading
from pathlib import Path

import psutil
import pytest
from botocore import exceptions as boto

from journey import RECIPE, active, event, group_with_dataset, import_rows, settled
from running import Server, StartServer, until
from sample import interactions, write_interactions

KILLED = (boto.ClientError, boto.ConnectionError, boto.HTTPClientError)


@pytest.fixture
def server(tmp_path: Path, start_server: StartServer) -> Server:
    (tmp_path / "in").mkdir()
    return start_server(tmp_path / "data", allowed=tmp_path / "in", workers=2)


def test_every_acknowledged_event_survives_a_kill(server: Server, tmp_path: Path) -> None:
    personalize = server.personalize
    group, _ = group_with_dataset(personalize, "killed")
    tracking_id = personalize.create_event_tracker(name="killed", datasetGroupArn=group)[
        "trackingId"
    ]
    acknowledged: list[str] = []

    def stream(sender: int) -> None:
        events = server.events
        for number in range(100_000):
            name = f"{sender}-{number}"
            try:
                events.put_events(
                    trackingId=tracking_id,
                    sessionId=f"s{sender}",
                    eventList=[event("i", event_id=name)],
                )
            except KILLED:
                return
            acknowledged.append(name)

    senders = [threading.Thread(target=stream, args=(number,)) for number in range(4)]
    for sender in senders:
        sender.start()
    until(lambda: len(acknowledged) > 300, "events to be acknowledged")
    server.kill()
    for sender in senders:
        sender.join()
    server.start()
    with sqlite3.connect(tmp_path / "data" / "aisle.db") as database:
        kept = [name for (name,) in database.execute("SELECT event_id FROM events")]
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))


def test_an_import_and_a_training_finish_after_a_kill(server: Server, tmp_path: Path) -> None:
    personalize = server.personalize
    small = write_interactions(tmp_path / "in" / "small.csv")
    large = write_interactions(tmp_path / "in" / "large.csv", interactions(users=20_000))
    group, dataset = group_with_dataset(personalize, "work")
    import_rows(personalize, dataset, small.as_uri())
    solution = personalize.create_solution(
        name="work", datasetGroupArn=group, recipeArn=f"{RECIPE}aws-user-personalization"
    )["solutionArn"]
    active(personalize, "solution", solution)
    version = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    job = personalize.create_dataset_import_job(
        jobName="large", datasetArn=dataset, dataSource={"dataLocation": large.as_uri()}
    )["datasetImportJobArn"]

    def both_under_way() -> bool:
        states = (
            personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"],
            personalize.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"],
        )
        return all(state["status"] == "CREATE IN_PROGRESS" for state in states)

    until(both_under_way, "both jobs to be under way")
    server.kill()
    server.start()
    assert settled(server.personalize, "solutionVersion", version)["status"] == "ACTIVE"
    assert settled(server.personalize, "datasetImportJob", job)["status"] == "ACTIVE"


def test_a_job_whose_process_keeps_dying_fails_with_a_reason(
    server: Server, tmp_path: Path
) -> None:
    personalize = server.personalize
    large = write_interactions(tmp_path / "in" / "large.csv", interactions(users=20_000))
    _, dataset = group_with_dataset(personalize, "dying")
    job = personalize.create_dataset_import_job(
        jobName="dying", datasetArn=dataset, dataSource={"dataLocation": large.as_uri()}
    )["datasetImportJobArn"]
    stop = threading.Event()

    def kill_jobs() -> None:
        while not stop.wait(0.02):
            with contextlib.suppress(psutil.Error):  # a process may end while it is looked at
                for process in server.processes:
                    if "aisle.jobs.child" in process.cmdline():
                        process.kill()

    killer = threading.Thread(target=kill_jobs)
    killer.start()
    found = settled(personalize, "datasetImportJob", job)
    stop.set()
    killer.join()
    assert found["status"] == "CREATE FAILED"
    assert "ended" in found["failureReason"]
    assert "3 times" in found["failureReason"]


def test_no_process_outlives_the_supervisor(server: Server) -> None:
    supervisor, *others = server.processes
    supervisor.kill()
    until(
        lambda: not any(p.is_running() and p.status() != "zombie" for p in others),
        "the other processes to end",
    )
    server.kill()
    server.start()
