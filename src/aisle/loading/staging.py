"""How the files of a load come to their folder: all of them at the end, by one load at a time."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from aisle.loading.kinds import KEYS
from aisle.loading.options import LoadError

OUTPUTS = (
    *(f"{table}.csv" for table in KEYS),
    *(f"schemas/{table}.json" for table in KEYS),
    "products.json",
    "rejected.jsonl",
    "report.json",
)
_STAGE = ".loading-"


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A folder to write to; what it holds in the end takes the place of what a load wrote before.

    Nothing changes in `out` where the block fails, and an `out` that was not there is gone again.
    The stage lies in `out`, and so on its file system. Raises LoadError where `out` cannot be
    written, or another load is writing to it.
    """
    if out.exists() and not out.is_dir():
        raise LoadError(f"{out}: cannot be written: it is not a folder.")
    new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _locked(out):
            yield from _staged(out)
    except OSError as error:
        raise LoadError(f"{out}: cannot be written: {error.strerror or error}.") from error
    finally:
        if new:
            with suppress(OSError):
                out.rmdir()


def _staged(out: Path) -> Iterator[Path]:
    for left in out.glob(f"{_STAGE}*"):
        shutil.rmtree(left, ignore_errors=True)
    stage = Path(mkdtemp(prefix=_STAGE, dir=out))
    try:
        (stage / "schemas").mkdir()
        yield stage
        _move(stage, out)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Hold the folder; the kernel lets go of it however this process ends."""
    folder = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(folder, out)
        yield
    finally:
        os.close(folder)


def _lock(folder: int, out: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LoadError(f"{out}: another load is writing to it.") from error


def _move(stage: Path, out: Path) -> None:
    (out / "schemas").mkdir(exist_ok=True)
    for name in OUTPUTS:
        if (stage / name).exists():
            (stage / name).replace(out / name)
        else:
            (out / name).unlink(missing_ok=True)
