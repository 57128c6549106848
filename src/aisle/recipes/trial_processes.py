"""Trainings of a search side by side, each in a process of its own.

The data are written once and mapped by every process, so that memory grows by what a training needs
for itself. A process is started anew, not forked: Polars and OpenBLAS have threads by then.
"""

import os
import pickle
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

from aisle.recipes import mapped
from aisle.recipes.base import Progress
from aisle.recipes.trial import Chosen, GivesUp, Trainings, Values

_WORTH_EVENTS = 20_000
"""With fewer events a training takes less than it takes a process to start."""
_REPORT_EVERY = 0.25
_LOOK_EVERY = 0.5
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_SHARE, _STEP, _VALUE, _ERROR = "share", "step", "value", "error"


@contextmanager
def side_by_side(trainings: Trainings, parallel: int) -> Iterator[Values]:
    """What runs so many trainings at a time, but no more than there are cores.

    They run one after another in this process where there are few events, and where the recipe is
    one of a caller's own that cannot be pickled. Values are the same either way.
    """
    count = min(parallel, os.cpu_count() or 1)
    if count < 2 or len(trainings.part.interactions) < _WORTH_EVENTS:  # noqa: PLR2004 - one
        yield trainings.one_by_one
        return
    with tempfile.TemporaryDirectory(prefix="aisle-search-") as folder:
        file = Path(folder) / "trainings"
        try:
            mapped.write(file, trainings)
        except (pickle.PicklingError, AttributeError, TypeError):
            yield trainings.one_by_one
            return
        processes = _Processes(file, count)
        try:
            yield processes.values
        finally:
            processes.end()


class _Processes:
    """As many as run at a time; each is kept for the next training."""

    def __init__(self, file: Path, count: int) -> None:
        self._file, self._count = file, count
        self._idle: list[tuple[BaseProcess, Connection]] = []
        self._busy: dict[Connection, tuple[BaseProcess, int]] = {}

    def values(
        self, several: Sequence[Chosen], gives_up: GivesUp, progress: Progress
    ) -> list[float | None]:
        """As `Trainings.one_by_one`.

        Raises ChildProcessError where a process has died, and what a training raised.
        """
        found: list[float | None] = [None] * len(several)
        shares = [0.0] * len(several)
        waiting = list(enumerate(several))[::-1]
        while waiting or self._busy:
            while waiting and len(self._busy) < self._count:
                self._give(*waiting.pop())
            ready = wait(list(self._busy), _LOOK_EVERY)
            for line in [one for one in self._busy if one in ready]:
                process, number = self._busy[line]
                kind, told = _heard(line)
                if kind == _SHARE:
                    shares[number] = told
                elif kind == _STEP:
                    line.send(gives_up(number, *told))
                elif kind == _ERROR:
                    raise told
                else:
                    found[number], shares[number] = told, 1.0
                    del self._busy[line]
                    self._idle.append((process, line))
            progress(sum(shares) / len(several), "")
        return found

    def end(self) -> None:
        """Whatever they are at."""
        lines = [*self._idle, *((process, line) for line, (process, _) in self._busy.items())]
        for process, line in lines:
            process.kill()
            process.join()
            line.close()

    def _give(self, number: int, chosen: Chosen) -> None:
        process, line = self._idle.pop() if self._idle else self._started()
        self._busy[line] = process, number
        line.send(dict(chosen))

    def _started(self) -> tuple[BaseProcess, Connection]:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_train, args=(self._file, theirs), daemon=True)
        with _threads(max((os.cpu_count() or 1) // self._count, 1)):
            process.start()
        theirs.close()
        return process, ours


def _heard(line: Connection) -> tuple[str, Any]:
    try:
        return line.recv()  # type: ignore[no-any-return]
    except (EOFError, ConnectionError) as error:
        raise ChildProcessError(
            "A process of the search died in the middle of its work."
        ) from error


@contextmanager
def _threads(each: int) -> Iterator[None]:
    """A process that is started meanwhile computes with so many threads, unless told otherwise."""
    added = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, str(each)))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def _train(file: Path, line: Connection) -> None:
    """What a process does: trainings, one after another, until its parent is gone."""
    Thread(target=_hold, daemon=True).start()
    trainings: Trainings = mapped.read(file)

    def gives_up(step: int, value: float) -> bool:
        line.send((_STEP, (step, value)))
        return bool(line.recv())

    while True:
        chosen = line.recv()
        try:
            line.send((_VALUE, trainings.value(chosen, gives_up, _reporting(line))))
        except Exception as error:  # noqa: BLE001 - whoever waits for the value raises it
            line.send((_ERROR, error))


def _reporting(line: Connection) -> Progress:
    reported = 0.0

    def report(share: float, _words: str) -> None:
        nonlocal reported
        if time.monotonic() - reported >= _REPORT_EVERY:
            reported = time.monotonic()
            line.send((_SHARE, share))

    return report


def _hold() -> None:
    """End this process with its parent, however that ends."""
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
