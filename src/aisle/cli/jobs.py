"""`aisle jobs`: what an installation is working on."""

from pathlib import Path
from typing import Annotated

import typer

from aisle.cli.terminal import DataDir, console, require_installation, settings_with
from aisle.data.state import State
from aisle.jobs.watching import show_jobs


def jobs(
    data_dir: DataDir = Path("aisle-data"),
    follow: Annotated[bool, typer.Option(help="Stay, until nothing is left to do.")] = False,
) -> None:
    """Show the imports and trainings under way."""
    settings = settings_with(data_dir=data_dir)
    require_installation(settings)
    state = State(settings)
    if not show_jobs(state, console, follow=follow):
        console.print("Nothing is under way.")
    state.close()
