from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aisle.data.interactions import Interactions

Event = tuple[str, str, int, str | None]

_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["u1", "u2", "U2", "ü"]),
        st.sampled_from(["i1", "i2", "i10", ""]),
        st.integers(0, 3),
        st.sampled_from([None, "View", "view", "Purchase"]),
    ),
    max_size=30,
)


def frame(events: list[Event]) -> pl.DataFrame:
    columns: dict[str, Any] = {
        "USER_ID": pl.String,
        "ITEM_ID": pl.String,
        "TIMESTAMP": pl.Int64,
        "EVENT_TYPE": pl.String,
    }
    return pl.DataFrame(events, schema=columns, orient="row")


def rows(data: Interactions) -> list[tuple[str, str, int, str]]:
    """Every event in stored order, in words."""
    return [
        (
            data.users[user],
            data.items[data.item[row]],
            int(data.timestamp[row]),
            data.event_types[data.event_type[row]],
        )
        for user in range(len(data.users))
        for row in range(data.rows_of(user).start, data.rows_of(user).stop)
    ]


@given(_EVENTS)
def test_events_are_grouped_by_user_and_stably_sorted_by_time(events: list[Event]) -> None:
    data = Interactions.from_frame(frame(events))
    expected = [
        (user, item, time, (kind or "").lower())
        for user, item, time, kind in sorted(
            events, key=lambda event: (event[0].encode(), event[2])
        )
    ]
    assert rows(data) == expected
    assert [data.users[user] for user in data.user_of_rows()] == [row[0] for row in expected]


@settings(max_examples=20)
@given(_EVENTS, st.integers(1, 4))
def test_a_lazy_frame_of_many_parts_gives_the_same(events: list[Event], parts: int) -> None:
    table = frame(events)
    size = -(-len(table) // parts)
    lazy = pl.concat([table[n * size : (n + 1) * size].lazy() for n in range(parts)])
    assert rows(Interactions.from_frame(lazy)) == rows(Interactions.from_frame(table))


@given(_EVENTS, st.randoms(use_true_random=False))
def test_where_keeps_exactly_the_masked_rows(events: list[Event], random: Any) -> None:
    data = Interactions.from_frame(frame(events))
    mask = np.array([random.random() < 0.5 for _ in range(len(data))], np.bool_)
    kept = data.where(mask)
    assert rows(kept) == [row for row, keep in zip(rows(data), mask, strict=True) if keep]
    assert list(kept.users) == list(data.users)


def test_events_without_a_type_column_have_the_empty_type() -> None:
    data = Interactions.from_frame(frame([("u", "i", 1, "View")]).drop("EVENT_TYPE"))
    assert rows(data) == [("u", "i", 1, "")]


def test_too_many_event_types_are_refused() -> None:
    events: list[Event] = [("u", "i", 1, f"type {number}") for number in range(300)]
    with pytest.raises(ValueError, match="300 distinct event types; at most 254"):
        Interactions.from_frame(frame(events))


@pytest.mark.parametrize("events", [[("u", "i", 1, "View"), ("v", "i", 2, None)], []])
def test_what_is_saved_is_loaded(events: list[Event], tmp_path: Path) -> None:
    data = Interactions.from_frame(frame(events))
    data.save(tmp_path)
    assert rows(Interactions.load(tmp_path)) == rows(data)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=40))
def test_runs_of_one_item_count_once_a_user(pairs: list[tuple[int, int]]) -> None:
    table = pl.DataFrame(
        {
            "USER_ID": [f"u{user}" for user, _ in pairs],
            "ITEM_ID": [f"i{item}" for _, item in pairs],
            "TIMESTAMP": list(range(len(pairs))),
        }
    )
    found = Interactions.from_frame(table).without_runs()
    for user in {user for user, _ in pairs}:
        expected = [item for item, _ in groupby(item for who, item in pairs if who == user)]
        rows = found.rows_of(found.users.find(f"u{user}"))
        assert [found.items[code] for code in found.item[rows]] == [f"i{i}" for i in expected]
