"""The rows of an Items, Users or Actions dataset as they stand: bulk parts, then streamed rows."""

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import msgspec
import polars as pl

from aisle.data.columns import Column, NumberColumn, TextColumn
from aisle.data.entities import Change
from aisle.data.growing import NumberRows, TextRows
from aisle.data.parts import POLARS, scan_part
from aisle.data.schema import DatasetSchema
from aisle.data.schema_rules import folded
from aisle.data.values import IDS

_versions = count(1)


class Catalogue(msgspec.Struct, frozen=True, eq=False):
    """Typed columns of all rows at one moment; a row's position is its entity's code.

    An id keeps its code for as long as the bulk data stay; new ids get the next ones.
    """

    rows: int
    ids: Sequence[str]
    """Code to id; shared with later versions, which add to it: `rows` of them are in this one."""
    codes: Mapping[str, int]
    """Id to code, shared alike."""
    columns: Mapping[str, Column]
    """By the schema's field name, the id among them."""
    version: int
    """No other contents have it in this process; 0 where the group has no such dataset."""
    base: int
    """Changes when the bulk data do, and codes with them."""

    def code(self, entity_id: str) -> int:
        """The code of an id, or -1 where there is no such row."""
        code = self.codes.get(entity_id, -1)
        return code if code < self.rows else -1

    def __len__(self) -> int:
        return self.rows

    def traits(self, entity_id: str | None) -> Mapping[str, str | float]:
        """A row by its id: numbers as numbers, all else as text, without the id and nulls; nothing
        where there is no such row.
        """
        row = -1 if entity_id is None else self.code(entity_id)
        if row < 0:
            return {}
        found: dict[str, str | float] = {}
        for name, column in self.columns.items():
            text = column.raw(row)
            if name not in IDS and text is not None:
                found[name] = float(text) if isinstance(column, NumberColumn) else text
        return found

    def number(self, name: str) -> NumberColumn | None:
        """The column of numbers of that name, as `column` finds it."""
        column = self.column(name)
        return column if isinstance(column, NumberColumn) else None

    def text(self, name: str) -> TextColumn | None:
        """The column of text of that name, as `column` finds it."""
        column = self.column(name)
        return column if isinstance(column, TextColumn) else None

    def column(self, name: str) -> Column | None:
        """The column of a field, whatever the case and the underscores of its name."""
        found = self.columns.get(name)
        if found is not None:
            return found
        wanted = folded(name)
        return next((self.columns[key] for key in self.columns if folded(key) == wanted), None)


EMPTY = Catalogue(0, (), {}, {}, 0, 0)
"""Of a group that has no such dataset."""


class CatalogueBuilder:
    """Rows under change; what `catalogue` has given stays as it was."""

    def __init__(self, schema: DatasetSchema, bulk: Sequence[Path] = ()) -> None:
        """Rows of the bulk parts, in the order of their imports; of an id the last one counts."""
        frame = _read(schema, bulk)
        self._columns: dict[str, NumberRows | TextRows] = {}
        for field in schema.fields:
            text = field.type in ("string", "boolean")
            rows = TextRows if text else NumberRows
            self._columns[field.name] = rows(field, frame[field.name])
        key = self._columns.pop(_id_name(schema))
        assert isinstance(key, TextRows)  # noqa: S101 - an id is a string, as schemas are checked
        self._ids, self._id_name = key, _id_name(schema)
        self._base = next(_versions)
        self._shown: Catalogue | None = None

    def put(self, changes: Sequence[Change]) -> None:
        """Add or replace entities."""
        for change in changes:
            known = self._ids.column().lookup or {}
            row = known.get(change.entity_id)
            if row is None:
                self._ids.append(change.entity_id)
            for name, rows in self._columns.items():
                value = change.values.get(name)
                if row is None:
                    rows.append(value)
                else:
                    rows.set(row, value)
        if changes:
            self._shown = None

    def catalogue(self) -> Catalogue:
        """The rows as they stand; the same object where nothing was put since."""
        if self._shown is None:
            key = self._ids.column()
            columns = {name: rows.column() for name, rows in self._columns.items()}
            self._shown = Catalogue(
                rows=len(key.codes),
                ids=key.texts,
                codes=key.lookup or {},
                columns={self._id_name: key, **columns},
                version=next(_versions),
                base=self._base,
            )
        return self._shown


def _id_name(schema: DatasetSchema) -> str:
    return next(field.name for field in schema.fields if field.name in IDS)


def _read(schema: DatasetSchema, bulk: Sequence[Path]) -> pl.DataFrame:
    """All fields of the schema; those that came after a part was imported are null there."""
    kinds = {field.name: POLARS[field.type] for field in schema.fields}
    if not bulk:
        return pl.DataFrame(schema=kinds)
    rows = pl.concat([scan_part(path, kinds) for path in bulk], how="vertical")
    return rows.unique(subset=_id_name(schema), keep="last", maintain_order=True).collect()
