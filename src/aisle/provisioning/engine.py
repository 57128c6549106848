"""The engine's server as a child process."""

import fcntl
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

_SECONDS_TO_START = 60.0
_SECONDS_TO_END = 20.0
_SECONDS_TO_LET_GO = 3.0
"""An engine whose parent has just died is gone by then."""
_LOOK_EVERY = 0.5
_LONGEST_PAUSE = 30.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""This machine is not asked through a proxy, whatever the environment says."""


class EngineError(Exception):
    """The engine did not start, and the message names its log; or its directory is taken."""


class EngineProcess:
    """`aisle serve` over a data directory. It ends with this process, however this one ends."""

    def __init__(
        self, data_dir: Path, allowed: Path, port: int, log: Path, environment: Mapping[str, str]
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        self._environment = environment
        log.parent.mkdir(parents=True, exist_ok=True)
        self._command = [
            *(sys.executable, "-m", "aisle", "serve", "--until-stdin-closes"),
            *("--port", str(port), "--data-dir", str(data_dir), "--allow-path", str(allowed)),
        ]
        self._process = self._start()
        self._stopping = False

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - our own command
                self._command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=self._environment,
                start_new_session=True,
            )

    def keep_running(self, tell: Callable[[str], None]) -> None:
        """From now on, start the engine again whenever it ends by itself."""

        def watch() -> None:
            pause = _LOOK_EVERY
            while not self._stopping:
                code = self._process.poll()
                if code is None:
                    pause = _LOOK_EVERY
                elif not self._stopping:
                    tell(f"The engine ended with code {code}; starting it again. Log: {self._log}")
                    self._process = self._start()
                    pause = min(2 * pause, _LONGEST_PAUSE)
                time.sleep(pause)

        Thread(target=watch, name="engine", daemon=True).start()

    def wait_until_ready(self) -> None:
        """Return when the engine answers; raises EngineError where it ended or takes too long."""
        deadline = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                with _DIRECT.open(f"{self.url}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise EngineError(f"The engine did not start at {self.url}; its log is {self._log}.")

    def stop(self) -> None:
        """End the engine and wait for it."""
        self._stopping = True
        self._process.terminate()
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def free_port(wanted: int = 0) -> int:
    """The wanted port, or any free one. Raises EngineError where there is none."""
    for port in (wanted, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    raise EngineError("There is no free port.")


@contextmanager
def held(data_dir: Path) -> Iterator[None]:
    """Keep a data directory, which is there, from other imports for as long as the block.

    Raises EngineError where another import has it or an engine works on it. The kernel lets go of
    it however this process ends.
    """
    folder = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(folder, data_dir)
        if in_use(data_dir):
            raise EngineError(
                f"Another process works on {data_dir}. Stop it, or import through it: "
                "--endpoint http://127.0.0.1:8000"
            )
        yield
    finally:
        os.close(folder)


def _lock(folder: int, data_dir: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise EngineError(f"Another import works on {data_dir}. Wait for its end.") from error


def in_use(data_dir: Path) -> bool:
    """Whether another process has the embedded database of a data directory open.

    A connection in exclusive locking mode gets in only where there is no other; the lock is given
    back at once.
    """
    file = data_dir / "aisle.db"
    if not file.exists():
        return False
    opened = sqlite3.connect(file, timeout=_SECONDS_TO_LET_GO, isolation_level=None)
    with closing(opened) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:
            return False  # no database at all, which the engine will say when it starts
        connection.execute("ROLLBACK")
    return False
