"""Scores to ranks, with ties broken by the lower code so that every caller agrees."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def top(scores: NDArray[Any], count: int) -> NDArray[np.int32]:
    """Codes of the `count` best scores, best first; those of minus infinity never appear."""
    able = np.count_nonzero(scores > -np.inf)
    count = min(count, int(able))
    if count <= 0:
        return np.empty(0, np.int32)
    least = np.partition(scores, len(scores) - count)[len(scores) - count]
    codes = np.flatnonzero(scores >= least)
    order = np.lexsort((codes, -scores[codes]))
    return codes[order[:count]].astype(np.int32)


def place(scores: NDArray[Any], code: int) -> int:
    """Where `top` would list an item, 0 for the best."""
    score = scores[code]
    return int(np.count_nonzero(scores > score) + np.count_nonzero(scores[:code] == score))
