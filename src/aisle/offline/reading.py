"""Files as training data: what `aisle load` wrote as it is, all else through the loaders."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from aisle.data.catalogue import EMPTY, Catalogue, CatalogueBuilder
from aisle.data.faults import DataError
from aisle.data.importing import import_csv
from aisle.data.interactions import Interactions
from aisle.data.parts import scan_part
from aisle.data.schema import DatasetSchema, parse_schema
from aisle.data.sources import S3Settings, open_source
from aisle.loading import LoadError, Progress, load, quiet
from aisle.recipes.base import TrainingData
from aisle.records.errors import InvalidInputException

_DOMAINS = (None, "ECOMMERCE", "VIDEO_ON_DEMAND")
_COLUMNS = {
    "USER_ID": pl.String,
    "ITEM_ID": pl.String,
    "TIMESTAMP": pl.Int64,
    "EVENT_TYPE": pl.String,
    "EVENT_VALUE": pl.Float64,
}


def read(paths: Sequence[Path], work: Path, progress: Progress = quiet) -> TrainingData:
    """Events, items and users. Raises ValueError, which names the file, the row and the value where
    they cannot be read.

    A folder that `aisle load` wrote has its schemas beside it and is read as an import reads it;
    all that `aisle load` understands is loaded into the empty folder `work` first.
    """
    for path in paths:
        if not path.exists():
            raise ValueError(f"{path}: there is no such file or folder.")
    try:
        folder = _loaded(paths, work, progress)
        parts = {
            name: (schema, _part(folder, name, schema, work))
            for name in ("interactions", "items", "users")
            if (schema := _schema(folder, name)) is not None
        }
    except (LoadError, DataError, InvalidInputException) as error:
        raise ValueError(str(error)) from error
    if "interactions" not in parts:
        raise ValueError(f"{', '.join(map(str, paths))}: there are no interactions in it.")
    return TrainingData(
        _interactions(*parts["interactions"]),
        items=_catalogue(*parts["items"]) if "items" in parts else EMPTY,
        users=_catalogue(*parts["users"]) if "users" in parts else EMPTY,
    )


def _loaded(paths: Sequence[Path], work: Path, progress: Progress) -> Path:
    if len(paths) == 1 and _csv(paths[0], "interactions").is_file():
        written = _schema_of(paths[0], "interactions").is_file()
        if written:
            return paths[0]
    load(paths, work / "loaded", progress=progress)
    return work / "loaded"


def _csv(folder: Path, name: str) -> Path:
    return folder / f"{name}.csv"


def _schema_of(folder: Path, name: str) -> Path:
    return folder / "schemas" / f"{name}.json"


def _schema(folder: Path, name: str) -> DatasetSchema | None:
    """Held to the rules of a custom group, or of the domain that it fits; None where there is no
    such dataset.
    """
    path = _schema_of(folder, name)
    if not (path.is_file() and _csv(folder, name).is_file()):
        return None
    refusals = []
    for domain in _DOMAINS:
        try:
            return parse_schema(path.read_text("utf-8"), domain)
        except (InvalidInputException, UnicodeDecodeError) as error:
            refusals.append(error)
    raise DataError(f"{path}: {refusals[0]}") from refusals[0]


def _part(folder: Path, name: str, schema: DatasetSchema, work: Path) -> Path:
    """The rows, checked by the schema, as Parquet."""
    target = work / f"{name}.parquet"
    location = _csv(folder, name).resolve()
    source = open_source(location.as_uri(), (location.parent,), S3Settings())
    import_csv(source, schema, target, lambda _share, _words: None)
    return target


def _interactions(schema: DatasetSchema, part: Path) -> Interactions:
    """With the context of events, as a group's are loaded."""
    events = scan_part(part, _COLUMNS | dict.fromkeys(schema.context, pl.String))
    return Interactions.from_frame(events, schema.context)


def _catalogue(schema: DatasetSchema, part: Path) -> Catalogue:
    return CatalogueBuilder(schema, [part]).catalogue()
