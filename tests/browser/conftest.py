"""The whole demo on a small simulated store, and a browser to walk through it."""

import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from running import until

expect.set_options(timeout=30_000)  # as long as a click waits: the engine may be training beside it

SMALL = ("--shoppers", "500", "--products", "1000", "--interactions", "40000")
EXPERIMENT = {
    "name": "similar-or-also-viewed",
    "feature": "similar-items",
    "kind": "ab",
    "variations": [
        {"name": "alike", "recommender": "similar"},
        {"name": "crowd", "recommender": "also-viewed"},
    ],
}
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def free_port() -> int:
    """Below those that the system gives to whoever asks for any: the demo takes it when it has
    trained, and no other test's server may stand there by then.
    """
    for port in random.Random(os.getpid()).sample(range(20_000, 30_000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError("No port is free between 20000 and 30000.")


class DemoProcess:
    """`aisle demo` over one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def set_up_experiments(self, document: Any) -> None:
        """Before the start: the experiments of the shop."""
        shop = self._folder / "shop"
        shop.mkdir(parents=True)
        (shop / "experiments.json").write_text(json.dumps(document))

    def start(self) -> "DemoProcess":
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "aisle", "demo", "--no-browser", "--port", str(port)]
        with (self._folder.parent / "demo.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--data-dir", str(self._folder), *SMALL],
                env={**os.environ, "AISLE_TRANSFORMER_POSITIONS": "30000"},  # less than an epoch
                stdout=log,
                stderr=log,
            )
        until(self._is_open, "the shop to open", seconds=180)
        return self

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(60)

    @property
    def database_url(self) -> str:
        """Of the shop."""
        return f"sqlite:///{self._folder / 'shop' / 'shop.db'}"

    def _is_open(self) -> bool:
        assert self._process is not None
        log = (self._folder.parent / "demo.log").read_text()
        assert self._process.poll() is None, log
        if "The shop is open" not in log:
            return False  # what answers is another's
        connection = HTTPConnection(self.url.removeprefix("http://"))
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    process = DemoProcess(tmp_path_factory.mktemp("demo") / "data")
    process.set_up_experiments({"experiments": [EXPERIMENT]})
    yield process.start()
    process.stop()


@pytest.fixture(scope="session")
def trained(demo: DemoProcess) -> None:
    """The shop opens with its first lists; the others are trained behind it."""
    with httpx.Client(base_url=demo.url, timeout=60) as client:
        item = client.get("/items").json()[0]
        paths = (f"/recommendationsitem/{item['asin']}", f"/search?q={item['title']}&u=any")

        def answer() -> bool:
            return all("x-allstore-warning" not in client.get(path).headers for path in paths)

        until(answer, "similar items and rankings", seconds=180)


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, demo: DemoProcess) -> Iterator[Page]:
    """A page of a new visitor, at each width; a script error fails the test."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=demo.url,
        reduced_motion="reduce",  # a colour on its way is none to judge
    )
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []
