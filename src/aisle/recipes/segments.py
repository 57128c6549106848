"""Segments: which users are the likeliest to want any of some items next."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from aisle.data.catalogue import Catalogue
from aisle.recipes.base import Progress, Query, reads_traits
from aisle.recipes.deployable import Deployable

_MOST_CELLS = 200_000_000
"""Lines times users and items: what is kept at once, in numbers of four bytes."""


class Asked(msgspec.Struct, frozen=True):
    """Sets of items to find users for, and at which moment."""

    items: Sequence[NDArray[np.int64]]
    """Of each set, codes of the model's items."""
    most: int
    """Users of a segment."""
    now: float
    """Epoch seconds."""


def segments_of(
    deployed: Deployable, users: Catalogue, asked: Asked, progress: Progress
) -> list[list[str]]:
    """For each set of items the ids of the users to whom the model gives them the largest share of
    what they want next, the likeliest first; of equals, in the order of their ids.

    Raises ValueError where there are more sets than fit into memory.
    """
    known, sets = deployed.histories.users, len(asked.items)
    if sets * (len(known) + len(deployed.ids)) > _MOST_CELLS:
        raise ValueError(f"{sets:,} lines are too many for so many users: split the file.")
    wanted = np.zeros((len(deployed.ids), sets), np.float32)
    for number, items in enumerate(asked.items):
        wanted[items, number] = 1.0
    shares = np.empty((sets, len(known)), np.float32)
    with threadpool_limits(1, "blas"):
        for user in range(len(known)):
            progress(user / len(known), f"{user:,} of {len(known):,} users")
            query = _query(deployed, users, user, asked.now)
            shares[:, user] = np.maximum(deployed.model.score(query), 0.0) @ wanted
    ids = list(known)
    return [[ids[user] for user in _best(row, asked.most)] for row in shares]


def _query(deployed: Deployable, users: Catalogue, user: int, now: float) -> Query:
    events = deployed.histories
    rows = events.rows_of(user)
    traits = users.traits(events.users[user]) if reads_traits(deployed.model) else {}
    return Query(
        history=events.item[rows],
        times=events.timestamp[rows],
        now=now,
        event_type=events.event_type[rows],
        value=None if events.value is None else events.value[rows],
        traits=traits,
    )


def _best(shares: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """Users by their shares; who has none is in no segment."""
    order: NDArray[np.int64] = np.argsort(-shares, kind="stable")[:most]
    return order[shares[order] > 0]
