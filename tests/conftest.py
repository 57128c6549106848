"""What every kind of test may ask for."""

import shutil
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import structlog
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from running import Server, StartServer

# No test asserts a time. The same examples each time, so that a change is judged by itself; others
# each time with `--hypothesis-profile explore`, as `make test-all` does.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("same")


class _ByFile(LoadFileScheduling):  # type: ignore[misc] # it has no types
    """A process takes whole files, and one of them all of the browser's, which share one demo."""

    def _split_scope(self, nodeid: str) -> str:
        folder = "tests/browser/"
        return folder if nodeid.startswith(folder) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    return _ByFile(config, log)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command that runs in this process sends the log to a stream that ends with it."""
    yield
    structlog.reset_defaults()


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


_regions = count(1)


@pytest.fixture(scope="session")
def _common_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("common")
    server = Server(
        folder / "data",
        allowed=tmp_path_factory.getbasetemp(),
        environment={"AISLE_TRANSFORMER_POSITIONS": "100000"},
    ).start()
    yield server
    server.end()


@pytest.fixture(scope="module")
def shared_server(_common_server: Server) -> Server:
    """A server with the usual settings that runs for all modules, in a region of the module's own.

    It may read every temporary folder. A test that stops or kills a server starts its own.
    """
    return _common_server.in_region(f"test-{next(_regions)}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; its event loop runs until the module's tests are done."""
    chromium = next(
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield opened
        opened.close()
