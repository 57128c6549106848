"""CSV as text columns, nothing inferred; and where it breaks, in the words of the import."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from aisle.data.faults import DataError
from aisle.data.gunzip import plain
from aisle.data.importing import import_csv
from aisle.data.schema import DatasetSchema, Field
from aisle.data.sources import CHUNK_BYTES, Source, SourceFile


class CsvError(Exception):
    """A file that is no readable CSV; the message names it."""


def scan(path: Path) -> pl.LazyFrame:
    """Rows to come, all columns as text. Raises CsvError for a bad header."""
    names = _header(path)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise CsvError(f"{path}, header: duplicate columns: {', '.join(twice)}")
    return pl.scan_csv(path, infer_schema=False)


def convert(path: Path, target: Path) -> None:
    """The same columns as Parquet, read with all that the import allows.

    Raises CsvError, which names the first row that the import would refuse.
    """
    fields = tuple(Field(name, "string", nullable=True, textual=True) for name in _header(path))
    file = SourceFile(str(path), path.stat().st_size, lambda: _chunks(path))
    schema = DatasetSchema("Interactions", fields)
    try:
        import_csv(Source(str(path), (file,)), schema, target, lambda _share, _words: None)
    except DataError as error:
        raise CsvError(str(error)) from error


def _header(path: Path) -> list[str]:
    try:
        line = _first_line(path)
        if b"\r" in line:
            raise CsvError(
                f"{path}: lines end in a carriage return alone; they must end in a line feed."
            )
        return next(csv.reader(io.StringIO(line.decode("utf-8-sig"))), [])
    except UnicodeDecodeError as error:
        raise CsvError(f"{path}, header: bytes that are not UTF-8.") from error
    except csv.Error as error:
        raise CsvError(f"{path}, header: not a line of CSV.") from error
    except (OSError, EOFError, DataError) as error:
        raise CsvError(f"{path}: cannot be read: {error}") from error


def _first_line(path: Path) -> bytes:
    text = b""
    for chunk in plain(str(path), _chunks(path)):
        text += chunk
        if b"\n" in text or b"\r" in text:
            break
    if not text.strip():
        raise CsvError(f"{path}: the file is empty.")
    return text.partition(b"\n")[0].rstrip(b"\r")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
