from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.wire.served import Serve, Server, running


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(
            functions: dict[str, Callable[..., Any]], ready: Callable[[], bool] | None = None
        ) -> Server:
            return stack.enter_context(running(functions, ready))

        yield start


@pytest.fixture(scope="session")
def bare_server() -> Iterator[Server]:
    """A server without a single function."""
    with running({}, None) as server:
        yield server
