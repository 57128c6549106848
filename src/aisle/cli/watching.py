"""A bar for each model of a comparison."""

from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from aisle.cli.terminal import console

if TYPE_CHECKING:
    from aisle.offline import Watch


def bars() -> Progress:
    """Where somebody watches."""
    return Progress(
        TextColumn("{task.description:28}"),
        BarColumn(),
        TextColumn("{task.fields[words]}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def watch(shown: Progress) -> "Watch":
    """Moves the bar of the model that is told of."""
    tasks = {}

    def told(name: str, share: float, words: str) -> None:
        if name not in tasks:
            tasks[name] = shown.add_task(name, total=1.0, words=words)
        shown.update(tasks[name], completed=share, words=words)

    return told
