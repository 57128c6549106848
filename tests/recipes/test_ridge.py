from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aisle.recipes import ridge

ITEMS = 6
_EVENTS = st.tuples(st.integers(0, ITEMS - 1), st.sampled_from([0.25, 1.0, 3.0]))
_SEQUENCES = st.lists(st.lists(_EVENTS, min_size=1, max_size=12), min_size=1, max_size=5)

Sequences = list[list[tuple[int, float]]]
"""By user, of events: an item and a weight."""
Floats = NDArray[np.float64]


def literal(
    sequences: Sequences, decay: NDArray[np.float32], *, weighted: bool
) -> tuple[Floats, Floats, Floats]:
    """H, Y and W's diagonal, one row for every position that has a next item."""
    features, targets, weights = [], [], []
    for sequence in sequences:
        for position in range(len(sequence) - 1):
            row = np.zeros(ITEMS)
            for back, part in enumerate(decay):
                if position - back >= 0:
                    row[sequence[position - back][0]] += part
            item, weight = sequence[position + 1]
            features.append(row)
            targets.append(np.eye(ITEMS)[item])
            weights.append(weight if weighted else 1.0)
    return (
        np.reshape(features, (-1, ITEMS)),
        np.reshape(targets, (-1, ITEMS)),
        np.array(weights),
    )


