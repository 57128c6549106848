"""Bulk import: the CSV files of a source, checked against a schema, as one Parquet file.

See https://docs.aws.amazon.com/personalize/latest/dg/data-prep-formatting.html.
"""

import csv
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from aisle.data.csv_blocks import BLOCK_BYTES, Block, cut_blocks
from aisle.data.csv_faults import find_fault, structure_fault
from aisle.data.csv_tables import RejectedError, TableReader, arrow_schema, dictionary_columns
from aisle.data.faults import DataError, StructureError
from aisle.data.gunzip import plain
from aisle.data.schema import DatasetSchema
from aisle.data.sources import Source, SourceFile

Progress = Callable[[float, str], None]
"""Told the share done, 0 to 1 of the stored bytes, and how far it is in words."""


class ImportReport(msgspec.Struct, frozen=True):
    """What was written: `rows` in all, from `files`, of `bytes_read` stored bytes."""

    rows: int
    bytes_read: int
    bytes_written: int
    files: int
    skipped: tuple[str, ...]


def import_csv(
    source: Source,
    schema: DatasetSchema,
    target: Path,
    progress: Progress,
    *,
    block_bytes: int = BLOCK_BYTES,
) -> ImportReport:
    """Write the rows of all files, in order, to `target`, which appears whole or not at all.

    Memory is a few times `block_bytes`, whatever the size of the files. Raises DataError, whose
    message names the file, the row (1 is the first below the header), the column and the value.

    Quotes inside values may be doubled or follow a backslash. Doubled is tried first, and the other
    where the text cannot be that; where it can be neither, the fault of the reading that came
    further is raised.
    """
    doubled = _Import(source, schema, progress, block_bytes, escapes=False)
    try:
        return doubled.write(target)
    except StructureError as error:
        if not doubled.met_backslash:
            raise
        first = error
    try:
        return _Import(source, schema, progress, block_bytes, escapes=True).write(target)
    except StructureError as second:
        raise (second if second.place > first.place else first) from None


class _Import:
    """One reading of a source in one style of quoting."""

    def __init__(
        self,
        source: Source,
        schema: DatasetSchema,
        progress: Progress,
        block_bytes: int,
        *,
        escapes: bool,
    ) -> None:
        self._source = source
        self._schema = schema
        self._progress = progress
        self._block_bytes = block_bytes
        self._escapes = escapes
        self._size = max(1, sum(file.size for file in source.files))
        self._read = 0
        self.met_backslash = False

    def write(self, target: Path) -> ImportReport:
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            rows = self._write(part)
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return ImportReport(
            rows=rows,
            bytes_read=self._read,
            bytes_written=target.stat().st_size,
            files=len(self._source.files),
            skipped=self._source.skipped,
        )

    def _write(self, part: Path) -> int:
        rows = 0
        columns = arrow_schema(self._schema.fields)
        repeating = dictionary_columns(self._schema.fields)
        with pq.ParquetWriter(
            part, columns, compression="zstd", use_dictionary=cast("Any", repeating)
        ) as writer:
            for position, file in enumerate(self._source.files):
                for table in self._tables(file, position):
                    writer.write_table(table.cast(columns))
                    rows += len(table)
                    self._progress(min(1.0, self._read / self._size), f"{rows:,} rows")
        if not rows:
            raise DataError(f"{self._source.location}: a header but no rows.")
        return rows

    def _tables(self, file: SourceFile, position: int) -> Iterator[pa.Table]:
        """Tables in the order of their blocks; one is made while the last one is written."""
        blocks = cut_blocks(
            plain(file.name, self._counted(file)), size=self._block_bytes, escapes=self._escapes
        )
        reader = self._reader(next(blocks, None), file.name, position)
        with ThreadPoolExecutor(1) as pool:
            coming = None
            for block in _until_fault(blocks):
                if isinstance(block, DataError):
                    if coming:
                        coming.result()
                    raise block
                self.met_backslash = self.met_backslash or b"\\" in block.text
                begun = pool.submit(_table, reader, block, file.name, position)
                if coming:
                    yield coming.result()
                coming = begun
            if coming:
                yield coming.result()

    def _counted(self, file: SourceFile) -> Iterator[bytes]:
        for chunk in file.read():
            self._read += len(chunk)
            yield chunk

    def _reader(self, block: Block | None, file: str, position: int) -> TableReader:
        if block is None:
            raise DataError(f"{file}: the file is empty.")
        fault = structure_fault(block, file, position)
        if fault:
            raise fault
        header = _header(block.text, file, escapes=self._escapes)
        missing = [field.name for field in self._schema.fields if field.name not in header]
        if missing:
            raise DataError(
                f"Input CSV is missing the following columns:[{', '.join(missing)}]. "
                f"{file} has: {', '.join(header)}"
            )
        return TableReader(header, self._schema.fields, escapes=self._escapes)


def _until_fault(blocks: Iterator[Block]) -> Iterator[Block | DataError]:
    """The blocks, then the error that ends them, so that the rows before it are judged first."""
    try:
        yield from blocks
    except DataError as error:
        yield error


def _table(reader: TableReader, block: Block, file: str, position: int) -> pa.Table:
    fault = structure_fault(block, file, position)
    sound = block.before(fault.place[1]) if fault else block
    try:
        table = reader.read(sound.text)
    except RejectedError:
        raise find_fault(reader, sound, file, position) from None
    if fault:
        raise fault
    if len(table) != len(block.layout.starts):
        raise DataError(
            f"{file}, rows {block.first_row} to {block.first_row + len(block.layout.starts) - 1}: "
            f"{len(table)} rows were read of {len(block.layout.starts)}."
        )
    return table


def _header(row: bytes, file: str, *, escapes: bool) -> tuple[str, ...]:
    try:
        text = row.decode()
    except UnicodeDecodeError as error:
        raise DataError(f"{file}, header: bytes that are not UTF-8: {row[:40]!r}") from error
    if "\0" in text:
        raise DataError(f"{file}, header: a NUL byte: {row[:40]!r}")
    escape = "\\" if escapes else None
    names = tuple(next(csv.reader([text.strip("\r\n")], escapechar=escape), ()))
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise DataError(f"{file}, header: duplicate columns: {', '.join(twice)}")
    return names
