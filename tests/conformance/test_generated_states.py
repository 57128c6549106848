"""Every operation on resources that are not in the state it needs.

The process that carries out jobs is killed, and the one that would start it again halted, so that
whatever is created stays CREATE PENDING and whatever is deleted DELETE PENDING.
"""

from collections.abc import Iterator, Mapping

import pytest

from aisle.wire.models import error_statuses, operations
from calls.all_valid import CALLS, PARENTS, Call, Parent, renamed
from calls.answers import faults
from calls.data_world import Document, once
from calls.stage import write_stage
from calls.world import POPULAR, World
from running import StartServer

SEGMENTS = "aws-item-affinity"
"""Batch segment jobs take no version of another kind of recipe."""

READING = ("Describe", "List", "TagResource", "UntagResource", "StopSolutionVersionCreation")
"""Operations that take a resource in any state, or one that is being made."""

LEAST = {name: call for name, call in CALLS.items() if name.endswith("-least")}
CREATIONS = {name: call for name, call in LEAST.items() if call.operation.startswith("Create")}
DELETIONS = {name: call for name, call in LEAST.items() if call.operation.startswith("Delete")}
NOT_READY = {
    name: parent
    for name, parent in PARENTS.items()
    if parent.call.name in LEAST
    and not parent.call.operation.startswith(READING)
    and parent.path[-1] not in {"schemaArn", "recipeArn"}  # which are there or not
}


class CheapWorld(World):
    """One trained version serves as any, and no dataset has rows that are not trained on."""

    @once
    def dataset(self, dataset_type: str = "Interactions", domain: str | None = None) -> str:
        if dataset_type == "Interactions":
            return super().dataset(dataset_type, domain)
        return self.new_dataset(self.group(domain), dataset_type, domain)

    def version(self, recipe: str = POPULAR) -> str:
        return super().version(recipe if recipe == SEGMENTS else POPULAR)

    def campaign(self, _recipe: str = POPULAR) -> str:
        return super().campaign(POPULAR)

    def new_campaign(self, _recipe: str = POPULAR) -> str:
        return super().new_campaign(POPULAR)

    def recommender(self, _recipe: str = "") -> str:
        """Named only to be replaced."""
        return self.spare_recommender()


class Halted:
    """A world with parents for every request, in which nothing is carried out any more."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.recommender = world.new_recommender()
        self.documents = {name: call.make(world) for name, call in LEAST.items()}
        self.pending: dict[str, str] = {}

    def create(self, call: Call) -> None:
        """Something that stays pending."""
        reply = self.world.wire.call(call.operation, self.documents[call.name])
        assert not reply.code, reply
        member = next(name for name in reply.document if name.endswith("Arn"))
        self.pending[member] = reply.document[member]


@pytest.fixture(scope="module")
def halted(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Iterator[Halted]:
    folder = tmp_path_factory.mktemp("states")
    write_stage(folder / "in")
    server = start_server(folder / "data", allowed=folder / "in")
    world = CheapWorld(server, folder / "in")
    ready = Halted(world)
    supervisor = server.processes[0]
    supervisor.suspend()
    for part in supervisor.children():
        if "aisle.server.job_process" in part.cmdline():
            part.kill()
    for call in CREATIONS.values():
        ready.create(call)
    yield ready
    supervisor.resume()
    world.wire.close()


@pytest.mark.parametrize("call", CREATIONS.values(), ids=CREATIONS.keys())
def test_what_is_created_is_pending_and_described(halted: Halted, call: Call) -> None:
    kind = call.operation.removeprefix("Create")
    member = f"{kind[0].lower()}{kind[1:]}Arn"
    reply = halted.world.wire.call(f"Describe{kind}", {member: halted.pending[member]})
    assert not faults(f"Describe{kind}", reply)
    described = next(iter(reply.document.values()))
    assert described[member] == halted.pending[member]
    if kind != "Schema":
        assert described["status"] in {"CREATE PENDING", "PENDING"}


@pytest.mark.parametrize("parent", NOT_READY.values(), ids=NOT_READY.keys())
def test_what_is_not_ready_yet_is_refused(halted: Halted, parent: Parent) -> None:
    call = parent.call
    document = renamed(halted.documents[call.name], halted.world.name())
    reply = halted.world.wire.call(
        call.operation, parent.replaced(document, lambda arn: _pending(halted.pending, arn))
    )
    assert not faults(call.operation, reply)
    assert reply.code, reply
    listed = error_statuses(operations()[call.operation])
    if "ResourceInUseException" in listed:
        assert reply.code == "ResourceInUseException", reply.message


def _pending(pending: Mapping[str, str], arn: str) -> str:
    """The pending resource of an ARN's kind."""
    return next(other for other in pending.values() if _kind(other) == _kind(arn))


def _kind(arn: str) -> tuple[str, int]:
    tail = arn.split(":", 5)[5]
    return tail.partition("/")[0], tail.count("/")


@pytest.mark.parametrize("call", DELETIONS.values(), ids=DELETIONS.keys())
def test_what_is_being_deleted_is_not_deleted_twice(halted: Halted, call: Call) -> None:
    document = halted.documents[call.name]
    assert not halted.world.wire.call(call.operation, document).code
    reply = halted.world.wire.call(call.operation, document)
    assert not faults(call.operation, reply)
    gone = "ResourceNotFoundException"  # schemas go at once
    assert reply.code == (gone if "Schema" in call.operation else "ResourceInUseException")


def in_use(halted: Halted, operation: str, document: Document) -> None:
    """Check that an operation is refused because of a resource's state."""
    reply = halted.world.wire.call(operation, document)
    assert reply.code == "ResourceInUseException", reply


def test_a_group_with_datasets_is_not_deleted(halted: Halted) -> None:
    in_use(halted, "DeleteDatasetGroup", {"datasetGroupArn": halted.world.group()})


def test_a_schema_of_a_dataset_is_not_deleted(halted: Halted) -> None:
    in_use(halted, "DeleteSchema", {"schemaArn": halted.world.schema("Interactions")})


def test_interactions_with_a_tracker_are_not_deleted(halted: Halted) -> None:
    in_use(halted, "DeleteDataset", {"datasetArn": halted.world.dataset()})


def test_a_solution_with_a_campaign_is_not_deleted(halted: Halted) -> None:
    in_use(halted, "DeleteSolution", {"solutionArn": halted.world.solution(POPULAR)})


def test_datasets_of_a_group_with_filters_are_not_deleted(halted: Halted) -> None:
    in_use(halted, "DeleteDataset", {"datasetArn": halted.world.dataset("Users")})


def test_a_recommender_that_answers_is_not_started(halted: Halted) -> None:
    in_use(halted, "StartRecommender", {"recommenderArn": halted.recommender})


def test_a_version_that_is_trained_is_not_stopped(halted: Halted) -> None:
    version = {"solutionVersionArn": halted.world.version()}
    in_use(halted, "StopSolutionVersionCreation", version)
