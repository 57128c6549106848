"""Imported parts and streamed events as frames with the columns of a schema."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import Connection, Row, func, select

from aisle.data.event_log import stand_in
from aisle.data.schema import DatasetSchema, Field
from aisle.data.schema_rules import folded
from aisle.data.values import Value, field_value
from aisle.records.errors import InvalidInputException
from aisle.storage.tables import events, sessions

POLARS: Mapping[str, type[pl.DataType]] = {
    "float": pl.Float32,
    "double": pl.Float64,
    "int": pl.Int32,
    "long": pl.Int64,
    "string": pl.String,
    "boolean": pl.Boolean,
}
"""By a field's type."""


def scan_part(path: Path, kinds: Mapping[str, type[pl.DataType]]) -> pl.LazyFrame:
    """Columns of an imported part; those that it does not have are null."""
    frame = pl.scan_parquet(path)
    present = frame.collect_schema().names()
    return frame.select(
        (pl.col(name) if name in present else pl.lit(None)).cast(kind).alias(name)
        for name, kind in kinds.items()
    )


def streamed_events(
    connection: Connection, dataset: int, schema: DatasetSchema, up_to: int
) -> pl.DataFrame:
    """The streamed events with an item, oldest first, with a column for each field of the schema.

    USER_ID is the user whose the event is, else the `stand_in` of its session. Fields that are no
    member of an event come from its properties.
    """
    same = (events.c.dataset == sessions.c.dataset) & (events.c.session_id == sessions.c.session_id)
    query = (
        select(events, func.coalesce(events.c.user_id, sessions.c.user_id).label("whose"))
        .select_from(events.outerjoin(sessions, same))
        .where(events.c.dataset == dataset, events.c.item_id.is_not(None), events.c.id <= up_to)
        .order_by(events.c.id)
    )
    rows = connection.execute(query)
    return _framed(schema.fields, (_values(schema.fields, row) for row in rows))


def _framed(fields: tuple[Field, ...], rows: Iterable[list[Value]]) -> pl.DataFrame:
    kinds = {field.name: POLARS[field.type] for field in fields}
    return pl.DataFrame(list(rows), schema=kinds, orient="row")


def _values(fields: tuple[Field, ...], row: Row[Any]) -> list[Value]:
    given = msgspec.json.decode(row.properties) if row.properties else {}
    properties = {folded(key): value for key, value in given.items()}
    members = {
        "USER_ID": row.whose if row.whose is not None else stand_in(row.session_id),
        "ITEM_ID": row.item_id,
        "TIMESTAMP": int(row.sent_at),
        "EVENT_TYPE": row.event_type,
        "EVENT_VALUE": row.event_value,
        "IMPRESSION": "|".join(msgspec.json.decode(row.impression)) if row.impression else None,
        "RECOMMENDATION_ID": row.recommendation_id,
        "EVENT_ATTRIBUTION_SOURCE": row.attribution_source,
    }
    return [
        members[field.name]
        if field.name in members
        else _fitting(field, properties.get(folded(field.name)))
        for field in fields
    ]


def _fitting(field: Field, value: object) -> Value:
    """The value as the field has it, null where the field cannot have it."""
    try:
        return field_value(field, value, field.name)
    except InvalidInputException:
        return None
