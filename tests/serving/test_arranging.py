"""Where inserted items come to stand, and how many promoted ones do."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aisle.serving.arranging import interleaved
from aisle.serving.promotions import Promotion

ITEMS = st.lists(st.integers(0, 10_000), unique=True, max_size=30)


@given(items=ITEMS, inserted=st.integers(0, 30), seed=st.integers(0, 2**32 - 1))
def test_both_lists_are_there_once_each_in_its_own_order(
    items: list[int], inserted: int, seed: int
) -> None:
    first, second = items[inserted:], items[:inserted]
    together = interleaved(
        np.array(first, np.int64), np.array(second, np.int64), np.random.default_rng(seed)
    ).tolist()
    assert sorted(together) == sorted(items)
    assert [each for each in together if each in first] == first
    assert [each for each in together if each in second] == second


def test_every_place_is_taken_by_an_inserted_item_as_often() -> None:
    chance = np.random.default_rng(5)
    ranked, inserted = np.arange(4, dtype=np.int64), np.array([9], np.int64)
    places = [interleaved(ranked, inserted, chance).tolist().index(9) for _ in range(5000)]
    counts = np.bincount(places, minlength=5)
    assert counts.min() > 800
    assert counts.max() < 1200


@given(count=st.integers(0, 500), percent=st.integers(1, 100))
def test_the_percentage_of_places_is_rounded_up_and_never_more_than_there_are(
    count: int, percent: int
) -> None:
    places = Promotion(None, percent, "arn", {}).places(count)
    share = Fraction(count * percent, 100)
    assert share <= places < share + 1
    assert places <= count
