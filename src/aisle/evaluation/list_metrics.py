"""Accuracy of each list by itself; means and intervals are taken over these values.

`hits` is `[lists, depth]`: whether the item at each place of a list is relevant. `relevant` is
`[lists]`: how many distinct items are. Every function gives `[lists]` values from 0 to 1.
"""

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]
Values = NDArray[np.float64]


def hit(hits: Hits, cutoff: int) -> Values:
    """Whether there is a hit among the first `cutoff` places; its mean is the hit rate, HR."""
    return np.asarray(hits[:, :cutoff].any(axis=1), np.float64)


def ndcg(hits: Hits, relevant: NDArray[np.int64], cutoff: int) -> Values:
    """Normalised discounted cumulative gain, binary relevance, discount 1/log2(1 + place).

    The ideal list holds `min(relevant, cutoff)` hits at its head (Järvelin & Kekäläinen 2002).
    """
    discounts = 1 / np.log2(np.arange(2, cutoff + 2))
    return _normalised(hits, np.minimum(relevant, cutoff), discounts)


def ndcg_published(hits: Hits, cutoff: int) -> Values:
    """NDCG as the service's samples compute it: places 1 and 2 weigh the same, 1/log2(place) from
    there on, and the ideal is the list's own hits, at any depth, moved to its head.

    It is higher than `ndcg`; https://github.com/aws-samples/amazon-personalize-samples.
    """
    discounts = 1 / np.maximum(1.0, np.log2(np.arange(1, cutoff + 1)))
    return _normalised(hits, np.minimum(hits.sum(axis=1), cutoff), discounts)


def reciprocal_rank(hits: Hits, cutoff: int) -> Values:
    """1 / (place of the first hit, from 1); 0 for a list without one. Its mean is the MRR."""
    head = hits[:, :cutoff]
    if not head.shape[1]:
        return np.zeros(len(hits))
    return np.asarray(np.where(head.any(axis=1), 1 / (1 + head.argmax(axis=1)), 0.0))


def precision(hits: Hits, cutoff: int) -> Values:
    """The share of hits among the first `cutoff` places, empty places counting as misses."""
    return np.asarray(hits[:, :cutoff].sum(axis=1) / cutoff)


def recall(hits: Hits, relevant: NDArray[np.int64], cutoff: int) -> Values:
    """The share of the relevant items that are among the first `cutoff` places."""
    return np.asarray(hits[:, :cutoff].sum(axis=1) / np.maximum(relevant, 1))


def average_precision(hits: Hits, relevant: NDArray[np.int64], cutoff: int) -> Values:
    """The sum of the precisions at each hit over `min(relevant, cutoff)`; its mean is the MAP."""
    head = hits[:, :cutoff]
    precisions = np.cumsum(head, axis=1) / np.arange(1, head.shape[1] + 1)
    return np.asarray((precisions * head).sum(axis=1) / np.maximum(np.minimum(relevant, cutoff), 1))


def _normalised(hits: Hits, ideal: NDArray[np.int64], discounts: Values) -> Values:
    """Gains over those of a list with `ideal` hits at its head; 0 where that has none."""
    gains = hits[:, : len(discounts)] @ discounts[: hits.shape[1]]
    best = np.concatenate([[0.0], np.cumsum(discounts)])[ideal]
    return np.asarray(np.divide(gains, best, out=np.zeros(len(gains)), where=best > 0))
