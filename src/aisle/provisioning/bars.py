"""Steps as they go: a bar each in a terminal, elsewhere a line for each that is done."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class StepBars:
    """Shows what `report` is told for as long as it is entered."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description:32}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._bars: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._done: set[str] = set()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def report(self, step: str, share: float, note: str) -> None:
        """A step's share done, from 0 to 1, and what is going on."""
        if step not in self._bars:
            self._bars[step] = self._progress.add_task(step, total=1.0, note=note)
            self._began[step] = time.monotonic()
        self._progress.update(self._bars[step], completed=share, note=note)
        if share >= 1.0 and step not in self._done:
            self._done.add(step)
            self._progress.stop_task(self._bars[step])
            self._say(step, note)

    def _say(self, step: str, note: str) -> None:
        if not self._console.is_terminal:
            seconds = time.monotonic() - self._began[step]
            line = f"{step}: {note} ({seconds:.1f} s)"
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)
