"""Each baseline against its definition, computed another way."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.offline import baselines
from aisle.recipes.base import Query

USERS, ITEMS = 60, 12


@pytest.fixture(scope="module")
def data() -> Interactions:
    rng = np.random.default_rng(5)
    rows = [
        (f"u{rng.integers(USERS):02}", f"i{min(int(rng.exponential(3.0)), ITEMS - 1):02}", time)
        for time in range(400)
    ]
    return Interactions.from_frame(
        pl.DataFrame(rows, schema=["USER_ID", "ITEM_ID", "TIMESTAMP"], orient="row")
    )


def matrix(data: Interactions) -> NDArray[np.float64]:
    """`[users, items]` 1 where the user had the item."""
    found = np.zeros((len(data.users), len(data.items)))
    found[data.user_of_rows(), data.item] = 1.0
    return found


def asked(*items: int) -> Query:
    return Query(np.array(items, np.int32), np.arange(len(items)), 1000.0)


def test_popularity_counts_users_not_events(data: Interactions) -> None:
    users = matrix(data).sum(axis=0)
    scores = baselines.most_popular(data, 0)(asked())
    assert scores == pytest.approx(users / users.sum(), abs=1e-6)


def test_recent_popularity_counts_the_newest_tenth_of_the_events(data: Interactions) -> None:
    newest = matrix(data.where(data.timestamp >= 360)).sum(axis=0)
    scores = baselines.recently_popular(data, 0)(asked())
    assert scores == pytest.approx(newest / newest.sum(), abs=1e-5)


def test_item_knn_sums_cosines_over_the_history(data: Interactions) -> None:
    had = matrix(data)
    cosines = had.T @ had / np.sqrt(np.outer(had.sum(axis=0), had.sum(axis=0)))
    np.fill_diagonal(cosines, 0.0)
    scores = baselines.item_knn(data, 0)(asked(1, 4))
    assert scores == pytest.approx(cosines[1] + cosines[4], abs=1e-5)


def test_ease_is_the_least_squares_solution_without_a_diagonal(data: Interactions) -> None:
    had = matrix(data)
    scores = np.array([baselines.ease(data, 0)(asked(item)) for item in range(len(data.items))])
    for target in range(len(data.items)):
        others = np.delete(np.arange(len(data.items)), target)
        gram = had[:, others].T @ had[:, others] + baselines.EASE_LAMBDA * np.eye(len(others))
        weights = np.linalg.solve(gram, had[:, others].T @ had[:, target])
        assert scores[others, target] == pytest.approx(weights, abs=1e-6)
        assert scores[target, target] == 0.0


def test_chance_differs_from_list_to_list_and_not_from_run_to_run(data: Interactions) -> None:
    first, again = baselines.random_order(data, 3), baselines.random_order(data, 3)
    one, two = first(asked()), first(asked())
    assert not np.array_equal(one, two)
    assert np.array_equal(one, again(asked()))
    assert np.array_equal(two, again(asked()))
