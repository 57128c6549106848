"""Random catalogues, users and events for filters, beside what the engine makes of them."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.schema import DatasetSchema, Field
from aisle.data.values import Value
from aisle.filters.masks import Request, Row
from expressions import EVENT_TYPES, Record, World, numbers, words

SCHEMAS = {
    "ItemID": DatasetSchema(
        "Items",
        (
            Field("ITEM_ID", "string"),
            Field("GENRES", "string", nullable=True, categorical=True),
            Field("COLOUR", "string", nullable=True),
            Field("PRICE", "double", nullable=True),
            Field("YEAR", "double", nullable=True),
        ),
    ),
    "UserID": DatasetSchema(
        "Users",
        (
            Field("USER_ID", "string"),
            Field("GENDER", "string", nullable=True, categorical=True),
            Field("AGE", "double", nullable=True),
        ),
    ),
    "ActionID": DatasetSchema(
        "Actions",
        (
            Field("ACTION_ID", "string"),
            Field("TYPE", "string", nullable=True, categorical=True),
            Field("VALUE", "double", nullable=True),
        ),
    ),
}
_MOST_ROWS = 8
_MOST_BEYOND = 3


@st.composite
def records(draw: st.DrawFn, schema: DatasetSchema) -> Record:
    """One entity's values, some of them null, categorical ones several."""
    found: dict[str, Sequence[str] | Sequence[float]] = {}
    for field in schema.fields[1:]:
        if field.type == "string":
            most = 3 if field.categorical else 1
            found[field.name] = draw(st.lists(words, max_size=most, unique=True))
        else:
            found[field.name] = draw(st.lists(numbers, max_size=1))
    return found


@st.composite
def worlds(draw: st.DrawFn, subject: str) -> tuple[World, Request]:
    """What a filter on a subject may be asked about."""
    rows = draw(
        st.lists(
            records(SCHEMAS[subject]),
            min_size=draw(st.sampled_from([0, 4, 8])),
            max_size=_MOST_ROWS,
        )
    )
    user = draw(st.one_of(st.none(), records(SCHEMAS["UserID"])))
    size = len(rows) + draw(st.integers(0, _MOST_BEYOND))
    happened = st.tuples(st.integers(0, max(0, size - 1)), st.sampled_from(EVENT_TYPES))
    events = draw(st.lists(happened, max_size=6)) if size else []
    item = draw(st.integers(-1, len(rows) - 1))
    world = World(rows, events, user or {}, rows[item] if item >= 0 else {})
    of_rows = catalogue(SCHEMAS[subject], rows)
    of_users = catalogue(SCHEMAS["UserID"], [] if user is None else [user])
    request = Request(
        size=size,
        catalogue=of_rows,
        events=lambda kinds: _took_part(events, kinds),
        item=Row(of_rows, item),
        user=Row(of_users, -1 if user is None else 0),
    )
    return world, request


def catalogue(schema: DatasetSchema, rows: Sequence[Record]) -> Catalogue:
    """The engine's columns of these rows."""
    builder = CatalogueBuilder(schema)
    changes = [
        Change(code + 1, f"id-{code}", {name: _stored(row[name]) for name in row}, 0.0)
        for code, row in enumerate(rows)
    ]
    builder.put(changes)
    return builder.catalogue()


def _stored(values: Sequence[str] | Sequence[float]) -> Value:
    if not values:
        return None
    return "|".join(map(str, values)) if isinstance(values[0], str) else float(values[0])


def _took_part(
    events: Sequence[tuple[int, str]], kinds: frozenset[str] | None
) -> NDArray[np.int64]:
    rows = [row for row, kind in events if kinds is None or kind.lower() in kinds]
    return np.array(rows, np.int64)
