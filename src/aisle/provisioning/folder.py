"""A folder of `interactions.csv`, `items.csv`, `users.csv` and `schemas/`, as a plan's datasets."""

import json
from collections.abc import Callable
from pathlib import Path

from aisle.provisioning.plan import DatasetPlan, ProvisionError, digest_of

Place = Callable[[Path, str], str]
"""A file and its digest to the location by which the service reaches it."""

_KINDS = ("Interactions", "Items", "Users")


def is_prepared(folder: Path) -> bool:
    """Whether a folder can be imported as it is."""
    return _rows(folder, "Interactions").is_file() and _schema(folder, "Interactions").is_file()


def has_interactions(folder: Path) -> bool:
    """Whether there is any row beside the header; False where the file cannot be read, too."""
    try:
        with _rows(folder, "Interactions").open("rb") as stream:
            next(stream, None)
            return any(line.strip() for line in stream)
    except OSError:
        return False


def datasets_in(folder: Path, place: Place) -> tuple[DatasetPlan, ...]:
    """A plan for each file of rows.

    Raises ProvisionError, naming the file, where a schema is missing or is not JSON, or where a
    file cannot be read.
    """
    return tuple(_dataset(folder, kind, place) for kind in _KINDS if _rows(folder, kind).is_file())


def on_this_machine(file: Path, _digest: str) -> str:
    """The location of a file for a service that reads the same disks."""
    return file.resolve().as_uri()


def _dataset(folder: Path, kind: str, place: Place) -> DatasetPlan:
    rows = _rows(folder, kind)
    schema = _schema_text(_schema(folder, kind))
    try:
        digest = digest_of(rows)
    except OSError as error:
        raise ProvisionError(f"{rows} cannot be read: {error.strerror}.") from error
    return DatasetPlan(kind, schema, place(rows, digest), digest)


def _schema_text(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
        json.loads(text)
    except OSError as error:
        raise ProvisionError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ProvisionError(f"{file} is not JSON: {error}.") from error
    return text


def _rows(folder: Path, kind: str) -> Path:
    return folder / f"{kind.lower()}.csv"


def _schema(folder: Path, kind: str) -> Path:
    return folder / "schemas" / f"{kind.lower()}.json"
