"""Imports and trainings under way, as bars in a terminal."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from aisle.data.state import State
from aisle.records.arn import tail_of

_LOOK_EVERY = 0.5
_QUIET_LOOKS = 6
"""How often nothing is found before following ends: between two steps of a client lies a poll."""


def show_jobs(state: State, console: Console, *, follow: bool) -> bool:
    """Show what is under way, once or until nothing is; whether there was anything."""
    columns = (TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[note]}"))
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}
        quiet = 0
        while quiet < (_QUIET_LOOKS if follow else 1):
            running = state.work.under_way()
            quiet = 0 if running and follow else quiet + 1
            for job in running:
                if job.arn not in tasks:
                    tasks[job.arn] = bars.add_task(tail_of(job.arn), total=1.0, note="")
                note = job.note or "waiting"
                bars.update(tasks[job.arn], completed=job.share, note=note)
            for arn in tasks.keys() - {job.arn for job in running}:
                bars.update(tasks[arn], completed=1.0, note="ended")
            if follow:
                time.sleep(_LOOK_EVERY)
    return bool(tasks)
