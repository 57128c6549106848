import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.registry import recipes
from aisle.recipes.trending import decayed
from tests.recipes.sample import of_sequences, quiet

RECIPE = recipes()["aws-trending-now"]
NOBODY = Query(np.empty(0, np.int32), np.empty(0, np.int64), now=0.0)


@given(
    st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=6), min_size=1, max_size=6),
    st.floats(0.5, 10),
)
def test_a_user_counts_by_the_age_of_the_last_event_with_an_item(
    sequences: list[list[int]], half_life: float
) -> None:
    data = of_sequences(sequences)
    newest = max(len(sequence) for sequence in sequences) - 1
    expected = dict.fromkeys(data.items, 0.0)
    for sequence in sequences:
        for number in set(sequence):
            last = max(place for place, item in enumerate(sequence) if item == number)
            expected[f"i{number:03}"] += 0.5 ** ((newest - last) / half_life)
    total = sum(expected.values())
    shares = [value / total for value in expected.values()]
    assert decayed(data, half_life) == pytest.approx(shares, rel=1e-5)


def test_the_frequency_decides_what_is_late() -> None:
    often_before = [[0, 0]] * 30 + [[2] * 7200 + [1]] * 20
    data = of_sequences(often_before)

    def best(frequency: str) -> str:
        config = Config(features={"trend_discovery_frequency": frequency})
        model = RECIPE.fit(TrainingData(data), config, quiet)
        return model.items[int(model.score(NOBODY).argmax())]

    assert best("30 minutes") == "i001"
    assert best("1 day") == "i000"


def test_a_frequency_that_the_service_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="trend_discovery_frequency must be one of 30 minutes"):
        RECIPE.check_features({"trend_discovery_frequency": "1 week"})
