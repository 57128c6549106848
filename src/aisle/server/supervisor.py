"""Start the processes of a server, keep them running, end them together."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable

import msgspec
import structlog

from aisle.settings import Settings
from aisle.stopping import Stop
from aisle.storage.database import Database
from aisle.storage.migrations import migrate
from aisle.storage.objects import Objects

_log = structlog.get_logger(__name__)

_CHECK_EVERY = 0.2
_CHECK_TIMEOUT = 5.0
_MOST_FAILED_STARTS = 5
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""This machine is not asked through a proxy, whatever the environment says."""
_RESTART_AFTER = 1.0
_SECONDS_TO_END = 15.0
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
"""An HTTP worker scores on one core; there are as many workers as cores to use."""


class _Part(msgspec.Struct):
    """One process and how to start it again."""

    command: list[str]
    environment: dict[str, str]
    sockets: tuple[int, ...]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own modules
            self.command,
            env=self.environment,
            pass_fds=self.sockets,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends the rest
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    listener.set_inheritable(True)
    return listener


def url_of(listener: socket.socket) -> str:
    """Where a listening socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


class Supervisor:
    """The processes of one `aisle serve`. None of them outlives it, however it ends."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        if settings.local_aws:
            reached = {
                "local_aws_url": url_of(listener),
                "local_aws_secret": secrets.token_urlsafe(),
            }
            settings = settings.model_copy(update=reached)
        environment = {**os.environ, **settings.environment()}
        number = listener.fileno()
        worker = [sys.executable, "-m", "aisle.server.http_worker", str(number)]
        single = {**environment, **dict.fromkeys(_ONE_THREAD, "1")}
        jobs = [sys.executable, "-m", "aisle.server.job_process"]
        self._settings = settings
        self._url = url_of(listener)
        self._parts = [_Part(worker, single, (number,)) for _ in range(settings.workers)]
        self._parts.append(_Part(jobs, environment, ()))

    def run(self, stop: Stop, ready: Callable[[], None]) -> None:
        """Migrate and start everything; call `ready` when it answers; restart what dies."""
        self._settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(self._settings.database)
        migrate(database)
        database.close()
        Objects(self._settings).sweep()
        for part in self._parts:
            part.start()
        failed = 0
        while not self._answers() and not stop.wait(_CHECK_EVERY):
            failed += self._restart(stop)
            if failed >= _MOST_FAILED_STARTS:
                self._end()
                raise SystemExit("The server's processes do not start; see the messages above.")
        if not stop.wait(0):
            ready()
        while not stop.wait(_CHECK_EVERY):
            self._restart(stop)
        self._end()

    def _answers(self) -> bool:
        try:
            with _DIRECT.open(f"{self._url}/healthz", timeout=_CHECK_TIMEOUT):
                return True
        except OSError:
            return False

    def _restart(self, stop: Stop) -> int:
        """Start again what has ended; how many there were."""
        ended = 0
        for part in self._parts:
            if part.process is not None and part.process.poll() is not None:
                ended += 1
                _log.error("process died; starting it again", code=part.process.returncode)
                if not stop.wait(_RESTART_AFTER):
                    part.start()
        return ended

    def _end(self) -> None:
        running = [part.process for part in self._parts if part.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _SECONDS_TO_END
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
