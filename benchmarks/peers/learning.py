"""What a peer learns from, what it is asked, and how it says that an epoch is over.

The peers' modules run in environments of their own, without the product: `child.py` starts them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True)
class Events:
    """What is learnt from; codes count from 0."""

    user: NDArray[np.int64]
    item: NDArray[np.int64]
    time: NDArray[np.int64]
    users: int
    items: int

    @property
    def matrix(self) -> sparse.csr_matrix[Any]:
        """`[users, items]` 1 where a user had an item."""
        return pairs(self.user, self.item, self.users, self.items)


@dataclass(frozen=True)
class Asked:
    """Questions: whose, and what of the user is given, oldest first."""

    user: NDArray[np.int64]
    histories: list[NDArray[np.int64]]
    depth: int
    keep_seen: bool

    def matrix(self, items: int) -> sparse.csr_matrix[Any]:
        """`[questions, items]` 1 where an item is in the history."""
        question = np.repeat(np.arange(len(self.user)), [len(one) for one in self.histories])
        return pairs(question, np.concatenate(self.histories), len(self.user), items)


Lists = NDArray[np.int64]
"""`[questions, depth]` item codes, best first, -1 where a list is short."""
Recommend = Callable[[Asked], Lists]
AfterEpoch = Callable[[Recommend], None]
"""Told after each epoch; raises to end the training."""


def pairs(
    row: NDArray[np.int64], column: NDArray[np.int64], rows: int, columns: int
) -> sparse.csr_matrix[Any]:
    """Ones at the distinct pairs."""
    matrix = sparse.csr_matrix((np.ones(len(row), np.float32), (row, column)), (rows, columns))
    matrix.data[:] = 1.0
    return matrix


def padded(lists: list[NDArray[np.int64]], depth: int) -> Lists:
    """Lists of any length as one array."""
    found = np.full((len(lists), depth), -1, np.int64)
    for row, one in enumerate(lists):
        found[row, : min(depth, len(one))] = one[:depth]
    return found
