"""Sound rows and rejected ones on disk while the files are read, so that memory stays bounded."""

from pathlib import Path

import msgspec
import polars as pl
import pyarrow.parquet as pq

from aisle.loading.report import Example, Rejection

_MOST_EXAMPLES = 20
_SHOWN = 200
FILE = "_file"
"""The column that says which file, by its number, a row came from."""


class Rejected(msgspec.Struct, frozen=True):
    """A line of `rejected.jsonl`."""

    file: str
    line: int
    reason: str
    text: str


class Rejects:
    """Writes every rejected row of a load, and keeps counts by file and reason."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("wb")
        self._encoder = msgspec.json.Encoder()
        self._counts: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], list[Example]] = {}

    def add(self, file: str, line: int, reason: str, text: bytes) -> None:
        """One row; its text is kept to its first characters."""
        shown = text[: 4 * _SHOWN].decode(errors="replace")[:_SHOWN]
        self._stream.write(self._encoder.encode(Rejected(file, line, reason, shown)) + b"\n")
        key = (file, reason)
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] <= _MOST_EXAMPLES:
            self._examples.setdefault(key, []).append(Example(line, shown))

    def of(self, file: str) -> tuple[Rejection, ...]:
        """What a file's rows were rejected for, the commonest reason first."""
        found = [
            Rejection(reason, count, tuple(self._examples[name, reason]))
            for (name, reason), count in self._counts.items()
            if name == file
        ]
        return tuple(sorted(found, key=lambda rejection: -rejection.count))

    def close(self) -> None:
        """All rows are on disk."""
        self._stream.close()


class Spool:
    """Parquet files of a folder, one for every file read and every table that it fills.

    Only those of the last file are open, so that any number can be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = 0
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._paths: dict[str, list[Path]] = {}
        self._rows: dict[str, int] = {}

    def add(self, table: str, file: int, frame: pl.DataFrame) -> None:
        """Rows of one file, all of its blocks having the same columns; one file after another."""
        if not frame.height:
            return
        if file != self._file:
            self.close()
            self._file = file
        numbered = frame.with_columns(pl.lit(file, pl.UInt32).alias(FILE)).to_arrow()
        name = f"{table}-{file}"
        if name not in self._writers:
            path = self._folder / f"{name}.parquet"
            self._writers[name] = pq.ParquetWriter(path, numbered.schema, compression="lz4")
            self._paths.setdefault(table, []).append(path)
        self._writers[name].write_table(numbered)
        self._rows[table] = self._rows.get(table, 0) + frame.height

    def close(self) -> None:
        """All rows are on disk, and can be scanned."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def rows(self, table: str) -> int:
        """How many rows a table has so far."""
        return self._rows.get(table, 0)

    def scan(self, table: str) -> pl.LazyFrame | None:
        """All rows of a table in the order in which they came; None where there are none."""
        paths = self._paths.get(table)
        if not paths:
            return None
        return pl.concat([pl.scan_parquet(path) for path in paths], how="diagonal_relaxed")
