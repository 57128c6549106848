"""What the commands say to whoever runs them, and the options that several share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from aisle.settings import Settings

console = Console(stderr=True)
EPOCH_DIGITS = 9
"""Fewer are a date, or a mistake."""

DataDir = Annotated[Path, typer.Option(help="Where everything is kept.", envvar="AISLE_DATA_DIR")]
OutDir = Annotated[Path, typer.Option(help="Folder to write to; made where it is missing.")]


def settings_with(**given: object) -> Settings:
    """The environment's settings under those given; what is refused is said, not raised."""
    try:
        return Settings.model_validate({**Settings().model_dump(), **given})
    except ValidationError as error:
        fail("\n".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()))


def require_folder(path: Path, option: str = "--data-dir") -> None:
    """Fail where the folder is not one, cannot be made, or cannot be written to."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path):
            pass
    except OSError as error:
        fail(f"{option} {path} cannot be used: {error.strerror}.")


def require_installation(settings: Settings) -> None:
    """Fail where there is none, rather than make one."""
    folder = settings.data_dir
    if settings.database_url or (folder / "aisle.db").exists():
        return
    inside = folder / "engine" / "aisle.db"
    hint = f" Did you mean {inside.parent}?" if inside.exists() else ""
    fail(f"There is no installation in {folder.resolve()}.{hint}")


@contextmanager
def errors_said(*kinds: type[Exception]) -> Iterator[None]:
    """End the command with the message of an error of these kinds, which are the user's to mend."""
    try:
        yield
    except kinds as error:
        fail(str(error))


@contextmanager
def one_bar() -> Iterator[Callable[[str, float], None]]:
    """A bar for what a command is doing and the share done, where somebody watches."""
    with Progress(
        TextColumn("{task.description:32}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f}%"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as shown:
        task = shown.add_task("", total=1.0)
        yield lambda doing, share: shown.update(task, description=doing, completed=share)


def fail(message: str) -> NoReturn:
    """Say what is wrong and end with the status of a wrong call."""
    console.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(2)


def moment(option: str, text: str) -> int:
    """Epoch seconds of an ISO date or time, UTC where it names no zone, or of epoch seconds; eight
    digits are a date. Raises ValueError.
    """
    if text.isascii() and text.isdigit() and len(text) >= EPOCH_DIGITS:
        return int(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{option} must be an ISO date or time such as 2026-07-31, or epoch seconds of "
            f"{EPOCH_DIGITS} digits or more, not {text!r}"
        ) from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
