"""Rows of separated values: with a header and quotes, or without either."""

import csv
from collections.abc import Collection, Iterator, Sequence
from typing import IO, cast

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from aisle.loading.lines import Broken, Records
from aisle.loading.notes import Notes
from aisle.loading.opening import DamagedError
from aisle.loading.rows import Rows

MOST_COLUMNS = 2000
_MOST_LINES = 200
_MOST_BYTES = 1 << 18
"""What a row with quotes may take before its quote counts as never closed."""
_NOTHING = Records((), ())
_ONE_BYTE = "\x1f"
"""Stands for a separator of several characters."""
_NEVER_CLOSED = "a quote is opened and never closed"
_STRAY = "a quote that neither begins nor ends a value"


class Separated(msgspec.Struct, frozen=True):
    """How values are separated, and the names of their columns, all different."""

    separator: str
    names: tuple[str, ...]
    header: bool = True
    """Whether the first row is no row but the names."""
    quotes: bool = True


def csv_rows(
    records: Iterator[Records], form: Separated, keys: Collection[str], notes: Notes
) -> Iterator[Rows]:
    """Columns of strings, empty ones null. Raises what `records` raises, after what came before.

    A value in quotes may go over several lines, but not in the columns named by `keys`, and not
    where its lines look like rows: then only the line that opens the quote is rejected.
    """
    waiting, header = _NOTHING, form.header
    places = [place for place, name in enumerate(form.names) if name in keys]
    for block, last in _with_end(records):
        lines = [*waiting.lines, *block.lines][header:]
        texts = [*waiting.texts, *block.texts][header:]
        header = header and not (block.texts or last)
        cut = _Cut(form, lines, texts, places)
        waiting = cut.rest(last=last)
        notes.rows("rows go over several lines, in quotes", cut.long_rows)
        notes.rows("lines go on with a value in quotes from the line before", cut.more_lines)
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

    def __init__(
        self, form: Separated, lines: list[int], texts: list[bytes], keys: Sequence[int]
    ) -> None:
        self.long_rows = self.more_lines = 0
        self._form = form
        self._separator = form.separator.encode()
        self._keys = keys
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
                self._reject(index, _NEVER_CLOSED)
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
        fault = self._fault(start, end, values, text)
        if fault:
            self._reject(start, fault)
            return
        self._quoted.append((start, values, text))
        self._taken[start:end] = True
        self.long_rows += end - start > 1
        self.more_lines += end - start - 1

    def _fault(self, start: int, end: int, values: list[str], text: bytes) -> str | None:
        """Why the values of these lines are no row."""
        if len(values) != len(self._form.names):
            return _wrong_count(len(values), len(self._form.names))
        keys = [values[place] for place in self._keys]
        if end - start == 1:
            odd = text.count(b'"') % 2 and any('"' in key for key in keys)
            return _STRAY if odd else None
        broken = any("\n" in key for key in keys)
        return _NEVER_CLOSED if broken or self._swallows(start, end - 1) else None

    def _swallows(self, first: int, last: int) -> bool:
        """Whether the quote opened in the first line takes in rows that stand by themselves.

        The last line tells only where the first one is whole as well but for its quote: the text
        before a closing quote may have any number of separators.
        """
        return any(map(self._is_row, self._texts[first + 1 : last])) or (
            self._is_whole(self._texts[first]) and self._is_row(self._texts[last])
        )

    def _is_row(self, text: bytes) -> bool:
        """Whether a line is a row rather than prose, which puts a blank behind each comma."""
        prose = text.count(self._separator + b" ") == text.count(self._separator)
        return self._is_whole(text) and not prose

    def _is_whole(self, text: bytes) -> bool:
        return text.count(self._separator) + 1 == len(self._form.names)

    def _reject(self, index: int, reason: str) -> None:
        self._broken.append(Broken(self._lines[index], reason, self._texts[index]))
        self._taken[index] = True

    def _plain(self) -> list[int]:
        """The lines that are rows as they stand; those with too few or many values are rejected."""
        separator, most = self._separator, len(self._form.names)
        kept = []
        for index in np.flatnonzero(~self._taken[: self._end]).tolist():
            text = self._texts[index]
            count = text.count(separator) + 1
            if count != most:
                self._reject(index, _wrong_count(count, most))
            elif b"\r" in text:
                self._reject(index, "a carriage return without a line feed")
            elif len(separator) > 1 and _ONE_BYTE.encode() in text:
                self._reject(index, "a control character between the values")
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
    return _STRAY
