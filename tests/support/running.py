"""A server of the product as its own processes, for tests to talk to, kill and start again."""

import copy
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
import psutil
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient
    from types_boto3_personalize_events import PersonalizeEventsClient
    from types_boto3_personalize_runtime import PersonalizeRuntimeClient

T = TypeVar("T")

_SECONDS = 60.0
_USUAL = {"AISLE_LEASE_SECONDS": "2", "AISLE_TRANSFORMER_POSITIONS": "0"}
"""Trainings are short: the ridge learns, and nothing of PyTorch is imported."""


class Server:
    """`aisle serve`, on a free port where none is given."""

    def __init__(
        self,
        data_dir: Path,
        *,
        allowed: Path,
        workers: int = 1,
        environment: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.data_dir = data_dir
        self.region = "eu-central-1"
        self._port = port
        self._arguments = ["--workers", str(workers), "--allow-path", str(allowed), "--host", host]
        self._environment = {**os.environ, **_USUAL, **(environment or {})}
        self._process: subprocess.Popen[str] | None = None
        self._clients: dict[tuple[str, str, str], Any] = {}
        self.url = ""

    def start(self) -> "Server":
        """Start, and return when it answers."""
        command = [sys.executable, "-m", "aisle", "serve", "--port", str(self._port)]
        log = self.data_dir.parent / f"{self.data_dir.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [*command, "--data-dir", str(self.data_dir), *self._arguments],
                env=self._environment,
                stderr=output,
                text=True,
            )
        self.url = until(lambda: self._address(log), "the server's address")
        return self

    def in_region(self, region: str) -> "Server":
        """The same server for clients of another region, which see nothing of this one's."""
        seen = copy.copy(self)
        seen.region = region
        return seen

    def _address(self, log: Path) -> str:
        """Where it listens, once it says so."""
        assert self._process is not None
        text = log.read_text()
        assert self._process.poll() is None, text
        found = re.search(r"listens on (http://\S+)", text)
        return found.group(1) if found else ""

    @property
    def processes(self) -> Sequence[psutil.Process]:
        """The supervisor and all its descendants."""
        assert self._process is not None
        supervisor = psutil.Process(self._process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def kill(self) -> None:
        """`kill -9` of every process."""
        assert self._process is not None
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
        self._process.wait(_SECONDS)

    def end(self) -> None:
        """Stop, if it still runs."""
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(_SECONDS)

    def client(
        self,
        service: str,
        region: str = "",
        key: tuple[str, str] = ("any", "any"),
        **config: Any,
    ) -> Any:
        """A boto3 client that knows the endpoint and nothing else of this server.

        It is of the server's region unless another is given. `key` is an access key's id and its
        secret.
        """
        session = boto3.Session(
            region_name=region or self.region,
            aws_access_key_id=key[0],
            aws_secret_access_key=key[1],
        )
        make: Callable[..., Any] = session.client
        return make(
            service,
            endpoint_url=self.url,
            config=Config(retries={"total_max_attempts": 1}, **config),
        )

    def _shared(self, service: str) -> Any:
        """One client a service: an exception class belongs to the client that raises it."""
        key = (service, self.url, self.region)
        if key not in self._clients:
            self._clients[key] = self.client(service)
        return self._clients[key]

    @property
    def personalize(self) -> "PersonalizeClient":
        client: PersonalizeClient = self._shared("personalize")
        return client

    @property
    def runtime(self) -> "PersonalizeRuntimeClient":
        client: PersonalizeRuntimeClient = self._shared("personalize-runtime")
        return client

    @property
    def events(self) -> "PersonalizeEventsClient":
        client: PersonalizeEventsClient = self._shared("personalize-events")
        return client


StartServer = Callable[..., Server]
"""The fixture `start_server`: a Server's arguments to a Server that answers."""


def until(ask: Callable[[], T], what: str, seconds: float = _SECONDS) -> T:
    """The first true answer; fails where none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
