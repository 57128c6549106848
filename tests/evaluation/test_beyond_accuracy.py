"""What lists are like, against plain loops."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from aisle.evaluation.beyond_accuracy import cold_share, diversity, exposure, gini, novelty

ITEMS = 8
LISTS = st.lists(st.lists(st.integers(0, ITEMS - 1), unique=True, max_size=5), min_size=1)
COUNTS = st.lists(st.integers(0, 20), min_size=ITEMS, max_size=ITEMS)


def ranked(lists: list[list[int]]) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    found = np.full((len(lists), 5), -1, np.int32)
    for row, items in enumerate(lists):
        found[row, : len(items)] = items
    return found


@settings(max_examples=30)
@given(COUNTS)
def test_gini_is_the_mean_difference_over_twice_the_mean(counts: list[int]) -> None:
    differences = sum(abs(one - other) for one in counts for other in counts)
    expected = differences / (2 * len(counts) * sum(counts)) if sum(counts) else 0.0
    assert gini(np.array(counts)) == pytest.approx(expected)


@settings(max_examples=30)
@given(LISTS)
def test_exposure_counts_places(lists: list[list[int]]) -> None:
    places = [item for items in lists for item in items]
    assert exposure(ranked(lists), ITEMS).tolist() == [places.count(item) for item in range(ITEMS)]


@settings(max_examples=30)
@given(LISTS, COUNTS)
def test_novelty_is_the_mean_self_information(lists: list[list[int]], counts: list[int]) -> None:
    found = novelty(ranked(lists), np.array(counts), 20)
    cold = cold_share(ranked(lists), np.array(counts))
    for row, items in enumerate(lists):
        if items:
            bits = sum(-math.log2(max(counts[item], 1) / 20) for item in items)
            assert found[row] == pytest.approx(bits / len(items))
            assert cold[row] == sum(counts[item] == 0 for item in items) / len(items)
        else:
            assert math.isnan(found[row])


@settings(max_examples=30)
@given(
    LISTS,
    st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=ITEMS, max_size=ITEMS),
)
def test_diversity_is_the_mean_distance_of_pairs(
    lists: list[list[int]], vectors: list[list[int]]
) -> None:
    def cosine(one: list[int], other: list[int]) -> float:
        lengths = math.hypot(*one) * math.hypot(*other)
        return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0

    found = diversity(ranked(lists), sparse.csr_array(np.array(vectors, float)))
    for row, items in enumerate(lists):
        pairs = list(combinations(items, 2))
        if pairs:
            far = sum(1 - cosine(vectors[one], vectors[other]) for one, other in pairs)
            assert found[row] == pytest.approx(far / len(pairs))
        else:
            assert math.isnan(found[row])
