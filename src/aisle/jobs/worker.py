"""The job worker: takes up rows that ask for work, runs each, shows signs of life."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from aisle.data.state import State
from aisle.jobs.process import JobProcess
from aisle.jobs.running import DATABASE_FAULT, died, run, runs_apart
from aisle.jobs.schedule import Schedule
from aisle.stopping import Stop
from aisle.storage.work import Claim

_log = structlog.get_logger(__name__)

_LOOK_EVERY = 0.05
_LOOK_FOR_STOPS_EVERY = 0.25
_THREADS = 4
"""For work that has nothing to compute; a long deletion holds up none of the others."""
_IDLE_SECONDS = 60.0
"""How long a process that has no job is kept, with all that it has imported."""


class JobWorker:
    """Works until told to stop. Any number may run over one installation."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._children: dict[Claim, JobProcess] = {}
        self._idle: list[JobProcess] = []
        self._withdrawn: set[Claim] = set()
        self._threads: dict[Claim, Future[bool]] = {}
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="job")
        self._renewed_at = 0.0
        self._looked_at = 0.0
        self._schedule = Schedule(state)

    def work_until(self, stop: Stop) -> None:
        """Look for work, again and again; when told, end the children and give claims back."""
        while not stop.wait(_LOOK_EVERY):
            try:
                self._renew()
                self._end_unwanted()
                self._reap()
                self._end_idle()
                self._schedule.begin_due()
                self._take_up()
            except Exception:  # noqa: BLE001 - a worker that dies of one fault serves nobody
                _log.exception("job worker stumbled")
                stop.wait(1.0)
        self._end()

    def _end(self) -> None:
        for process in (*self._children.values(), *self._idle):
            process.terminate()
        for process in self._idle:
            process.wait()
        for claim, process in self._children.items():
            process.wait()
            self._state.work.release(claim, failed=False)
            self._state.work.give_up(claim)
        self._children.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)
        while any(not future.done() for future in self._threads.values()):
            self._renew()
            time.sleep(_LOOK_EVERY)

    def _renew(self) -> None:
        now = time.monotonic()
        held = [*self._children, *self._threads]
        if held and now - self._renewed_at > self._state.settings.lease_seconds / 4:
            self._state.work.renew(held)
            self._renewed_at = now

    def _end_unwanted(self) -> None:
        """Kill the processes whose work was stopped, or is another worker's by now.

        At the second look: work whose end is just written looks the same until its process says so.
        """
        now = time.monotonic()
        if not self._children or now - self._looked_at < _LOOK_FOR_STOPS_EVERY:
            return
        self._looked_at = now
        withdrawn = set(self._state.work.withdrawn(self._children))
        for claim in withdrawn & self._withdrawn:
            process = self._children.pop(claim)
            process.kill()
            self._state.objects.sweep_after(process.pid)
            self._state.work.give_up(claim)
        self._withdrawn = withdrawn

    def _reap(self) -> None:
        for claim in [claim for claim, future in self._threads.items() if future.done()]:
            self._threads.pop(claim).result()
        for claim, process in list(self._children.items()):
            code = process.outcome()
            if code is None:
                continue
            del self._children[claim]
            if code == 0:
                self._idle.append(process)
            elif code == DATABASE_FAULT:
                self._state.work.release(claim, failed=False, wait=1.0)
            else:
                _log.error("job process died", arn=claim.arn, exit_code=code)
                self._state.objects.sweep_after(process.pid)
                died(self._state, claim, f"The job's process ended with code {code}.")
            self._state.work.give_up(claim)

    def _take_up(self) -> None:
        for waiting in self._state.work.waiting():
            apart = runs_apart(waiting.kind, waiting.status)
            if apart and len(self._children) >= self._state.settings.concurrent_jobs:
                continue
            if not apart and len(self._threads) >= _THREADS:
                continue
            claim = self._state.work.claim(waiting.arn)
            if claim is None:
                continue
            if apart:
                process = self._process()
                process.take(claim)
                self._children[claim] = process
            else:
                self._threads[claim] = self._pool.submit(run, self._state, claim)

    def _process(self) -> JobProcess:
        """One that waits for a job, or a new one."""
        self._end_idle()
        return self._idle.pop() if self._idle else JobProcess(self._state.settings)

    def _end_idle(self) -> None:
        """Keep those that live and had a job a short while ago."""
        for process in list(self._idle):
            if process.idle_seconds > _IDLE_SECONDS:
                process.kill()
            if process.has_ended:
                self._idle.remove(process)
