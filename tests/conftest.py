"""What every kind of test may ask for."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from running import Server, StartServer

settings.register_profile("shared-machine", deadline=None)  # no test asserts a time
settings.load_profile("shared-machine")


@pytest.fixture(scope="module")
def start_server() -> Iterator[StartServer]:
    """Starts servers, and ends those that a test leaves running."""
    started: list[Server] = []

    def start(*arguments: Any, **options: Any) -> Server:
        server = Server(*arguments, **options)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.end()
