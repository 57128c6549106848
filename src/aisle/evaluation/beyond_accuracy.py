"""What lists are like apart from hits: how much of the catalogue, how unusual, how varied.

`ranked` is `[lists, depth]` item codes, best first, -1 where a list is short or names an item that
the data do not know.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ranked = NDArray[np.int32]
Values = NDArray[np.float64]

_AT_ONCE = 512
"""Lists whose vectors are summed together."""


def exposure(ranked: Ranked, items: int) -> NDArray[np.int64]:
    """`[items]` places that each item has."""
    return np.bincount(ranked[ranked >= 0], minlength=items)


def gini(counts: NDArray[np.int64]) -> float:
    """The Gini coefficient: 0 where all items have the same exposure, near 1 where one has all."""
    total = counts.sum()
    if not total:
        return 0.0
    ordered = np.sort(counts)
    places = np.arange(1, len(counts) + 1)
    return float((2 * places - len(counts) - 1) @ ordered / (len(counts) * total))


def novelty(ranked: Ranked, users_of_item: NDArray[np.int64], users: int) -> Values:
    """`[lists]` mean self-information in bits, log2(users / users of the item), of the items.

    An item that nobody had counts as one that one user had. Zhou et al. (2010),
    https://doi.org/10.1073/pnas.1000488107. NaN for an empty list.
    """
    bits = np.log2(max(users, 1) / np.maximum(users_of_item, 1))
    return _mean_of_places(ranked, bits)


def cold_share(ranked: Ranked, users_of_item: NDArray[np.int64]) -> Values:
    """`[lists]` share of the items that nobody had in training. NaN for an empty list."""
    return _mean_of_places(ranked, (users_of_item == 0).astype(np.float64))


def diversity(ranked: Ranked, vectors: sparse.csr_array) -> Values:
    """`[lists]` mean over the pairs of a list of 1 - cosine of their `vectors` `[items, features]`.

    An item without a feature is like no other. NaN for a list of fewer than two items. Ziegler et
    al. (2005), https://doi.org/10.1145/1060745.1060754.
    """
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    scaled = sparse.diags_array(np.divide(1.0, lengths, where=lengths > 0, out=lengths.copy()))
    unit = sparse.csr_array(scaled @ vectors)
    own = (lengths > 0).astype(np.float64)
    found = [_diversity(ranked[at : at + _AT_ONCE], unit, own) for at in _starts(ranked)]
    return np.concatenate([np.empty(0), *found])


def _diversity(ranked: Ranked, unit: sparse.csr_array, own: Values) -> Values:
    """The squared length of a sum of unit vectors is their number plus twice all cosines."""
    lists, places = np.nonzero(ranked >= 0)
    codes = ranked[lists, places]
    shape = (len(ranked), unit.shape[0])
    members = sparse.csr_array((np.ones(len(codes)), (lists, codes)), shape)
    total = sparse.csr_array(members @ unit)
    squared = np.asarray(total.multiply(total).sum(axis=1)).ravel()
    cosines = (squared - np.bincount(lists, own[codes], len(ranked))) / 2
    counts = np.bincount(lists, minlength=len(ranked))
    pairs = counts * (counts - 1) / 2
    nothing = np.full(len(ranked), np.nan)
    return np.asarray(1 - np.divide(cosines, pairs, out=nothing, where=pairs > 0))


def _starts(ranked: Ranked) -> range:
    return range(0, len(ranked), _AT_ONCE)


def _mean_of_places(ranked: Ranked, of_item: Values) -> Values:
    there = ranked >= 0
    counts = there.sum(axis=1)
    sums = np.where(there, of_item[ranked], 0.0).sum(axis=1)
    nothing = np.full(len(ranked), np.nan)
    return np.asarray(np.divide(sums, counts, out=nothing, where=counts > 0))
