from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.popularity import PopularityModel, PopularityRecipe, unique_users
from tests.recipes.sample import of_sequences, quiet

RECIPE = PopularityRecipe(name="aws-popularity-count", description="")
ANYBODY = Query(np.empty(0, np.int32), np.empty(0, np.int64), 0.0)


def test_a_score_is_the_share_of_unique_users() -> None:
    model = RECIPE.fit(TrainingData(of_sequences([[0, 0, 0, 1], [1], [1, 2]])), Config(), quiet)
    np.testing.assert_allclose(model.score(ANYBODY), [0.2, 0.6, 0.2])


def test_a_user_counts_by_the_heaviest_event_with_an_item(tmp_path: Path) -> None:
    data = of_sequences([[0, 1, 0, 1], [1], [1, 2]])
    weight = np.array([0.5, 0.5, 4.0, 0.5, 1.0, 2.0, 0.25], np.float32)
    model = RECIPE.fit(TrainingData(replace(data, weight=weight)), Config(), quiet)
    model.save(tmp_path)
    for one in (model, PopularityModel.load(tmp_path)):
        np.testing.assert_allclose(one.score(ANYBODY), np.array([4.0, 3.5, 0.25]) / 7.75)


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(0, 4), max_size=6), min_size=1, max_size=5))
def test_users_are_counted_once_an_item(sequences: list[list[int]]) -> None:
    data = of_sequences(sequences)
    sets = [
        {data.items[code] for code in data.item[data.rows_of(u)]} for u in range(len(data.users))
    ]
    expected = [sum(item in mine for mine in sets) for item in data.items]
    assert unique_users(data).tolist() == expected


def test_what_is_saved_scores_the_same(tmp_path: Path) -> None:
    model = RECIPE.fit(TrainingData(of_sequences([[0, 1], [1]])), Config(), quiet)
    model.save(tmp_path)
    loaded = PopularityModel.load(tmp_path)
    np.testing.assert_array_equal(loaded.score(ANYBODY), model.score(ANYBODY))


def test_scores_are_the_callers_to_change() -> None:
    model = RECIPE.fit(TrainingData(of_sequences([[0, 1], [1]])), Config(), quiet)
    model.score(ANYBODY)[:] = 0
    assert model.score(ANYBODY).sum() == pytest.approx(1)


def test_there_is_nothing_to_set() -> None:
    with pytest.raises(ValueError, match=r"Unknown hyperparameter x: .* the recipe has none"):
        RECIPE.fit(TrainingData(of_sequences([[0]])), Config({"x": "1"}), quiet)
