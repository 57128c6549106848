"""Each metric of a list against its definition, word by word, in plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, ndcg_score

from aisle.evaluation import list_metrics
from aisle.evaluation.list_metrics import Hits

Lists = list[tuple[list[bool], int]]


@st.composite
def judged(draw: st.DrawFn) -> Lists:
    """Lists of one depth, each with the number of relevant items, found or not."""
    depth = draw(st.integers(1, 12))
    one = st.tuples(st.lists(st.booleans(), min_size=depth, max_size=depth), st.integers(0, 5))
    lists = draw(st.lists(one, min_size=1, max_size=5))
    return [(hits, max(1, sum(hits) + missed)) for hits, missed in lists]


CUTOFF = st.integers(1, 15)


def arrays(lists: Lists) -> tuple[Hits, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    return np.array([hits for hits, _ in lists]), np.array([count for _, count in lists])


@settings(max_examples=40)
@given(judged(), CUTOFF)
def test_hit_precision_recall_and_reciprocal_rank(lists: Lists, k: int) -> None:
    hits, relevant = arrays(lists)
    for row, (one, count) in enumerate(lists):
        places = [place for place, is_hit in enumerate(one[:k], 1) if is_hit]
        assert list_metrics.hit(hits, k)[row] == (1.0 if places else 0.0)
        assert list_metrics.precision(hits, k)[row] == pytest.approx(len(places) / k)
        assert list_metrics.recall(hits, relevant, k)[row] == pytest.approx(len(places) / count)
        assert list_metrics.reciprocal_rank(hits, k)[row] == (1 / places[0] if places else 0.0)


@settings(max_examples=40)
@given(judged(), CUTOFF)
def test_average_precision(lists: Lists, k: int) -> None:
    hits, relevant = arrays(lists)
    for row, (one, count) in enumerate(lists):
        total = 0.0
        for place in range(1, min(k, len(one)) + 1):
            if one[place - 1]:
                total += sum(one[:place]) / place
        expected = total / min(count, k)
        assert list_metrics.average_precision(hits, relevant, k)[row] == pytest.approx(expected)


@settings(max_examples=40)
@given(judged(), CUTOFF)
def test_ndcg(lists: Lists, k: int) -> None:
    hits, relevant = arrays(lists)
    for row, (one, count) in enumerate(lists):
        gain = sum(1 / math.log2(1 + p) for p, is_hit in enumerate(one[:k], 1) if is_hit)
        best = sum(1 / math.log2(1 + p) for p in range(1, min(count, k) + 1))
        assert list_metrics.ndcg(hits, relevant, k)[row] == pytest.approx(gain / best)


@settings(max_examples=40)
@given(judged(), CUTOFF)
def test_the_published_ndcg_is_that_of_the_samples_code(lists: Lists, k: int) -> None:
    def dcg(relevance: list[bool]) -> float:
        return sum(
            float(is_hit) / max(1.0, math.log2(place)) for place, is_hit in enumerate(relevance, 1)
        )

    hits, _ = arrays(lists)
    for row, (one, _) in enumerate(lists):
        ideal = dcg(sorted(one, reverse=True)[:k])
        expected = dcg(one[:k]) / ideal if ideal else 0.0
        assert list_metrics.ndcg_published(hits, k)[row] == pytest.approx(expected)


@settings(max_examples=30)
@given(st.lists(st.booleans(), min_size=2, max_size=12).filter(any))
def test_whole_rankings_have_the_ndcg_and_average_precision_of_scikit_learn(
    one: list[bool],
) -> None:
    hits, relevant = np.array([one]), np.array([sum(one)])
    scores = -np.arange(len(one), dtype=float)
    assert list_metrics.ndcg(hits, relevant, len(one))[0] == pytest.approx(
        ndcg_score([[float(is_hit) for is_hit in one]], [scores])
    )
    assert list_metrics.average_precision(hits, relevant, len(one))[0] == pytest.approx(
        average_precision_score(one, scores)
    )
