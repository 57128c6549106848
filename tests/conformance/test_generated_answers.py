"""Every operation called as its model allows: what it answers, refuses, and then describes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ListShape, Shape, StructureShape

from aisle.wire.models import error_statuses, function_name, input_shape, operations
from calls.all_valid import CALLS, PARENTS, Call, Parent, renamed
from calls.answers import faults
from calls.data_world import Document
from calls.malformed import OPERATIONS
from calls.paper import PaperWorld
from calls.raw import Reply
from calls.stage import write_stage
from calls.valid import REQUESTS
from calls.world import World
from running import StartServer

NAMED = {
    name: call
    for name, call in CALLS.items()
    if call.make(PaperWorld()).keys() & {"name", "jobName"}
}
DELETIONS = {name: call for name, call in CALLS.items() if call.operation.startswith("Delete")}
PAGINATED: dict[str, dict[str, str]] = {
    operation: paginator
    for operation, paginator in Loader()
    .load_service_model("personalize", "paginators-1")["pagination"]
    .items()
    if operation in OPERATIONS
}
NEED_A_STATE = {
    "DeleteRecommender",
    "StartRecommender",
    "StopRecommender",
    "StopSolutionVersionCreation",
    "UpdateRecommender",
}
"""Operations whose resource has to be brought to a state just before."""
NOT_DESCRIBED = {"metrics", "publishAttributionMetricsToS3", "tags"}
"""What Describe leaves to other operations."""
LISTS = {name: call for name, call in CALLS.items() if call.operation.startswith("List")}


class Asked:
    """A world, and what its calls were told: each valid call is made once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._documents: dict[str, Document] = {}
        self._replies: dict[str, Reply] = {}

    def document(self, call: Call) -> Document:
        if call.name not in self._documents:
            self._documents[call.name] = call.make(self.world)
        return self._documents[call.name]

    def reply(self, call: Call) -> Reply:
        if call.name not in self._replies:
            if call.operation in NEED_A_STATE:
                self._documents.pop(call.name, None)
            document = self.document(call)
            self._replies[call.name] = self.world.wire.call(call.operation, document)
        return self._replies[call.name]

    def created(self, call: Call) -> tuple[str, str]:
        """The member that names what a call created, and its ARN."""
        reply = self.reply(call)
        assert not reply.code, reply
        member = next(name for name in reply.document if name.endswith("Arn"))
        return member, reply.document[member]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("answers")
    write_stage(folder / "in")
    server = start_server(folder / "data", allowed=folder / "in")
    world = World(server, folder / "in")
    yield Asked(world)
    world.wire.close()


@pytest.mark.parametrize("operation", operations())
def test_every_member_of_a_request_is_in_some_valid_one(operation: str) -> None:
    paper, shape = PaperWorld(), input_shape(operations()[operation])
    documents = [make(paper) for make in REQUESTS[operation].values()]
    given = {path for document in documents for path in _given(shape, document)}
    assert given == set(_members(shape)) - {"nextToken"}  # which only an answer gives


def _members(shape: Shape, path: str = "") -> Iterator[str]:
    """The paths of all members that a document of a shape may have."""
    if isinstance(shape, ListShape):
        yield from _members(shape.member, path)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield f"{path}{name}"
            yield from _members(member, f"{path}{name}.")


def _given(shape: Shape, value: Any, path: str = "") -> Iterator[str]:
    """The paths of the members that a document has."""
    if isinstance(shape, ListShape):
        for element in value:
            yield from _given(shape.member, element, path)
    if isinstance(shape, StructureShape):
        for name in value:
            yield f"{path}{name}"
            yield from _given(shape.members[name], value[name], f"{path}{name}.")


def missing(arn: str) -> str:
    """An ARN of the same kind that nothing has."""
    head, _, last = arn.partition("/$LATEST")
    return f"{head}-none{'/$LATEST' if _ else ''}{last}"


def another_accounts(arn: str) -> str:
    return arn.replace(":000000000000:", ":111111111111:")


def another_regions(arn: str) -> str:
    return arn.replace(":eu-central-1:", ":eu-west-3:")


def of_no_kind(arn: str) -> str:
    return ":".join((*arn.split(":")[:5], "nonsense/made"))


