"""The job worker: takes up rows that ask for work, runs each, shows signs of life."""

import os
import socket
import subprocess
import sys
import time
from threading import Event as Flag
from uuid import uuid4

import msgspec
import structlog

from aisle.data.state import State
from aisle.jobs.running import give_up, run, runs_apart
from aisle.records import Status
from aisle.storage.work import Claim

_log = structlog.get_logger(__name__)

_LOOK_EVERY = 0.05


class _Child(msgspec.Struct, frozen=True):
    claim: Claim
    process: subprocess.Popen[bytes]


class JobWorker:
    """Works until told to stop. Any number may run over one installation."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._children: list[_Child] = []
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._renewed_at = 0.0

    def work_until(self, stop: Flag) -> None:
        """Look for work, again and again; on the flag, end the children and give claims back."""
        while not stop.wait(_LOOK_EVERY):
            try:
                self._renew()
                self._reap()
                self._take_up()
            except Exception:  # noqa: BLE001 - a worker that dies of one fault serves nobody
                _log.exception("job worker stumbled")
                stop.wait(1.0)
        for child in self._children:
            child.process.terminate()
            child.process.wait()
            self._state.work.release(child.claim)

    def _renew(self) -> None:
        now = time.time()
        if self._children and now - self._renewed_at > self._state.settings.lease_seconds / 4:
            self._state.work.renew(self._owner, now)
            self._renewed_at = now

    def _reap(self) -> None:
        for child in list(self._children):
            code = child.process.poll()
            if code is None:
                continue
            self._children.remove(child)
            if code != 0:
                _log.error("job process died", arn=child.claim.arn, exit_code=code)
                give_up(self._state, child.claim, f"The job's process ended with code {code}.")

    def _take_up(self) -> None:
        for arn, kind in self._state.work.waiting(time.time()):
            full = len(self._children) >= self._state.settings.concurrent_jobs
            if full and runs_apart(kind, Status.CREATE_PENDING):
                continue
            claim = self._state.work.claim(arn, self._owner, time.time())
            if claim is None:
                continue
            if runs_apart(claim.kind, claim.status):
                self._children.append(_Child(claim, self._start(claim)))
            else:
                run(self._state, claim)

    def _start(self, claim: Claim) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "aisle.jobs.child", msgspec.json.encode(claim).decode()]
        environment = {**os.environ, **self._state.settings.environment()}
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603
