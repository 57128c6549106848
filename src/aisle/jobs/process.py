"""The worker's end of a process that runs long jobs (`jobs/child`)."""

import contextlib
import os
import subprocess
import sys
import time

import msgspec

from aisle.settings import Settings
from aisle.storage.work import Claim


class JobProcess:
    """One process, with a job or waiting for one. It ends with the worker, however that ends."""

    def __init__(self, settings: Settings) -> None:
        reading, done = os.pipe()
        os.set_blocking(reading, False)
        self._done = os.fdopen(reading, "rb", buffering=0)
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "aisle.jobs.child", str(done)],
            stdin=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, **settings.environment()},
            pass_fds=(done,),
        )
        os.close(done)
        self._idle_since = time.monotonic()

    @property
    def pid(self) -> int:
        return self._process.pid

    def take(self, claim: Claim) -> None:
        """Begin a job. A process that has just died shows it by its exit code."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(msgspec.json.encode(claim) + b"\n")

    def outcome(self) -> int | None:
        """None while the job runs, 0 when it is done, else the exit code of a process that died."""
        if self._done.read(1):
            self._idle_since = time.monotonic()
            return 0
        return self._process.poll()

    @property
    def idle_seconds(self) -> float:
        """How long ago its last job ended."""
        return time.monotonic() - self._idle_since

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone; it may take no other job then."""
        return self._process.poll() is not None

    def terminate(self) -> None:
        """Ask it to end; `wait` follows."""
        self._process.terminate()

    def kill(self) -> None:
        """End it, and return when it has ended."""
        self._process.kill()
        self.wait()

    def wait(self) -> None:
        """Return when it has ended."""
        self._process.wait()