@pytest.mark.parametrize("change", [missing, another_accounts, another_regions, of_no_kind])
@pytest.mark.parametrize("parent", PARENTS.values(), ids=PARENTS.keys())
def test_what_is_not_there_is_refused(
    asked: Asked, parent: Parent, change: Callable[[str], str]
) -> None:
    call = parent.call
    document = renamed(asked.document(call), asked.world.name())
    changed = parent.replaced(document, change)
    if changed == document:
        pytest.skip("the service's own resources belong to no account")
    reply = asked.world.wire.call(call.operation, changed)
    assert not faults(call.operation, reply)
    if call.operation.startswith("List") and not reply.code:
        assert next(iter(reply.document.values())) == []
    else:
        listed = error_statuses(operations()[call.operation]).keys()
        wanted = {"ResourceNotFoundException"} & listed or {"InvalidInputException"}
        assert reply.code in wanted | ({"InvalidInputException"} if change is of_no_kind else set())


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_valid_call_is_answered_as_the_model_says(asked: Asked, call: Call) -> None:
    reply = asked.reply(call)
    assert not reply.code, reply
    assert not faults(call.operation, reply)


@pytest.mark.parametrize("call", NAMED.values(), ids=NAMED.keys())
def test_a_name_that_is_taken_is_refused_with_its_arn(asked: Asked, call: Call) -> None:
    _, arn = asked.created(call)
    reply = asked.world.wire.call(call.operation, asked.document(call))
    assert (reply.status, reply.code) == (400, "ResourceAlreadyExistsException")
    assert reply.message == f"Another resource with Arn {arn} already exists."


@pytest.mark.parametrize("call", NAMED.values(), ids=NAMED.keys())
def test_describe_shows_what_create_was_given(asked: Asked, call: Call) -> None:
    member, arn = asked.created(call)
    described = asked.world.described(member, arn)
    document = asked.document(call)
    kept = {name: document[name] for name in document.keys() & described.keys()}
    assert described[member] == arn
    assert document.keys() - described.keys() <= NOT_DESCRIBED
    for name, value in kept.items():
        assert _holds(described[name], value), f"{name}: {described[name]}"


def _holds(shown: Any, given: Any) -> bool:
    """Whether what is shown is what was given, in full; the service adds defaults to maps."""
    if isinstance(given, dict):
        return all(name in shown and _holds(shown[name], value) for name, value in given.items())
    if isinstance(given, str) and isinstance(shown, str):
        return shown in {given, given.upper()} or (
            given.endswith("/$LATEST") and shown.startswith(given.removesuffix("$LATEST"))
        )
    return bool(shown == given)


@pytest.mark.parametrize("call", DELETIONS.values(), ids=DELETIONS.keys())
def test_what_is_deleted_is_gone_in_the_end(asked: Asked, call: Call) -> None:
    assert not asked.reply(call).code
    asked.world.gone(asked.document(call))


@pytest.mark.parametrize("call", LISTS.values(), ids=LISTS.keys())
def test_lists_agree_with_descriptions(asked: Asked, call: Call) -> None:
    rows = next(iter(asked.world.call(call.operation, asked.document(call)).values()))
    for row in rows[:3]:
        member = next((name for name in row if name in _DESCRIBED), None)
        if member is not None:
            described = asked.world.described(member, row[member])
            for name in row.keys() & described.keys() - _CHANGING:
                assert row[name] == described[name], name


_DESCRIBED = {
    input_shape(model).required_members[0]
    for name, model in operations().items()
    if name.startswith("Describe")
}

_CHANGING = {"status", "lastUpdatedDateTime", "failureReason"}
"""What changes by itself."""


@pytest.mark.parametrize("operation", sorted(PAGINATED))
def test_boto3s_paginator_makes_up_the_whole_list_of_pages_of_one(
    asked: Asked, operation: str
) -> None:
    for call in CALLS.values():
        if call.operation == f"Create{operation.removeprefix('List')[:-1]}":
            asked.reply(call)
    member = PAGINATED[operation]["result_key"]
    client = asked.world.server.client("personalize")
    name = function_name(operations()[operation])
    which = {}
    if operation == "ListMetricAttributionMetrics":
        which = {"metricAttributionArn": asked.world.attribution()}
    pages = client.get_paginator(name).paginate(**which, PaginationConfig={"PageSize": 1})
    rows = [page[member] for page in pages]
    assert len(rows) > 1
    assert {len(page) for page in rows} == {1}
    whole = client.get_paginator(name).paginate(**which).build_full_result()[member]
    assert _unhurried(row for page in rows for row in page) == _unhurried(whole)


def _unhurried(rows: Iterable[Document]) -> list[Document]:
    """What jobs under way do not change between two questions."""
    return [{name: row[name] for name in row.keys() - _CHANGING} for row in rows]
