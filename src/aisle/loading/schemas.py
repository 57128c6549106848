"""Schemas that fit what was loaded, by the rules of custom dataset groups.

Another load of the same source should come to the same schema, so what today's rows happen to hold
decides as little as can be: any field but a key may be null, save where a domain forbids it, and
the columns that the loaders make have one type for good.
"""

from typing import Literal

import msgspec
import polars as pl

from aisle.data.schema import Field
from aisle.data.schema_rules import FieldType
from aisle.loading.kinds import KEYS, TITLES, Table

_PLAIN = ("EVENT_TYPE", "IMPRESSION", "RECOMMENDATION_ID", "EVENT_ATTRIBUTION_SOURCE")
_RESERVED = (*_PLAIN, "EVENT_VALUE")
_MOST = {"interactions": 5, "items": 100, "users": 25}
_NEEDED_IN_DOMAINS = ("EVENT_TYPE", "CATEGORY_L1")
"""Text that a domain wants of every row."""
_AMOUNTS = ("EVENT_VALUE", "PRICE")
_LISTED = ("CATEGORIES", "CATEGORY", "GENRES", "GENRE", "BRAND", "ATTRIBUTES", "KIND")
_ADDRESSES = ("IMAGE_URL",)
_WHOLE = r"^-?(0|[1-9][0-9]{0,17})$"
_NUMBER = r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?$"
_FEW = 1000
"""At most this many different values, and
"""
_RARE = 0.5
"""at most this many for each row, make a column categorical."""
_LONG_TEXT = 60
"""Characters that a textual column's values have on average, at least."""


class Profile(msgspec.Struct, frozen=True):
    """What a column of a table holds in its `rows`; lengths and forms are those of texts."""

    name: str
    dtype: Literal["text", "whole", "number"]
    rows: int
    nulls: int
    distinct: int = 0
    longest: int = 0
    mean_length: float = 0.0
    whole: bool = False
    """Whether all texts are whole numbers without a leading zero."""
    numeric: bool = False
    """Whether all texts are numbers without a leading zero."""
    barred: bool = False
    """Whether any text holds a `|`."""


class Plan(msgspec.Struct, frozen=True):
    """The fields to write, in order, and the columns that a schema cannot have beside them."""

    fields: tuple[Field, ...]
    left_out: tuple[str, ...]


def profiles(table: Table, rows: pl.LazyFrame) -> tuple[Profile, ...]:
    """One pass over the columns of a table that are no keys; a name with `_` before it is none."""
    schema = {
        name: dtype
        for name, dtype in rows.collect_schema().items()
        if name not in KEYS[table] and not name.startswith("_")
    }
    measures = [_profile(name, dtype).alias(name) for name, dtype in schema.items()]
    found = rows.select(measures).collect(engine="streaming").row(0) if measures else ()
    return tuple(msgspec.convert(measured, Profile) for measured in found)


def _profile(name: str, dtype: pl.DataType) -> pl.Expr:
    """A Profile's members."""
    column = pl.col(name)
    members = [
        pl.lit(name).alias("name"),
        pl.lit("text" if dtype == pl.String else "whole" if dtype.is_integer() else "number").alias(
            "dtype"
        ),
        column.len().alias("rows"),
        column.null_count().alias("nulls"),
    ]
    if dtype == pl.String:
        length = column.str.len_chars()
        members += [
            column.approx_n_unique().alias("distinct"),
            length.max().fill_null(0).alias("longest"),
            length.mean().fill_null(0.0).alias("mean_length"),
            column.str.contains(_WHOLE).all().alias("whole"),
            column.str.contains(_NUMBER).all().alias("numeric"),
            column.str.contains("|", literal=True).any().alias("barred"),
        ]
    return pl.struct(members)


def plan(table: Table, columns: tuple[Profile, ...]) -> Plan:
    """Which columns become fields, and of which type; those without a value do not."""
    keys = KEYS[table]
    filled = [column for column in columns if column.nulls < column.rows]
    textual = _textual(filled) if table == "items" else None
    unfit = _unfit(table, [column.name for column in filled])
    fields = [Field(key, "long" if key == "TIMESTAMP" else "string") for key in keys]
    fields += [_field(table, c, textual) for c in filled if c.name not in unfit]
    return Plan(tuple(_one_name(fields)), unfit)


def _unfit(table: Table, names: list[str]) -> tuple[str, ...]:
    """Names that differ from one before in underscores alone, and those over the most allowed."""
    first: dict[str, str] = {}
    for name in (*KEYS[table], *names):
        first.setdefault(name.replace("_", ""), name)
    metadata = [name for name in first.values() if name not in (*KEYS[table], *_RESERVED)]
    kept = {*metadata[: _MOST[table]], *_RESERVED}
    return tuple(name for name in names if name not in kept or name not in first.values())


def _textual(columns: list[Profile]) -> str | None:
    """The description, or else the column of the longest texts where those have some length."""
    others = (*TITLES, *_ADDRESSES)
    texts = [c for c in columns if c.dtype == "text" and c.name not in others]
    described = next((c.name for c in texts if c.name.endswith("DESCRIPTION")), None)
    able = [c for c in texts if not c.barred and not _is_few(c) and c.mean_length >= _LONG_TEXT]
    longest = max(able, key=lambda column: column.mean_length, default=None)
    return described or (longest.name if longest else None)


def _is_few(column: Profile) -> bool:
    return column.distinct <= min(_FEW, max(2, _RARE * column.rows))


def _field(table: Table, column: Profile, textual: str | None) -> Field:
    nullable = column.nulls > 0 or column.name not in _NEEDED_IN_DOMAINS
    if table == "interactions" and column.name in _PLAIN:
        return Field(column.name, "string", nullable)
    kind = _type(column)
    if kind != "string":
        return Field(column.name, kind, nullable)
    if column.name == textual:
        return Field(column.name, kind, nullable, textual=True)
    named = table == "items" and column.name in TITLES
    listed = table != "items" or _is_listed(column)
    return Field(column.name, kind, nullable, categorical=listed and not named, item_name=named)


def _is_listed(column: Profile) -> bool:
    """Whether a text of items is one of a list of values, or several."""
    known = column.name in _LISTED or column.name.startswith("CATEGORY_L")
    return known or (column.name not in _ADDRESSES and (column.barred or _is_few(column)))


def _type(column: Profile) -> FieldType:
    """What all values have; an amount is a float, and a known list is text, whatever they have."""
    if column.name in _LISTED:
        return "string"
    if column.name in _AMOUNTS and (column.dtype != "text" or column.numeric):
        return "float"
    if column.dtype == "whole" or (column.dtype == "text" and column.whole):
        return "long"
    return "float" if column.dtype == "number" or column.numeric else "string"


def _one_name(fields: list[Field]) -> list[Field]:
    """Only the first of the fields that could be an item's name is it."""
    first = next((field.name for field in fields if field.item_name), None)
    return [msgspec.structs.replace(field, item_name=field.name == first) for field in fields]


def avro(table: Table, fields: tuple[Field, ...]) -> bytes:
    """The schema as CreateSchema takes it."""
    document = {
        "type": "record",
        "name": table.capitalize(),
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [_entry(field) for field in fields],
        "version": "1.0",
    }
    return msgspec.json.format(msgspec.json.encode(document))


def _entry(field: Field) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": field.name,
        "type": [field.type, "null"] if field.nullable else field.type,
    }
    flags = {
        "categorical": field.categorical,
        "textual": field.textual,
        "itemName": field.item_name,
    }
    return entry | {flag: True for flag, holds in flags.items() if holds}
