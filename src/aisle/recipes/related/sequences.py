"""Items that come close together in the order of users' events."""

import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes.base import Progress
from aisle.recipes.related.counting import Grouped, Rule, histories, strongest
from aisle.recipes.related.neighbours import Neighbours

REACH = 20
"""Events further apart than this do not count."""
BACK = 0.5
"""What an item that came before counts beside one that came after."""


def near(data: Interactions, progress: Progress) -> Neighbours:
    """Each item's companions in users' histories: those next to it count 1, k events on 1 / k."""
    decay: NDArray[np.float32] = (1 / np.arange(1, REACH + 1)).astype(np.float32)
    rule = Rule(decay, decay * np.float32(BACK), np.ones(len(data.items), np.float64))
    return strongest(histories(data), rule, progress, "counting items that follow each other")


def by_gaps(data: Interactions, gap: int) -> Grouped:
    """A group for each stretch of a user's events with at most `gap` seconds from one to the
    next.
    """
    first = np.ones(len(data), np.bool_)
    first[1:] = np.diff(data.timestamp) > gap
    first[data.offsets[:-1][np.diff(data.offsets) > 0]] = True
    starts = np.flatnonzero(first).astype(np.int64)
    return Grouped(data.item, np.append(starts, len(data)), len(data.items), data.weight)
