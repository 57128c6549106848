import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from aisle.evaluation.list_metrics import hit, ndcg
from aisle.evaluation.metrics import DEPTH, hits_of, solution_metrics, weighed_ndcg

ITEMS = 40

_USERS = st.lists(
    st.tuples(
        st.lists(st.integers(0, ITEMS - 1), unique=True, max_size=DEPTH),
        st.lists(st.integers(0, ITEMS - 1), min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=6,
)


def literal(lists: list[tuple[list[int], list[int]]]) -> dict[str, float]:
    """The definitions word by word."""

    def of_user(ranked: list[int], truth: set[int]) -> dict[str, float]:
        places = [place for place, item in enumerate(ranked, 1) if item in truth]
        values = {"mean_reciprocal_rank_at_25": 1 / places[0] if places else 0.0}
        for k in (5, 10, 25):
            found = [place for place in places if place <= k]
            gain = sum(1 / math.log2(1 + place) for place in found)
            ideal = sum(1 / math.log2(1 + place) for place in range(1, min(k, len(truth)) + 1))
            values[f"normalized_discounted_cumulative_gain_at_{k}"] = gain / ideal
            values[f"precision_at_{k}"] = len(found) / k
        return values

    users = [of_user(ranked, set(truth)) for ranked, truth in lists]
    means = {name: sum(user[name] for user in users) / len(users) for name in users[0]}
    return means | {"coverage": len({item for ranked, _ in lists for item in ranked}) / ITEMS}


@given(_USERS)
def test_metrics_are_the_literal_definitions(lists: list[tuple[list[int], list[int]]]) -> None:
    ranked = np.full((len(lists), DEPTH), -1, np.int32)
    for row, (items, _) in enumerate(lists):
        ranked[row, : len(items)] = items
    truth = np.array([row * ITEMS + item for row, (_, items) in enumerate(lists) for item in items])
    measured = solution_metrics(ranked, truth, ITEMS)
    expected = literal(lists)
    assert measured.keys() == expected.keys()
    for name, value in expected.items():
        assert measured[name] == pytest.approx(value, abs=0.00005001), name


@given(st.permutations(range(12)), st.sets(st.integers(0, 11), min_size=1))
def test_ndcg_of_a_full_ranking_is_that_of_scikit_learn(order: list[int], truth: set[int]) -> None:
    relevance = np.array([[float(item in truth) for item in range(12)]])
    scores = np.zeros((1, 12))
    scores[0, order] = np.arange(12, 0, -1)
    hits = relevance[:, order] > 0
    for cutoff in (1, 5, 12):
        ours = ndcg(hits, np.array([len(truth)]), cutoff)[0]
        assert ours == pytest.approx(ndcg_score(relevance, scores, k=cutoff))


_WEIGHED = st.tuples(
    st.permutations(range(ITEMS)),
    st.lists(
        st.tuples(st.integers(0, ITEMS - 1), st.sampled_from([0.5, 1.0, 2.5])),
        min_size=1,
        max_size=35,
    ),
)


@given(st.lists(_WEIGHED, min_size=1, max_size=4))
def test_ndcg_with_event_weights_is_that_of_scikit_learn_with_graded_relevance(
    users: list[tuple[list[int], list[tuple[int, float]]]],
) -> None:
    relevance, scores = np.zeros((len(users), ITEMS)), np.zeros((len(users), ITEMS))
    for row, (order, events) in enumerate(users):
        scores[row, order] = np.arange(ITEMS, 0, -1)
        for item, weight in events:
            relevance[row, item] = max(relevance[row, item], weight)
    ranked = np.array([order[:DEPTH] for order, _ in users], np.int32)
    truth = [row * ITEMS + item for row, (_, events) in enumerate(users) for item, _ in events]
    weights = np.array([weight for _, events in users for _, weight in events], np.float32)
    found = weighed_ndcg(ranked, np.array(truth), weights, ITEMS)
    assert found == pytest.approx(ndcg_score(relevance, scores, k=DEPTH), abs=0.00005001)


def test_a_short_list_never_hits_beyond_its_end() -> None:
    ranked = np.array([[0, -1], [-1, -1]], np.int32)
    hits = hits_of(ranked, np.array([0, 1, 2, 5]), 3)
    assert hits.tolist() == [[True, False], [False, False]]
    assert hit(hits, 2).tolist() == [1.0, 0.0]


def test_nobody_held_out_measures_zero() -> None:
    nobody = solution_metrics(np.empty((0, DEPTH), np.int32), np.empty(0, np.int64), 3)
    assert set(nobody.values()) == {0.0}
