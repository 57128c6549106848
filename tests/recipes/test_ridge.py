import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aisle.recipes import ridge

ITEMS = 6
_SEQUENCES = st.lists(
    st.lists(st.integers(0, ITEMS - 1), min_size=1, max_size=12), min_size=1, max_size=5
)


def literal(
    sequences: list[list[int]], decay: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """H and Y, one row for every position that has a next item."""
    features, targets = [], []
    for sequence in sequences:
        for position in range(len(sequence) - 1):
            row = np.zeros(ITEMS)
            for back, weight in enumerate(decay):
                if position - back >= 0:
                    row[sequence[position - back]] += weight
            features.append(row)
            targets.append(np.eye(ITEMS)[sequence[position + 1]])
    return np.reshape(features, (-1, ITEMS)), np.reshape(targets, (-1, ITEMS))


@settings(deadline=None)
@given(_SEQUENCES, st.integers(1, 5))
def test_pairs_add_up_to_the_dense_products(sequences: list[list[int]], length: int) -> None:
    decay = (1 / np.arange(1, length + 1)).astype(np.float32)
    features, targets = literal(sequences, decay)
    offsets = np.cumsum([0, *map(len, sequences)])
    item = np.array([item for sequence in sequences for item in sequence], np.int32)
    gram, cross = ridge.accumulate(offsets, item, ITEMS, decay)
    np.testing.assert_allclose(np.tril(gram), np.tril(features.T @ features), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(cross, features.T @ targets, rtol=1e-5, atol=1e-6)


@settings(deadline=None)
@given(_SEQUENCES, st.integers(1, 5))
def test_transitions_are_the_products_with_the_diagonal_alone(
    sequences: list[list[int]], length: int
) -> None:
    decay = (1 / np.arange(1, length + 1)).astype(np.float32)
    features, targets = literal(sequences, decay)
    offsets = np.cumsum([0, *map(len, sequences)])
    item = np.array([item for sequence in sequences for item in sequence], np.int32)
    columns, values, mass = ridge.transitions(offsets, item, ITEMS, decay, ridge=2.0, kept=ITEMS)
    found = np.zeros((ITEMS, ITEMS))
    for row in range(ITEMS):
        there = columns[row] >= 0
        found[row, columns[row, there]] = values[row, there]
    # An item counts in the diagonal as often as it looks ahead, without its products with itself.
    alone = np.zeros(ITEMS)
    for sequence in sequences:
        for at, source in enumerate(sequence[:-1]):
            alone[source] += (decay[: len(sequence) - 1 - at] ** 2).sum()
    expected = (features.T @ targets) / (alone + 2.0)[:, None]
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-5)
    np.testing.assert_allclose(mass, alone + 2.0, rtol=1e-5)


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
