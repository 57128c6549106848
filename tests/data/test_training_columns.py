"""What is left of a group's data once a training may not look at all of it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.data.catalogue import CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.interactions import Interactions
from aisle.data.schema import DatasetSchema, Field
from aisle.data.training_columns import TrainingColumns

NAMES = st.sets(st.sampled_from(["ITEM_ID", "genres", "PRICE", "Timestamp"]))
SCHEMA = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("GENRES", "string", nullable=True),
        Field("PRICE", "double", nullable=True),
    ),
)


@given(NAMES)
def test_what_is_excluded_is_gone_and_ids_never_are(names: set[str]) -> None:
    builder = CatalogueBuilder(SCHEMA)
    builder.put([Change(1, "a", {"GENRES": "Drama", "PRICE": 2.0}, 0.0)])
    whole = builder.catalogue()
    left = TrainingColumns.of({"Items": list(names)}, {}).of_rows("ITEMS", whole)
    gone = {name.upper() for name in names} - {"ITEM_ID"}
    assert set(left.columns) == set(whole.columns) - gone
    assert (left.rows, left.code("a")) == (1, 0)
    kept = TrainingColumns.of({}, {"items": list(names)}).of_rows("ITEMS", whole)
    assert set(kept.columns) == {"ITEM_ID"} | (set(whole.columns) & {n.upper() for n in names})
    others = TrainingColumns.of({"Users": list(names)}, {}).of_rows("ITEMS", whole)
    assert others.columns == whole.columns


@pytest.fixture
def events() -> Interactions:
    rows = [("u", "i", 1, "View", 2.0), ("u", "j", 2, "Cart", None)]
    names = ["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE"]
    return Interactions.from_frame(pl.DataFrame(rows, schema=names, orient="row"))


def test_events_lose_their_values_and_types(events: Interactions) -> None:
    columns = TrainingColumns.of({"INTERACTIONS": ["EVENT_VALUE", "EVENT_TYPE"]}, {})
    left = columns.of_events(events, by_type=False)
    assert left.value is None
    assert left.event_types == ("",)
    assert not left.event_type.any()
    assert np.array_equal(left.item, events.item)
    assert columns.of_events(events, by_type=True).event_types == ("", "cart", "view")


def test_events_keep_what_nobody_excludes(events: Interactions) -> None:
    assert TrainingColumns().of_events(events, by_type=False) is events
    some = TrainingColumns.of({}, {"Interactions": ["EVENT_TYPE"]})
    left = some.of_events(events, by_type=False)
    assert left.value is None
    assert left.event_types == events.event_types
