"""The offline metrics of GetSolutionMetrics, over all held-out users at once.

Definitions: https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html.
`hits` is `[users, depth]`: whether the item at each place of a user's list is in that user's truth;
`relevant` is `[users]`: how many distinct items the truth holds.
"""

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]

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


def hits_of(ranked: NDArray[np.int32], truth: NDArray[np.int64], width: int) -> Hits:
    """`[users, depth]` from item codes `ranked` (-1 where a list is short).

    `truth` holds `user * width + item` for every pair of a place in `ranked` and a true item;
    `width` is at least the number of items.
    """
    keys = np.arange(len(ranked), dtype=np.int64)[:, None] * width + ranked
    return np.asarray((ranked >= 0) & np.isin(keys, truth))


def ndcg(hits: Hits, relevant: NDArray[np.int64], cutoff: int) -> float:
    """Normalised discounted cumulative gain, binary relevance, discount 1/log2(1 + place).

    The ideal list holds `min(relevant, cutoff)` hits at its head (Järvelin & Kekäläinen 2002).
    """
    discounts = 1 / np.log2(np.arange(2, cutoff + 2))
    gains = hits[:, :cutoff] @ discounts[: hits.shape[1]]
    ideal = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(relevant, cutoff)]
    return _mean(np.divide(gains, ideal, out=np.zeros(len(gains)), where=ideal > 0))


def mean_reciprocal_rank(hits: Hits, cutoff: int) -> float:
    """The mean of 1 / (place of the first hit, from 1); 0 for a list without one."""
    head = hits[:, :cutoff]
    if not head.shape[1]:
        return 0.0
    return _mean(np.where(head.any(axis=1), 1 / (1 + head.argmax(axis=1)), 0.0))


def precision(hits: Hits, cutoff: int) -> float:
    """The mean share of hits among the first `cutoff` places, empty places counting as misses."""
    return _mean(hits[:, :cutoff].sum(axis=1) / cutoff)


def hit_rate(hits: Hits, cutoff: int) -> float:
    """The share of users with a hit among the first `cutoff` places."""
    return _mean(np.asarray(hits[:, :cutoff].any(axis=1)))


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
    pairs = np.unique(truth)
    hits = hits_of(ranked, pairs, items)
    relevant = np.bincount(pairs // max(items, 1), minlength=len(ranked))
    values = {
        "coverage": coverage(ranked, items),
        "mean_reciprocal_rank_at_25": mean_reciprocal_rank(hits, DEPTH),
    }
    for cutoff in CUTOFFS:
        values[f"normalized_discounted_cumulative_gain_at_{cutoff}"] = ndcg(hits, relevant, cutoff)
        values[f"precision_at_{cutoff}"] = precision(hits, cutoff)
    return {name: round(value, 4) for name, value in sorted(values.items())}


def _mean(values: NDArray[np.floating | np.bool_]) -> float:
    return float(values.mean()) if len(values) else 0.0
