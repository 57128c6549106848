"""Leave out users and items with unusually few or many events."""

import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions


def within(counts: NDArray[np.int64], lowest: float, highest: float) -> NDArray[np.bool_]:
    """`[counts]` which of them lie between two quantiles (0 to 1) of those above zero."""
    positive = counts[counts > 0]
    if not len(positive):
        return np.zeros(len(counts), np.bool_)
    low, high = np.quantile(positive, [lowest, highest])
    return np.asarray((counts >= max(low, 1)) & (counts <= high))


def users_within(data: Interactions, lowest: float, highest: float) -> Interactions:
    """Only users whose history's length lies between two quantiles of all histories' lengths."""
    counts = np.diff(data.offsets)
    return data.where(np.repeat(within(counts, lowest, highest), counts))


def items_within(data: Interactions, lowest: float, highest: float) -> Interactions:
    """Only items whose number of events lies between two quantiles of all items' numbers."""
    counts = np.bincount(data.item, minlength=len(data.items))
    return data.where(within(counts, lowest, highest)[data.item])
