"""Which events a training uses and how much each counts, held to a plain reading of the rules."""

from itertools import groupby
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.data.frames import EventRule, Selection
from aisle.data.interactions import Interactions

Event = tuple[str, str, int, str | None, float | None]

_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["u1", "u2"]),
        st.sampled_from(["i1", "i2"]),
        st.integers(0, 3),
        st.sampled_from([None, "View", "view", "Cart", "Purchase"]),
        st.sampled_from([None, 1.0, 5.0]),
    ),
    max_size=20,
)
_RULES = st.lists(
    st.builds(
        EventRule,
        event_type=st.sampled_from(["VIEW", "cart", "Purchase"]),
        threshold=st.sampled_from([None, 2.0]),
        weight=st.sampled_from([0.0, 0.25, 1.0, 3.0]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda rule: rule.event_type.lower(),
).filter(lambda rules: any(rule.weight > 0 for rule in rules))


def selected(events: list[Event], rules: list[EventRule]) -> Interactions:
    return chosen(events, rules)[0]


def chosen(events: list[Event], rules: list[EventRule]) -> tuple[Interactions, Selection]:
    columns = {
        "USER_ID": pl.String,
        "ITEM_ID": pl.String,
        "TIMESTAMP": pl.Int64,
        "EVENT_TYPE": pl.String,
        "EVENT_VALUE": pl.Float64,
    }
    frame = pl.DataFrame(events, schema=columns, orient="row")
    learnt, selection = Selection(rules=tuple(rules)).learnt_from(frame.lazy())
    return Interactions.from_frame(learnt), selection


def weighed(events: list[Event], rules: list[EventRule]) -> list[tuple[Event, float]]:
    """Each event that counts with the weight of its rule, grouped by user, oldest first."""
    pairs = [
        (event, rule.weight)
        for event in events
        for rule in rules
        if rule.weight > 0
        and (event[3] or "").lower() == rule.event_type.lower()
        and (rule.threshold is None or (event[4] is not None and event[4] >= rule.threshold))
    ]
    return sorted(pairs, key=lambda pair: (pair[0][0], pair[0][2]))


@given(_EVENTS, _RULES)
def test_an_event_weighs_what_its_rule_says_against_the_others(
    events: list[Event], rules: list[EventRule]
) -> None:
    found = selected(events, rules)
    expected = weighed(events, rules)
    assert [found.items[code] for code in found.item] == [event[1] for event, _ in expected]
    weights = np.array([weight for _, weight in expected])
    if len({rule.weight for rule in rules if rule.weight > 0}) == 1:
        assert found.weight is None
    elif expected:
        assert found.weight == pytest.approx(weights / weights.mean())


@given(_EVENTS, _RULES)
def test_the_selection_tells_what_a_later_event_weighs_against_those(
    events: list[Event], rules: list[EventRule]
) -> None:
    found, selection = chosen(events, rules)
    assert [rule.weight > 0 for rule in selection.rules] == [rule.weight > 0 for rule in rules]
    if found.weight is not None:
        kinds = [found.event_types[code] for code in found.event_type]
        assert [selection.weight(kind) for kind in kinds] == pytest.approx(found.weight.tolist())


@given(_EVENTS, _RULES)
def test_a_run_of_events_weighs_as_much_as_its_heaviest(
    events: list[Event], rules: list[EventRule]
) -> None:
    found = selected(events, rules)
    steps = found.without_runs()
    if found.weight is None:
        assert steps.weight is None
        return
    places = zip(found.user_of_rows(), found.item, found.weight, strict=True)
    runs = groupby(places, key=lambda place: (place[0], place[1]))
    assert steps.weight is not None
    assert steps.weight.tolist() == [max(weight for *_, weight in run) for _, run in runs]


def test_weights_are_kept_on_disk(tmp_path: Path) -> None:
    events: list[Event] = [("u", "i", 1, "View", None), ("u", "j", 2, "Cart", None)]
    found = selected(events, [EventRule("View", weight=0.5), EventRule("Cart", weight=1.5)])
    found.save(tmp_path)
    read = Interactions.load(tmp_path).weight
    assert read is not None
    assert read.tolist() == [0.5, 1.5]
