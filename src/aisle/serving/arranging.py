"""Where items that are not there by their score alone come to stand among those that are."""

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]


def interleaved(ranked: Positions, inserted: Positions, chance: np.random.Generator) -> Positions:
    """Both, each in its own order; the inserted ones take places drawn evenly from all."""
    count = len(ranked) + len(inserted)
    is_inserted = np.zeros(count, np.bool_)
    is_inserted[chance.choice(count, len(inserted), replace=False)] = True
    together = np.empty(count, np.int64)
    together[is_inserted] = inserted
    together[~is_inserted] = ranked
    return together
