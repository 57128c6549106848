"""Pages of lists that others add to and take from meanwhile."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.raw import Wire
from calls.stage import schema_of
from running import Server

PAGES = st.integers(1, 4)
CHANGES = st.lists(st.tuples(st.sampled_from(("create", "delete", "nothing")), st.integers(0, 99)))
_names = count()


@pytest.fixture(scope="module")
def wire(shared_server: Server) -> Iterator[Wire]:
    opened = Wire(shared_server.url, shared_server.region)
    yield opened
    opened.close()


class Schemas:
    """The schemas of a server: those there at first, and those that came and went since."""

    def __init__(self, wire: Wire, size: int) -> None:
        self._wire = wire
        for arn in self.listed():
            self._call("DeleteSchema", {"schemaArn": arn})
        self.alive = [self.create() for _ in range(size)]
        self.steady = set(self.alive)
        self.ever = set(self.alive)

    def _call(self, operation: str, document: object) -> Any:
        reply = self._wire.call(operation, document)
        assert not reply.code, reply
        return reply.document

    def create(self) -> str:
        document = {"name": f"page-{next(_names)}", "schema": schema_of("Users")}
        arn: str = self._call("CreateSchema", document)["schemaArn"]
        return arn

    def change(self, kind: str, which: int) -> None:
        """Something that happens between two pages."""
        if kind == "create":
            self.alive.append(self.create())
            self.ever.add(self.alive[-1])
        elif kind == "delete" and self.alive:
            arn = self.alive.pop(which % len(self.alive))
            self._call("DeleteSchema", {"schemaArn": arn})
            self.steady.discard(arn)

    def page(self, size: int, token: str | None) -> tuple[list[str], str | None]:
        asked = {"maxResults": size, **({"nextToken": token} if token else {})}
        answer = self._call("ListSchemas", asked)
        assert len(answer["schemas"]) <= size
        return [row["schemaArn"] for row in answer["schemas"]], answer.get("nextToken")

    def listed(self) -> list[str]:
        return [row["schemaArn"] for row in self._call("ListSchemas", {})["schemas"]]


def test_pages_hold_while_others_create_and_delete_at_the_same_time(wire: Wire) -> None:
    schemas = Schemas(wire, 30)
    kept = schemas.alive.copy()
    reading = threading.Event()

    def disturb() -> None:
        while not reading.is_set():
            schemas.change("create", 0)
            schemas.change("delete", len(schemas.alive) - 1)

    with ThreadPoolExecutor(1) as pool:
        disturbed = pool.submit(disturb)
        rows, token = schemas.page(1, None)
        for _ in range(60):
            if token is None:
                break
            found, token = schemas.page(1, token)
            rows += found
        reading.set()
        disturbed.result()
    assert len(rows) == len(set(rows))
    assert set(kept) <= set(rows)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(0, 8), pages=PAGES, changes=CHANGES)
def test_what_stays_is_listed_once_whatever_comes_and_goes(
    wire: Wire, size: int, pages: int, changes: list[tuple[str, int]]
) -> None:
    schemas = Schemas(wire, size)
    rows, token = schemas.page(pages, None)
    for change in changes:
        schemas.change(*change)
        if token is not None:
            found, token = schemas.page(pages, token)
            rows += found
    while token is not None:
        found, token = schemas.page(pages, token)
        rows += found
    assert len(rows) == len(set(rows))
    assert schemas.steady <= set(rows) <= schemas.ever
    assert schemas.listed() == schemas.alive
