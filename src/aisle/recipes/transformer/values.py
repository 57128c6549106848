"""EVENT_VALUE as a few classes, by quantiles of the values that a training saw."""

import numpy as np
from numpy.typing import NDArray

CLASSES = 8
"""0 stands for an event without a value."""


def value_edges(value: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """`[at most CLASSES - 2]` the distinct inner quantiles; none where nothing has a value."""
    known = np.empty(0, np.float32) if value is None else value[~np.isnan(value)]
    if not len(known):
        return known
    return np.unique(np.quantile(known, np.linspace(0, 1, CLASSES)[1:-1])).astype(np.float32)


def value_classes(
    value: NDArray[np.float32] | None, edges: NDArray[np.float32], count: int
) -> NDArray[np.int64]:
    """`[count]` the class of each value, from 1, or 0 where there is none."""
    if value is None or not len(edges):
        return np.zeros(count, np.int64)
    return np.where(np.isnan(value), 0, 1 + np.searchsorted(edges, value))
