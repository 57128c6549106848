"""The context of events as columns of interactions."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from aisle.data.context import MOST_VALUES, code_of
from aisle.data.interactions import Interactions
from aisle.data.schema import DatasetSchema, Field
from aisle.data.training_columns import TrainingColumns

COLUMNS = ("WEIGHT", "events")
"""Any name may be a column's."""
Event = tuple[str, str, int, str | None, str | None]

_VALUES = st.sampled_from([None, "", "phone", "Phone", "b|a", "ü"])
_EVENTS = st.lists(
    st.tuples(st.sampled_from("uvw"), st.sampled_from("ijk"), st.integers(0, 3), _VALUES, _VALUES),
    max_size=25,
)


def interactions(events: list[Event]) -> Interactions:
    names = ("USER_ID", "ITEM_ID", "TIMESTAMP", *COLUMNS)
    kinds: dict[str, Any] = {n: pl.Int64 if n == "TIMESTAMP" else pl.String for n in names}
    return Interactions.from_frame(pl.DataFrame(events, schema=kinds, orient="row"), COLUMNS)


def told(data: Interactions) -> list[tuple[str, str, int, dict[str, str]]]:
    """Every event in stored order, with what is known of its context."""
    users = data.user_of_rows()
    return [
        (
            data.users[int(users[row])],
            data.items[int(data.item[row])],
            int(data.timestamp[row]),
            data.context_of(row),
        )
        for row in range(len(data))
    ]


def expected(events: list[Event]) -> list[tuple[str, str, int, dict[str, str]]]:
    ordered = sorted(events, key=lambda event: (event[0], event[2]))
    return [
        (user, item, time, {n: v for n, v in zip(COLUMNS, values, strict=True) if v})
        for user, item, time, *values in ordered
    ]


@given(_EVENTS)
def test_each_event_keeps_its_context(events: list[Event]) -> None:
    data = interactions(events)
    assert told(data) == expected(events)
    assert list(data.context) == list(COLUMNS)


@given(_EVENTS, st.randoms(use_true_random=False))
def test_a_part_of_the_events_has_their_context(events: list[Event], random: Any) -> None:
    data = interactions(events)
    mask = np.array([random.random() < 0.5 for _ in range(len(data))], np.bool_)
    kept = [event for event, keep in zip(told(data), mask, strict=True) if keep]
    assert told(data.where(mask)) == kept
    core, rows = told(data.core(2)), told(data)
    assert all(event in rows for event in core)
    assert told(data.over(data.items)) == rows


@given(_EVENTS)
def test_a_run_of_events_has_the_context_of_its_first(events: list[Event]) -> None:
    rows = expected(events)
    firsts = [row for n, row in enumerate(rows) if not n or rows[n - 1][:2] != row[:2]]
    assert told(interactions(events).without_runs()) == firsts


@given(_EVENTS)
def test_what_is_saved_is_loaded(events: list[Event]) -> None:
    data = interactions(events)
    with tempfile.TemporaryDirectory() as folder:
        data.save(Path(folder))
        assert told(Interactions.load(Path(folder))) == told(data)


def test_the_rarest_of_too_many_values_are_unknown() -> None:
    values = [f"v{number}" for number in range(MOST_VALUES)] * 2 + ["rare"]
    data = interactions([("u", "i", n, value, None) for n, value in enumerate(values)])
    column = data.context["WEIGHT"]
    assert len(column.names) == MOST_VALUES + 1
    counts = Counter(column.codes.tolist())
    assert counts.pop(0) == 1
    assert set(counts.values()) == {2}
    assert data.context_of(len(values) - 1) == {}


@given(st.sets(st.text(min_size=1)), st.text())
def test_a_value_is_found_by_its_name(values: set[str], asked: str) -> None:
    names = ["", *sorted(values)]
    assert names[code_of(names, asked)] == (asked if asked in values else "")


def test_categorical_columns_are_context_and_a_training_may_leave_them_out() -> None:
    fields = (
        *(Field(name, "string") for name in ("USER_ID", "ITEM_ID", "EVENT_TYPE", "PLACE")),
        Field("Device", "string", categorical=True),
    )
    assert DatasetSchema("Interactions", fields).context == ("Device",)
    data = interactions([("u", "i", 1, "phone", "late")])
    without = TrainingColumns.of({"Interactions": ["weight"]}, {})
    assert without.of_events(data, by_type=False).context_of(0) == {"events": "late"}
    only = TrainingColumns.of({}, {"INTERACTIONS": ["WEIGHT"]})
    assert only.of_events(data, by_type=False).context_of(0) == {"WEIGHT": "phone"}
