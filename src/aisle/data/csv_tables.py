"""Blocks of CSV text to typed, checked Arrow tables: the fast path, which only says yes or no."""

import re
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from aisle.data.csv_layout import double_lone_backslashes
from aisle.data.schema import Field
from aisle.data.values import FALSE, IDS, TRUE, longest

_ARROW: dict[str, pa.DataType] = {
    "float": pa.float32(),
    "double": pa.float64(),
    "int": pa.int32(),
    "long": pa.int64(),
    "string": pa.string(),
    "boolean": pa.bool_(),
}
_HEX = re.compile(rb"0[xX]")


class RejectedError(Exception):
    """Some row breaks a rule; which one is for the slow path to find."""


def arrow_schema(fields: tuple[Field, ...]) -> pa.Schema:
    """The columns of the Parquet file, in the schema's order."""
    return pa.schema([pa.field(field.name, _ARROW[field.type], field.nullable) for field in fields])


def dictionary_columns(fields: tuple[Field, ...]) -> list[str]:
    """Those whose values repeat within a block; elsewhere Parquet's dictionary costs a third."""
    return [
        field.name
        for field in fields
        if field.type == "string" and not field.textual and field.name not in IDS
    ]


class TableReader:
    """Reads rows under one header. Every rule it checks is about a row by itself."""

    def __init__(
        self, header: tuple[str, ...], fields: tuple[Field, ...], *, escapes: bool
    ) -> None:
        self.header = header
        self.fields = fields
        self.escapes = escapes

    def read(self, text: bytes) -> pa.Table:
        """Whole rows as a table with the schema's columns; raises RejectedError."""
        if not text:
            return arrow_schema(self.fields).empty_table()
        if b"\0" in text or not (text.isascii() or _is_utf8(text)):
            raise RejectedError
        table = self._parse(text, {field.name: _ARROW[field.type] for field in self.fields})
        if any(_breaks(field, table[field.name]) for field in self.fields):
            raise RejectedError
        if _HEX.search(text) and self._has_hex(text):
            raise RejectedError
        return table

    def raw(self, row: bytes) -> tuple[bytes, ...]:
        """The values of one row as they stand, unquoted."""
        table = self._parse(row, dict.fromkeys(self.header, pa.binary()))
        return tuple(column[0].as_py() or b"" for column in table.columns)

    def _parse(self, text: bytes, types: dict[str, pa.DataType]) -> pa.Table:
        clean = double_lone_backslashes(text) if self.escapes and b"\\" in text else text
        try:
            return csv.read_csv(
                cast("IO[bytes]", pa.BufferReader(clean)),
                csv.ReadOptions(column_names=list(self.header), block_size=len(clean) + 1),
                csv.ParseOptions(
                    escape_char="\\" if self.escapes else False, newlines_in_values=b'"' in clean
                ),
                csv.ConvertOptions(
                    check_utf8=False,
                    column_types=types,
                    include_columns=list(types),
                    null_values=[""],
                    strings_can_be_null=True,
                    true_values=list(TRUE),
                    false_values=list(FALSE),
                ),
            )
        except pa.ArrowInvalid as error:
            raise RejectedError(str(error)) from error

    def _has_hex(self, text: bytes) -> bool:
        """Whether a number is written in base 16, which Arrow would take."""
        names = [field.name for field in self.fields if field.type in ("int", "long")]
        if not names:
            return False
        table = self._parse(text, dict.fromkeys(names, pa.string()))
        return any(
            pc.any(pc.match_substring(column, "x", ignore_case=True)).as_py()
            for column in table.columns
        )


def _breaks(field: Field, column: "pa.ChunkedArray[Any]") -> bool:
    if column.null_count and not field.nullable:
        return True
    if field.type == "string":
        most = longest(field)
        bytes_long = pc.max(pc.binary_length(column)).as_py() or 0
        return bytes_long > most and pc.max(pc.utf8_length(column)).as_py() > most
    if field.type in ("float", "double"):
        return pc.all(pc.is_finite(column)).as_py() is False
    return False


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