def flat(
    sequences: Sequences,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Offsets, items and weights of all events."""
    events = [event for sequence in sequences for event in sequence]
    offsets = np.cumsum([0, *map(len, sequences)])
    items, weights = zip(*events, strict=True)
    return offsets, np.array(items, np.int32), np.array(weights, np.float32)


@settings(deadline=None)
@given(sequences=_SEQUENCES, length=st.integers(1, 5), weighted=st.booleans())
def test_pairs_add_up_to_the_dense_products(
    sequences: Sequences, length: int, *, weighted: bool
) -> None:
    decay = (1 / np.arange(1, length + 1)).astype(np.float32)
    features, targets, weights = literal(sequences, decay, weighted=weighted)
    offsets, item, weight = flat(sequences)
    gram, cross = ridge.accumulate(offsets, item, ITEMS, decay, weight if weighted else None)
    left = features.T * weights
    np.testing.assert_allclose(np.tril(gram), np.tril(left @ features), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(cross, left @ targets, rtol=1e-5, atol=1e-6)


@settings(deadline=None)
@given(sequences=_SEQUENCES, length=st.integers(1, 5), weighted=st.booleans())
def test_transitions_are_the_products_with_the_diagonal_alone(
    sequences: Sequences, length: int, *, weighted: bool
) -> None:
    decay = (1 / np.arange(1, length + 1)).astype(np.float32)
    features, targets, weights = literal(sequences, decay, weighted=weighted)
    offsets, item, weight = flat(sequences)
    columns, values, mass = ridge.transitions(
        offsets, item, ITEMS, decay, ridge=2.0, kept=ITEMS, weight=weight if weighted else None
    )
    found = np.zeros((ITEMS, ITEMS))
    for row in range(ITEMS):
        there = columns[row] >= 0
        found[row, columns[row, there]] = values[row, there]
    # An item counts in the diagonal as often as it looks ahead, without its products with itself.
    alone = np.zeros(ITEMS)
    for sequence in sequences:
        for at, (source, _) in enumerate(sequence):
            for (_, counts), part in zip(sequence[at + 1 :], decay, strict=False):
                alone[source] += part**2 * (counts if weighted else 1.0)
    expected = (features.T * weights @ targets) / (alone + 2.0)[:, None]
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-5)
    np.testing.assert_allclose(mass, alone + 2.0, rtol=1e-5)


@settings(deadline=None)
@given(
    sequences=_SEQUENCES,
    gaps=st.lists(st.integers(0, 3), min_size=40, max_size=40),
    weighted=st.booleans(),
)
def test_transitions_fade_by_the_days_between(
    sequences: Sequences, gaps: list[int], *, weighted: bool
) -> None:
    decay, fading = np.array([1.0, 0.5, 0.25], np.float32), np.array([1, 0.6, 0.1], np.float32)
    offsets, item, weight = flat(sequences)
    day = np.cumsum(np.resize(gaps, len(item))).astype(np.int32)
    if not weighted:
        weight = np.ones_like(weight)
    columns, values, mass = ridge.transitions(
        offsets,
        item,
        ITEMS,
        decay,
        ridge=2.0,
        kept=ITEMS,
        weight=weight if weighted else None,
        day=day,
        fading=fading,
    )
    sums, squares = np.zeros((ITEMS, ITEMS)), np.full(ITEMS, 2.0)
    for first, stop in pairwise(offsets.tolist()):
        for at in range(first, stop):
            for ahead in range(at + 1, min(stop, at + 4)):
                part = decay[ahead - at - 1] * fading[min(int(day[ahead] - day[at]), 2)]
                sums[item[at], item[ahead]] += weight[ahead] * part
                squares[item[at]] += weight[ahead] * part**2
    found = np.zeros((ITEMS, ITEMS))
    for row in range(ITEMS):
        there = columns[row] >= 0
        found[row, columns[row, there]] = values[row, there]
    np.testing.assert_allclose(found, sums / squares[:, None], rtol=2e-3, atol=1e-5)
    np.testing.assert_allclose(mass, squares, rtol=1e-5)


def test_the_largest_transitions_are_kept() -> None:
    rng = np.random.default_rng(0)
    item = rng.integers(0, 30, 400).astype(np.int32)
    offsets = np.arange(0, 401, 20)
    decay = np.array([1.0, 0.5, 0.25], np.float32)
    whole = ridge.transitions(offsets, item, 30, decay, ridge=1.0, kept=30)
    cut = ridge.transitions(offsets, item, 30, decay, ridge=1.0, kept=4)
    for row in range(30):
        all_of_row = np.sort(whole[1][row])[::-1]
        np.testing.assert_array_equal(np.sort(cut[1][row])[::-1], all_of_row[:4])


@pytest.mark.parametrize("count", [5, 1500])
def test_the_upper_half_is_folded_into_the_lower(count: int) -> None:
    matrix = np.random.default_rng(0).random((count, count), np.float32)
    before = matrix.copy()
    ridge.fold(matrix)
    np.testing.assert_allclose(np.tril(matrix), np.tril(before + before.T))


def test_positions_count_as_much_as_what_they_predict() -> None:
    random = np.random.default_rng(3)
    sequences: Sequences = [
        [(int(random.integers(ITEMS)), float(random.choice([0.2, 4.0]))) for _ in range(20)]
        for _ in range(8)
    ]
    decay = np.array([1.0, 0.5, 0.25], np.float32)
    features, targets, weights = literal(sequences, decay, weighted=True)
    root = np.sqrt(weights)[:, None]
    stacked = np.vstack([root * features, np.sqrt(1.5) * np.eye(ITEMS)])
    expected, *_ = np.linalg.lstsq(stacked, np.vstack([root * targets, np.zeros((ITEMS, ITEMS))]))
    offsets, item, weight = flat(sequences)
    solution = ridge.solve(*ridge.accumulate(offsets, item, ITEMS, decay, weight), 1.5)
    np.testing.assert_allclose(solution, expected, rtol=1e-3, atol=1e-4)


def test_the_solution_is_that_of_regularised_least_squares() -> None:
    random = np.random.default_rng(1)
    features, targets = random.random((50, 8)), random.random((50, 8))
    stacked = np.vstack([features, np.sqrt(2.5) * np.eye(8)])
    expected, *_ = np.linalg.lstsq(stacked, np.vstack([targets, np.zeros((8, 8))]))
    gram = (features.T @ features).astype(np.float32)
    solution = ridge.solve(gram, (features.T @ targets).astype(np.float32), 2.5)
    np.testing.assert_allclose(solution, expected, rtol=1e-3, atol=1e-4)


def test_a_matrix_that_is_not_positive_definite_is_refused() -> None:
    with pytest.raises(ValueError, match="raise ridge_lambda=1"):
        ridge.solve(-5 * np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32), 1.0)


def test_the_strongest_entries_are_kept_with_the_diagonal() -> None:
    matrix = np.random.default_rng(2).normal(size=(30, 30)).astype(np.float32)
    np.fill_diagonal(matrix, 0.001)
    columns, values = ridge.strongest(matrix, 5)
    for row in range(30):
        others = sorted(set(range(30)) - {row}, key=lambda column: -abs(matrix[row, column]))
        assert set(columns[row]) == {row, *others[:4]}
        np.testing.assert_allclose(values[row], matrix[row, columns[row]], rtol=1e-3)


def test_weights_too_small_to_multiply_list_an_item_once() -> None:
    random = np.random.default_rng(2)
    item = random.integers(0, ITEMS, 400).astype(np.int32)
    weight = np.full(400, 1e-44, np.float32)
    decay = (1 / np.arange(1, 21)).astype(np.float32)
    columns, _, _ = ridge.transitions(
        np.array([0, 200, 400]),
        item,
        ITEMS,
        decay,
        ridge=1.0,
        kept=ITEMS,
        weight=weight,
        day=np.zeros(400, np.int32),
        fading=np.ones(1, np.float32),
    )
    assert [sorted(row) for row in columns.tolist()] == [list(range(ITEMS))] * ITEMS
