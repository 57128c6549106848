"""What newcomers are worth, against plain loops over rows."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aisle.data.values import Value
from aisle.serving.answer_space import AnswerSpace
from aisle.serving.newcomers import newcomers, placed
from tests.serving.catalogues import space_of

Row = dict[str, Value]

ROW = st.fixed_dictionaries(
    {
        "GENRES": st.sampled_from([None, "a", "b", "a|b", "b|c|d", "c", "a|a|c", "d|"]),
        "BRAND": st.sampled_from([None, "x", "x|y"]),
        "ADULT": st.sampled_from([None, True, False]),
        "PLOT": st.sampled_from([None, "same words"]),
        "CREATION_TIMESTAMP": st.sampled_from([None, 5]),
    }
)
IDS = [f"i{n}" for n in range(16)]
ROWS = st.dictionaries(st.sampled_from(IDS), ROW, max_size=16)
MODEL = st.dictionaries(st.sampled_from(IDS), st.floats(0, 1, width=32), min_size=1, max_size=8)


def kinds_of(rows: dict[str, Row]) -> dict[str, set[tuple[str, str]]]:
    """The (column, single value) of each row that count as kinds."""
    kinds: dict[str, set[tuple[str, str]]] = {item: set() for item in rows}
    for column in ("GENRES", "BRAND", "ADULT"):
        distinct = {values[column] for values in rows.values()} - {None}
        if len(distinct) > len(rows) / 2:
            continue
        for item, values in rows.items():
            if values[column] is None:
                continue
            text = str(values[column])
            singles = text.split("|") if column == "GENRES" else [text]
            kinds[item] |= {(column, single) for single in singles}
    return kinds


def expected_worth(
    rows: dict[str, Row], model: dict[str, float], had: Sequence[str] = ()
) -> dict[str, float]:
    """The worth of each row that the model has not; `had` is the user's history, oldest first."""
    kinds = kinds_of(rows)
    weights = dict.fromkeys(model, 0.0)
    for back, item in enumerate(reversed(had)):
        weights[item] += 1 / (1 + back)
    whole = sum(weights.values())
    mass = sum(model.values())
    wanted = {
        item: (score + mass * weights[item] / whole) / 2 if had else score
        for item, score in model.items()
    }
    worth = {}
    for item in rows:
        if item in model:
            continue
        total = rarities = 0.0
        for kind in kinds[item]:
            alike = [wanted[other] for other in rows if other in model and kind in kinds[other]]
            rarity = math.log((1 + len(model)) / (1 + len(alike)))
            if alike:
                total += rarity * sum(alike) / len(alike)
                rarities += rarity
        of_all = sum(wanted.values()) / len(model)
        worth[item] = total / rarities if rarities else of_all
    return worth


def by_id(space: AnswerSpace, scores: NDArray[np.float32]) -> dict[str, float]:
    return {space.id(at): float(score) for at, score in enumerate(scores)}


@settings(max_examples=50)
@given(rows=ROWS, model=MODEL, data=st.data())
def test_newcomers_have_what_their_kind_has_rare_kinds_most(
    rows: dict[str, Row], model: dict[str, float], data: st.DataObject
) -> None:
    space = space_of(list(model), rows)
    had = data.draw(st.lists(st.sampled_from(list(model)), max_size=4))
    history = np.array([list(model).index(item) for item in had], np.int32)
    scores = placed(
        space, np.array(list(model.values()), np.float32), shares=False, history=history
    )
    assert by_id(space, scores) == pytest.approx(
        model | expected_worth(rows, model, had), rel=1e-4, abs=1e-30
    )


@given(rows=ROWS, model=MODEL.filter(lambda model: sum(model.values()) > 1e-3))
def test_shares_sum_to_one_and_keep_their_proportions(
    rows: dict[str, Row], model: dict[str, float]
) -> None:
    whole = sum(model.values())
    model = {item: score / whole for item, score in model.items()}
    every = model | expected_worth(rows, model)
    space = space_of(list(model), rows)
    scores = placed(space, np.array(list(model.values()), np.float32), shares=True)
    total = sum(every.values())
    assert scores.sum() == pytest.approx(1, abs=1e-5)
    expected = {item: score / total for item, score in every.items()}
    assert by_id(space, scores) == pytest.approx(expected, rel=1e-4, abs=1e-30)


@given(rows=ROWS, model=MODEL, banned=st.sets(st.sampled_from(IDS)))
def test_what_cannot_be_recommended_counts_as_nothing(
    rows: dict[str, Row], model: dict[str, float], banned: set[str]
) -> None:
    space = space_of(list(model), rows)
    found = newcomers(space)
    scores = np.zeros(len(space), np.float32)
    for item, at in zip(model, space.of_model, strict=True):
        scores[at] = -np.inf if item in banned else model[item]
    left = {item: 0.0 if item in banned else score for item, score in model.items()}
    worth = dict(zip((space.id(int(at)) for at in found.rows), found.worth(scores), strict=True))
    assert worth == pytest.approx(expected_worth(rows, left), rel=1e-5, abs=1e-30)


@settings(max_examples=50)
@given(rows=ROWS, model=MODEL, banned=st.sets(st.sampled_from(IDS)), bad=st.sampled_from([0, 1]))
def test_shares_are_numbers_whatever_a_model_says(
    rows: dict[str, Row], model: dict[str, float], banned: set[str], bad: int
) -> None:
    space = space_of(list(model), rows)
    never = (-np.inf, np.nan)[bad]
    of_model = [never if item in banned else score for item, score in model.items()]
    scores = placed(space, np.array(of_model, np.float32), shares=True)
    found = by_id(space, scores)
    assert {item for item, score in found.items() if score == -np.inf} == banned & set(model)
    assert not np.isnan(scores).any()
    left = scores[np.isfinite(scores)]
    if set(rows) - set(model) and left.sum() > 0:
        assert left.sum() == pytest.approx(1, abs=1e-4)
