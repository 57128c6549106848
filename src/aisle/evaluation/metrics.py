"""The offline metrics of GetSolutionMetrics, over all held-out users at once.

Definitions: https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html.
`hits` is `[users, depth]`: whether the item at each place of a user's list is in that user's truth;
`relevant` is `[users]`: how many distinct items the truth holds.
"""

import numpy as np
from numpy.typing import NDArray

from aisle.data.distinct import distinct
from aisle.evaluation.list_metrics import Hits, ndcg, precision, reciprocal_rank

DEPTH = 25
"""Places of each list that the metrics look at."""
CUTOFFS = (5, 10, 25)
METRICS = (
    "coverage",
    "mean_reciprocal_rank_at_25",
    *(f"normalized_discounted_cumulative_gain_at_{cutoff}" for cutoff in CUTOFFS),
    *(f"precision_at_{cutoff}" for cutoff in CUTOFFS),
)
"""What every training of a recommending recipe measures, under the service's names."""
EVENT_WEIGHTS = "normalized_discounted_cumulative_gain_with_event_weights_at_k"
"""The service's name of NDCG where a solution has rules about events; k is `DEPTH`."""
UNWEIGHED = f"normalized_discounted_cumulative_gain_at_{DEPTH}"
"""What it is where all events weigh the same."""


def hits_of(ranked: NDArray[np.int32], truth: NDArray[np.int64], width: int) -> Hits:
    """`[users, depth]` from item codes `ranked` (-1 where a list is short).

    `truth` holds `user * width + item` for every pair of a place in `ranked` and a true item;
    `width` is at least the number of items.
    """
    keys = np.arange(len(ranked), dtype=np.int64)[:, None] * width + ranked
    return np.asarray((ranked >= 0) & np.isin(keys, truth))


def coverage(ranked: NDArray[np.int32], items: int) -> float:
    """The share of the catalogue that is in at least one of the lists."""
    return len(np.unique(ranked[ranked >= 0])) / items if items else 0.0


def solution_metrics(
    ranked: NDArray[np.int32], truth: NDArray[np.int64], items: int
) -> dict[str, float]:
    """Every metric under the service's name, rounded to four decimals.

    `ranked` is `[users, 25]` item codes, best first, -1 where a list is short; `truth` holds
    `user * items + item`, repetitions allowed. Every user has a true item.
    """
    pairs = distinct(truth)
    hits = hits_of(ranked, pairs, items)
    relevant = np.bincount(pairs // max(items, 1), minlength=len(ranked))
    values = {
        "coverage": coverage(ranked, items),
        "mean_reciprocal_rank_at_25": _mean(reciprocal_rank(hits, DEPTH)),
    }
    for cutoff in CUTOFFS:
        gain = _mean(ndcg(hits, relevant, cutoff))
        values[f"normalized_discounted_cumulative_gain_at_{cutoff}"] = gain
        values[f"precision_at_{cutoff}"] = _mean(precision(hits, cutoff))
    return {name: round(value, 4) for name, value in sorted(values.items())}


def weighed_ndcg(
    ranked: NDArray[np.int32], truth: NDArray[np.int64], weights: NDArray[np.float32], items: int
) -> float:
    """NDCG where a hit gains the weight of the event, the heaviest of those with its item.

    As `solution_metrics`; `weights` are those of `truth`. The ideal list has the heaviest first.
    """
    pairs, of_pair = np.unique(truth, return_inverse=True)
    gain = np.zeros(len(pairs))
    np.maximum.at(gain, of_pair, weights)
    keys = np.arange(len(ranked), dtype=np.int64)[:, None] * items + ranked
    at = np.searchsorted(pairs, keys).clip(max=max(len(pairs) - 1, 0))
    gains = np.where(hits_of(ranked, pairs, items), gain[at], 0.0) if len(pairs) else keys * 0.0
    user = pairs // max(items, 1)
    heaviest = np.lexsort((-gain, user))
    place = np.arange(len(pairs)) - np.searchsorted(user, user)
    ideal = np.bincount(user, gain[heaviest] * _discounts(place), len(ranked))
    return round(_mean((gains * _discounts(np.arange(ranked.shape[1]))).sum(axis=1) / ideal), 4)


def _discounts(place: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of places from 0; nothing beyond `DEPTH`."""
    return np.where(place < DEPTH, 1 / np.log2(place + 2.0), 0.0)


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 0.0
