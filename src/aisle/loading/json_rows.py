"""Rows that are JSON objects, or the Python literals that some collections hold instead."""

import ast
import json
import warnings
from collections.abc import Iterator, Sequence
from itertools import chain
from types import NoneType
from typing import Any

import msgspec
import polars as pl

from aisle.loading.lines import Broken, Records
from aisle.loading.notes import Notes
from aisle.loading.rows import Rows

_LONGEST_LITERAL = 1 << 20
_NO_OBJECT = "not a JSON object"
_DECODER = msgspec.json.Decoder(dict[str, Any])
_LONG = 1 << 63


class _NoObjectError(Exception):
    """Text that holds no object; the message is the reason."""


def json_rows(records: Iterator[Records], wanted: frozenset[str], notes: Notes) -> Iterator[Rows]:
    """Columns of the keys whose lower-case names are `wanted`; objects and lists as JSON text."""
    for block in records:
        found, broken = _decoded(block, notes)
        frame = _frame([row for row, _, _ in found], wanted)
        lines, texts = [line for _, line, _ in found], [text for _, _, text in found]
        yield Rows(frame, lines, texts, (*block.broken, *broken))


def keys_of(records: Iterator[Records], notes: Notes) -> tuple[str, ...]:
    """All keys of the objects, in the order in which they come."""
    rows = (row for block in records for row, _, _ in _decoded(block, notes)[0])
    return tuple(dict.fromkeys(chain.from_iterable(rows)))


def _decoded(
    block: Records, notes: Notes
) -> tuple[list[tuple[dict[str, Any], int, bytes]], list[Broken]]:
    decode = _DECODER.decode
    try:
        rows = [decode(text) for text in block.texts]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _decoded_one_by_one(block, notes)
    return list(zip(rows, block.lines, block.texts, strict=True)), []


def _decoded_one_by_one(
    block: Records, notes: Notes
) -> tuple[list[tuple[dict[str, Any], int, bytes]], list[Broken]]:
    found, broken = [], []
    for line, text in zip(block.lines, block.texts, strict=True):
        try:
            found.append((_row(text, notes), line, text))
        except _NoObjectError as error:
            broken.append(Broken(line, str(error), text))
    return found, broken


def _row(text: bytes, notes: Notes) -> dict[str, Any]:
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    row = _python_json(text)
    if row is None:
        row = _literal(text)
        notes.rows("rows are Python literals instead of JSON", 1)
    return row


def _python_json(text: bytes) -> dict[str, Any] | None:
    """What Python's reader takes beyond the standard: NaN, Infinity, numbers of any size."""
    try:
        row = json.loads(text, strict=False)
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise _NoObjectError("a character that Unicode does not have") from error
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        raise _NoObjectError(_NO_OBJECT)
    return row


def _literal(text: bytes) -> dict[str, Any]:
    if not text.lstrip().startswith(b"{") or len(text) > _LONGEST_LITERAL:
        raise _NoObjectError(_NO_OBJECT)
    try:
        with warnings.catch_warnings(action="ignore"):
            row = ast.literal_eval(text.decode().strip())
        msgspec.json.encode(row)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise _NoObjectError(_NO_OBJECT) from error
    if not isinstance(row, dict) or not all(isinstance(key, str) for key in row):
        raise _NoObjectError(_NO_OBJECT)
    return row


def _frame(rows: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    names = [name for name in dict.fromkeys(chain.from_iterable(rows)) if name.lower() in wanted]
    columns = [_series(name, [row.get(name) for row in rows]) for name in names]
    return pl.DataFrame(columns or None, height=len(rows))


def _series(name: str, values: list[Any]) -> pl.Series:
    kinds = set(map(type, values)) - {NoneType}
    if kinds <= {str}:
        return pl.Series(name, values, pl.String)
    if kinds == {int} and all(value is None or -_LONG <= value < _LONG for value in values):
        return pl.Series(name, values, pl.Int64)
    if kinds == {float}:
        return pl.Series(name, values, pl.Float64)
    return pl.Series(name, [_text(value) for value in values], pl.String)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(value)
    return msgspec.json.encode(value).decode()
