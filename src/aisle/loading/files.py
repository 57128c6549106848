"""Which files are to be read: those named, and those of the folders named that hold something."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from aisle.loading.opening import Opened, open_file
from aisle.loading.options import LoadError, NothingToLoadError
from aisle.loading.recognise import Recognised, UnknownError, recognise
from aisle.loading.report import Ignored

_SPLIT = re.compile(r"u[1-5ab]\.(base|test)")


class Found(msgspec.Struct, frozen=True):
    """Files to read in order, and those of folders that were passed over."""

    files: tuple[tuple[Opened, Recognised], ...]
    ignored: tuple[Ignored, ...]


def find_files(
    paths: Sequence[Path], written: frozenset[Path] = frozenset(), *, keep_going: bool = False
) -> Found:
    """Raises LoadError for a file named that is of no known kind, and where there is no file.

    In folders, what is of no known kind is passed over, and so are the files that were `written`
    by an earlier load. A damaged file raises LoadError wherever it is, unless told to keep going.
    """
    files: list[tuple[Opened, Recognised]] = []
    ignored: list[Ignored] = []
    for path in paths:
        if path.is_dir():
            _look_through(path, written, files, ignored, keep_going=keep_going)
        else:
            opened = open_file(path)
            files.append((opened.recognised(), recognise(opened)))
    if not files:
        raise LoadError(_none(paths, ignored))
    _check_once(opened.path for opened, _ in files)
    return Found(tuple(files), tuple(ignored))


def _look_through(
    folder: Path,
    written: frozenset[Path],
    files: list[tuple[Opened, Recognised]],
    ignored: list[Ignored],
    *,
    keep_going: bool,
) -> None:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise LoadError(f"{folder}: cannot be read: {error.strerror}.") from error
    names = {entry.name for entry in entries}
    for entry in entries:
        why = _passed_over(entry, names)
        if entry.resolve() in written:
            why = "written by an earlier load"
        try:
            if not why:
                opened = open_file(entry)
                files.append((opened.recognised(), recognise(opened)))
        except UnknownError as error:
            why = f"not recognised. {error.found}"
        except LoadError as error:
            if not (keep_going or isinstance(error, NothingToLoadError)):
                raise
            why = str(error).removeprefix(f"{entry}: ")
        if why:
            ignored.append(Ignored(str(entry), why))


def _passed_over(entry: Path, names: set[str]) -> str | None:
    """Why a file of a folder is not even looked into."""
    if not entry.is_file():
        return "not a file"
    if entry.name.startswith("."):
        return "hidden"
    if _SPLIT.fullmatch(entry.name) and "u.data" in names:
        return "a part of u.data"
    if entry.name == "products.json" and "items.csv" in names:
        return "says again what items.csv says"
    return None


def _none(paths: Sequence[Path], ignored: Iterable[Ignored]) -> str:
    if not paths:
        return "No file was named."
    listed = "".join(f"\n{one.file}: {one.reason}" for one in ignored)
    return f"No file of a known kind in {', '.join(map(str, paths))}.{listed}"


def _check_once(paths: Iterable[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise LoadError(f"{path}: the file is named twice.")
        seen.add(path.resolve())
