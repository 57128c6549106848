"""StopSolutionVersionCreation ends the process that trains, and leaves nothing of it."""

import psutil
import pytest

from journey import resource
from lifecycle import PERSONAL, Trained
from running import Server, StartServer, until


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Trained:
    folder = tmp_path_factory.mktemp("stop")
    one_job = {"AISLE_CONCURRENT_JOBS": "1"}
    (folder / "in").mkdir()
    server = start_server(folder / "data", allowed=folder / "in", environment=one_job)
    return Trained(folder, server)


@pytest.fixture(scope="module")
def long_solution(world: Trained) -> str:
    """One whose training takes long enough to be stopped: a search of many trainings."""
    return world.solution(
        "long",
        PERSONAL,
        performHPO=True,
        solutionConfig={"hpoConfig": {"hpoResourceConfig": {"maxNumberOfTrainingJobs": "40"}}},
    )


def children(server: Server) -> list[psutil.Process]:
    return [p for p in server.processes if "aisle.jobs.child" in p.cmdline()]


def training(world: Trained, solution: str) -> str:
    """The ARN of a version whose process runs."""
    arn = world.personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    world.reached("solutionVersion", arn, "CREATE IN_PROGRESS")
    until(lambda: children(world.server), "a process that trains")
    return arn


def test_a_training_that_is_stopped_has_no_process_and_no_files(
    world: Trained, long_solution: str
) -> None:
    personalize = world.personalize
    arn = training(world, long_solution)
    before = children(world.server)
    personalize.stop_solution_version_creation(solutionVersionArn=arn)
    shown = resource(personalize, "solutionVersion", arn)
    assert shown["status"] in {"CREATE STOPPING", "CREATE STOPPED"}
    world.reached("solutionVersion", arn, "CREATE STOPPED")
    until(lambda: not any(process.is_running() for process in before), "the process to end")
    until(lambda: not children(world.server), "no process to be left")
    data = world.folder / "data"
    assert list((data / "staging").glob("*")) == []
    assert list((data / "objects").glob("models/*/*")) == []
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.stop_solution_version_creation(solutionVersionArn=arn)
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.create_campaign(name="stopped", solutionVersionArn=arn)


def test_one_that_waits_is_stopped_at_once(world: Trained, long_solution: str) -> None:
    personalize = world.personalize
    running = training(world, long_solution)
    waiting = personalize.create_solution_version(solutionArn=long_solution)["solutionVersionArn"]
    personalize.stop_solution_version_creation(solutionVersionArn=waiting)
    assert resource(personalize, "solutionVersion", waiting)["status"] == "CREATE STOPPED"
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.delete_solution(solutionArn=long_solution)
    personalize.stop_solution_version_creation(solutionVersionArn=running)
    world.reached("solutionVersion", running, "CREATE STOPPED")


def test_a_stop_is_carried_out_though_the_worker_that_trained_is_gone(
    world: Trained, long_solution: str
) -> None:
    arn = training(world, long_solution)
    worker = next(p for p in world.server.processes if "aisle.server.job_process" in p.cmdline())
    world.personalize.stop_solution_version_creation(solutionVersionArn=arn)
    worker.kill()
    world.reached("solutionVersion", arn, "CREATE STOPPED")
    until(lambda: not children(world.server), "no process to be left")


def test_a_version_that_is_trained_is_not_stopped(world: Trained) -> None:
    arn = world.version(world.solution("short"))
    with pytest.raises(world.personalize.exceptions.ResourceInUseException, match="ACTIVE"):
        world.personalize.stop_solution_version_creation(solutionVersionArn=arn)


def test_a_process_that_has_trained_takes_the_next_training(world: Trained) -> None:
    solution = world.solution("twice")
    world.version(solution)
    (before,) = children(world.server)
    world.version(solution)
    assert children(world.server) == [before]


def test_a_process_that_died_without_a_job_is_not_missed(world: Trained) -> None:
    solution = world.solution("again")
    world.version(solution)
    (idle,) = children(world.server)
    idle.kill()
    assert (
        resource(world.personalize, "solutionVersion", world.version(solution))["status"]
        == "ACTIVE"
    )


def test_a_process_that_waits_for_a_job_ends_with_its_worker(world: Trained) -> None:
    world.version(world.solution("last"))
    (idle,) = children(world.server)
    worker = next(p for p in world.server.processes if "aisle.server.job_process" in p.cmdline())
    worker.kill()
    until(lambda: not idle.is_running(), "the process without a worker to end")
