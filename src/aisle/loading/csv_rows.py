"""Rows of separated values: with a header and quotes, or without either."""

import csv
from collections.abc import Iterator
from typing import IO, cast

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from aisle.loading.lines import Broken, Records
from aisle.loading.opening import DamagedError
from aisle.loading.rows import Rows

_MOST_LINES = 200
_MOST_BYTES = 1 << 18
"""What a row with quotes may take before its quote counts as never closed."""
_NOTHING = Records((), ())
_ONE_BYTE = "\x1f"


class Separated(msgspec.Struct, frozen=True):
    """How values are separated, and the names of their columns, all different."""

    separator: str
    names: tuple[str, ...]
    header: bool = True
    """Whether the first row is no row but the names."""
    quotes: bool = True


def csv_rows(records: Iterator[Records], form: Separated) -> Iterator[Rows]:
    """Columns of strings, empty ones null. Raises what `records` raises, after what came before."""
    waiting, header = _NOTHING, form.header
    for block, last in _with_end(records):
        lines = [*waiting.lines, *block.lines][header:]
        texts = [*waiting.texts, *block.texts][header:]
        header = header and not (block.texts or last)
        cut = _Cut(form, lines, texts)
        waiting = cut.rest(last=last)
        yield cut.rows(block.broken)


def header_of(line: bytes, separator: str) -> tuple[str, ...]:
    """The names in a header's line, stripped, or `column 1` for want of one; () if it is none."""
    try:
        names = next(csv.reader([line.decode()], delimiter=separator, strict=True), [])
    except (csv.Error, UnicodeDecodeError):
        return ()
    return tuple(name.strip() or f"column {place}" for place, name in enumerate(names, 1))


def _with_end(records: Iterator[Records]) -> Iterator[tuple[Records, bool]]:
    """The records, each with whether it is the last; an empty one is, even before an error."""
    try:
        for block in records:
            yield block, False
    except DamagedError:
        yield _NOTHING, True
        raise
    yield _NOTHING, True


class _Unfinished(Exception):  # noqa: N818 - it is no error until the text ends
    """A row goes on behind the lines at hand."""


class _Cut:
    """The rows of a block: those in one plain line, and those with quotes, which may take more."""

    def __init__(self, form: Separated, lines: list[int], texts: list[bytes]) -> None:
        self._form = form
        self._lines = lines
        self._texts = [text.removesuffix(b"\r") for text in texts]
        self._broken: list[Broken] = []
        self._quoted: list[tuple[int, list[str], bytes]] = []
        self._taken = np.zeros(len(texts), np.bool_)
        self._end = len(texts)

    def rest(self, *, last: bool) -> Records:
        """Read the rows with quotes; what begins a row that the next block ends is left over."""
        marked = enumerate(self._texts) if self._form.quotes else ()
        for index in [index for index, text in marked if b'"' in text]:
            if self._taken[index]:
                continue
            try:
                self._read_quoted(index)
            except _Unfinished:
                if not last and len(self._texts) - index < _MOST_LINES:
                    self._end = index
                    break
                self._reject(index, "a quote is opened and never closed")
        return Records(self._lines[self._end :], self._texts[self._end :])

    def rows(self, broken: tuple[Broken, ...]) -> Rows:
        """All rows of the block in order; `rest` comes first."""
        plain = self._plain()
        columns = list(map(list, zip(*(values for _, values, _ in self._quoted), strict=True)))
        quoted = pl.DataFrame(
            columns or None, dict.fromkeys(self._form.names, pl.String), orient="col"
        )
        frame = pl.concat([self._parsed(plain), quoted.with_columns(_null_if_empty())])
        indices = np.array(plain + [index for index, _, _ in self._quoted], np.int64)
        order = np.argsort(indices)
        texts = [self._texts[index] for index in plain] + [text for _, _, text in self._quoted]
        return Rows(
            frame[order] if self._quoted else frame,
            [self._lines[index] for index in indices[order].tolist()],
            [texts[index] for index in order.tolist()],
            (*broken, *self._broken),
        )

    def _read_quoted(self, start: int) -> None:
        text = b""
        for end in range(start, min(len(self._texts), start + _MOST_LINES)):
            text = text + b"\n" + self._texts[end] if end > start else self._texts[end]
            if end > start and b'"' not in self._texts[end]:
                continue
            if len(text) > _MOST_BYTES and end > start:
                break
            try:
                values = next(
                    csv.reader([text.decode()], delimiter=self._form.separator, strict=True)
                )
            except csv.Error as error:
                if "unexpected end of data" in str(error):
                    continue
                self._reject(start, _in_words(error))
                return
            self._take(start, end + 1, values, text)
            return
        raise _Unfinished

    def _take(self, start: int, end: int, values: list[str], text: bytes) -> None:
        if len(values) != len(self._form.names):
            self._reject(start, _wrong_count(len(values), len(self._form.names)))
        else:
            self._quoted.append((start, values, text))
        self._taken[start:end] = True

    def _reject(self, index: int, reason: str) -> None:
        self._broken.append(Broken(self._lines[index], reason, self._texts[index]))
        self._taken[index] = True

    def _plain(self) -> list[int]:
        """The lines that are rows as they stand; those with too few or many values are rejected."""
        separator, most = self._form.separator.encode(), len(self._form.names)
        kept = []
        for index in np.flatnonzero(~self._taken[: self._end]).tolist():
            text = self._texts[index]
            count = text.count(separator) + 1
            if count != most:
                self._reject(index, _wrong_count(count, most))
            elif b"\r" in text:
                self._reject(index, "a carriage return without a line feed")
            else:
                kept.append(index)
        return kept

    def _parsed(self, indices: list[int]) -> pl.DataFrame:
        schema = dict.fromkeys(self._form.names, pl.String)
        if not indices:
            return pl.DataFrame(schema=schema)
        separator, text = self._form.separator, b"\n".join(map(self._texts.__getitem__, indices))
        if len(separator) > 1:
            text, separator = text.replace(separator.encode(), _ONE_BYTE.encode()), _ONE_BYTE
        table = arrow_csv.read_csv(
            cast("IO[bytes]", pa.BufferReader(text)),
            arrow_csv.ReadOptions(
                column_names=list(schema), block_size=len(text) + 1, use_threads=False
            ),
            arrow_csv.ParseOptions(delimiter=separator, quote_char=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(schema, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        return pl.DataFrame(table).cast(pl.String)


def _null_if_empty() -> pl.Expr:
    return pl.when(pl.all() != "").then(pl.all())


def _wrong_count(found: int, expected: int) -> str:
    return f"{'more' if found > expected else 'fewer'} values than the file has columns"


def _in_words(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"a value of more than {csv.field_size_limit():,} characters in quotes"
    return "a quote that neither begins nor ends a value"
