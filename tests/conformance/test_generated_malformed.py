"""Every constraint of botocore's models violated, and every JSON type mistaken, over HTTP."""

from collections.abc import Iterator

import pytest

from aisle.wire.models import error_statuses, operations
from calls.answers import faults
from calls.malformed import Broken, Mistyped, broken, mistyped
from calls.raw import Wire
from running import Server

BROKEN = dict(broken())
MISTYPED = dict(mistyped())


@pytest.fixture(scope="module")
def wire(shared_server: Server) -> Iterator[Wire]:
    opened = Wire(shared_server.url, shared_server.region)
    yield opened
    opened.close()


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_constraint_is_refused_in_the_services_words(wire: Wire, case: Broken) -> None:
    reply = wire.call(case.operation, case.document)
    assert not faults(case.operation, reply)
    lists = "InvalidInputException" in error_statuses(operations()[case.operation])
    assert reply.code == ("InvalidInputException" if lists else "ValidationException")
    assert f"at '{case.path}' failed to satisfy constraint: {case.phrase}" in reply.message


@pytest.mark.parametrize("case", MISTYPED.values(), ids=MISTYPED.keys())
def test_a_wrong_json_type_is_a_serialization_exception(wire: Wire, case: Mistyped) -> None:
    for document in case.documents:
        reply = wire.call(case.operation, document)
        assert (reply.status, reply.code) == (400, "SerializationException"), document
        assert case.path in reply.message
