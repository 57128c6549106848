"""Files and folders as inputs: Personalize's form as it is, all else through the loaders."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import polars as pl

from aisle.data.schema import DatasetSchema, parse_schema
from aisle.diagnosis.csv_reading import CsvError, convert, scan
from aisle.diagnosis.diagnose import diagnose
from aisle.diagnosis.findings import Diagnosis
from aisle.diagnosis.inputs import Inputs, Rejected
from aisle.diagnosis.tables import KEYS, DatasetName
from aisle.loading import LoadError, LoadReport, Progress, load, quiet
from aisle.records.errors import InvalidInputException

_NAMES: dict[DatasetName, tuple[str, ...]] = {
    "interactions": ("interactions",),
    "items": ("items", "item-meta"),
    "users": ("users", "user-meta"),
}
_ENDINGS = (".csv", ".csv.gz", ".parquet")
_DOMAINS = (None, "ECOMMERCE", "VIDEO_ON_DEMAND")


class ReadError(Exception):
    """Paths that hold nothing to diagnose; the message is for whoever named them."""


class _Found(msgspec.Struct, frozen=True):
    """The datasets of a folder, or of the files named."""

    files: dict[DatasetName, Path]
    """A folder stands for all Parquet files in it."""
    folder: Path | None


def diagnose_paths(paths: Sequence[Path], work: Path, progress: Progress = quiet) -> Diagnosis:
    """Read and judge. Raises ReadError, which names the file and, where it can, the row.

    What is not in Personalize's form is loaded into `work` first.
    """
    found = _located(paths, work, progress)
    try:
        judged = diagnose(_inputs(found), progress)
        unsure = "missing-keys" in {one.id for one in judged.of("error")} and _has_blanks(found)
        return _again(found, work, progress) if unsure else judged
    except (pl.exceptions.PolarsError, OSError):
        return _again(found, work, progress)
    except ValueError as error:
        raise ReadError(str(error)) from error


def _has_blanks(found: _Found) -> bool:
    """Whether a row has no value at all; some are blank lines, which an import skips."""
    blank = pl.all_horizontal(pl.all().is_null()).any()
    return any(_scan(path).select(blank).collect().item() for path in found.files.values())


def _located(paths: Sequence[Path], work: Path, progress: Progress) -> _Found:
    for path in paths:
        if not path.exists():
            raise ReadError(f"{path}: there is no such file or folder.")
    found = _found(paths)
    if found is not None:
        return found
    try:
        load(paths, work / "loaded", progress=progress)
    except LoadError as error:
        raise ReadError(str(error)) from error
    return _in_folder(work / "loaded")


def _again(found: _Found, work: Path, progress: Progress) -> Diagnosis:
    """Through the import's reader: it is slower, exact about rows, and names what is wrong."""
    files = dict(found.files)
    for name, path in found.files.items():
        if ".csv" in path.name:
            files[name] = work / f"{name}.parquet"
            try:
                convert(path, files[name])
            except CsvError as error:
                raise ReadError(str(error)) from error
    try:
        return diagnose(_inputs(_Found(files, found.folder)), progress)
    except ValueError as error:
        raise ReadError(str(error)) from error
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).partition("\n")[0]
        raise ReadError(f"{', '.join(map(str, found.files.values()))}: {first}") from error


def _found(paths: Sequence[Path]) -> _Found | None:
    """The datasets, where the paths are in Personalize's form."""
    found = _in_folder(paths[0]) if len(paths) == 1 and paths[0].is_dir() else _Found({}, None)
    if not found.files:
        named = {path: _dataset_of(path) for path in paths}
        files = {name: path for path, name in named.items() if name}
        if len(files) < len(paths):
            return None
        found = _Found(files, None)
    interactions = found.files.get("interactions")
    return found if interactions and set(KEYS) <= set(_columns(interactions)) else None


def _in_folder(folder: Path) -> _Found:
    files: dict[DatasetName, Path] = {}
    for name, stems in _NAMES.items():
        places = [folder / f"{stem}{ending}" for stem in stems for ending in ("", *_ENDINGS)]
        there = [place for place in places if place.is_file() or any(place.glob("*.parquet"))]
        if len(there) > 1:
            raise ReadError(f"{there[0]} and {there[1]} are both there; name the one to read.")
        if there:
            files[name] = there[0]
    return _Found(files, folder)


def _dataset_of(path: Path) -> DatasetName | None:
    """By its columns; None for what is not in Personalize's form. A folder is one of Parquet."""
    parts = path.is_dir() and any(path.glob("*.parquet"))
    if not parts and not (path.is_file() and path.name.lower().endswith(_ENDINGS)):
        return None
    columns = set(_columns(path))
    if set(KEYS) <= columns:
        return "interactions"
    ids = columns & {"USER_ID", "ITEM_ID"}
    if len(ids) != 1:
        return None
    return "items" if "ITEM_ID" in ids else "users"


def _columns(path: Path) -> list[str]:
    return _scan(path).collect_schema().names()


def _scan(path: Path) -> pl.LazyFrame:
    try:
        if path.is_dir() or path.suffix == ".parquet":
            frame = pl.scan_parquet(path / "*.parquet" if path.is_dir() else path)
            frame.collect_schema()
            return frame
        return scan(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ReadError(f"{path}: cannot be read: {str(error).partition(chr(10))[0]}") from error
    except CsvError as error:
        raise ReadError(str(error)) from error


def _inputs(found: _Found) -> Inputs:
    frames = {name: _scan(path) for name, path in found.files.items()}
    return Inputs(
        interactions=frames["interactions"],
        items=frames.get("items"),
        users=frames.get("users"),
        schemas=_schemas(found.folder) if found.folder else (),
        rejected=_rejected(found.folder) if found.folder else (),
    )


def _schemas(folder: Path) -> tuple[DatasetSchema, ...]:
    names = (folder / "schemas" / f"{name}.json" for name in _NAMES)
    return tuple(_schema(path) for path in names if path.is_file())


def _schema(path: Path) -> DatasetSchema:
    """Held to the rules of a custom group, or of the domain that the schema fits."""
    refusals = []
    for domain in _DOMAINS:
        try:
            return parse_schema(path.read_text("utf-8"), domain)
        except (InvalidInputException, UnicodeDecodeError) as error:
            refusals.append(error)
    raise ReadError(f"{path}: {refusals[0]}") from refusals[0]


def _rejected(folder: Path) -> tuple[Rejected, ...]:
    path = folder / "report.json"
    if not path.is_file():
        return ()
    try:
        report = msgspec.json.decode(path.read_bytes(), type=LoadReport)
    except msgspec.MsgspecError:
        return ()  # some other report, of something else
    return tuple(
        Rejected(f"{Path(file.file).name}: {one.reason}", one.count)
        for file in report.files
        for one in file.rejections
    )
