"""The next-item ridge in closed form: B = (H'WH + lambda I)^-1 H'WY.

At every position of every user's sequence the feature row of H is the decayed history and the row
of Y the item that came next, whose event's weight stands in the diagonal of W: least squares in
which a position counts as much as what it predicts. Where events have no weights W is the identity.
Both products are sums over pairs of events of one user, so neither H nor Y is ever built.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import strsm
from scipy.linalg.lapack import spotrf

from aisle.recipes import kernels

Matrix = NDArray[np.float32]

_BLOCK = 1024
_RANGES = 64


def overlaps(decay: NDArray[np.float32]) -> Matrix:
    """`[length, length + 1]`: at `[d, r]` the sum of `decay[j] * decay[j + d]` over j < r."""
    length = len(decay)
    table = np.zeros((length, length + 1))
    for apart in range(length):
        products = decay[: length - apart].astype(np.float64) * decay[apart:]
        table[apart, 1 : len(products) + 1] = np.cumsum(products)
    return table.astype(np.float32)


def accumulate(
    offsets: NDArray[np.int64],
    item: NDArray[np.int32],
    count: int,
    decay: NDArray[np.float32],
    weight: NDArray[np.float32] | None = None,
) -> tuple[Matrix, Matrix]:
    """H'WH (its lower triangle) and H'WY over all users, each `[count, count]`.

    Events of user `u` are `item[offsets[u]:offsets[u + 1]]`, oldest first, and count `weight`
    `[events]`. Rows are the history's items; the columns of H'WY are the items that follow.
    """
    gram = np.zeros((count, count), np.float32)
    cross = np.zeros((count, count), np.float32)
    stop, events_of, item_offsets = _by_item(offsets, item, count)
    table = overlaps(decay)

    def fill(rows: slice) -> None:
        kernels.accumulate_next_item(
            rows.start,
            rows.stop,
            item_offsets,
            events_of,
            stop,
            item,
            decay,
            table,
            gram,
            cross,
            weight,
        )

    _side_by_side(fill, count, -(-count // _RANGES))
    fold(gram)
    return gram, cross


def transitions(
    offsets: NDArray[np.int64],
    item: NDArray[np.int32],
    count: int,
    decay: NDArray[np.float32],
    *,
    ridge: float,
    kept: int,
    weight: NDArray[np.float32] | None = None,
    day: NDArray[np.int32] | None = None,
    fading: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float16], NDArray[np.float32]]:
    """Columns and values `[count, kept]` of the regression that takes H'WH for its diagonal alone,
    and that diagonal plus the ridge `[count]`.

    Each feature is fitted as if it stood by itself, so there is nothing to solve: time grows with
    the events and memory with the items. Columns are -1 where a row has fewer entries. An item that
    lies `n` days back, by the `day` `[events]` of the two events, counts `fading[n]`, if given.
    """
    if day is None or fading is None:
        day, fading = np.zeros(len(item), np.int32), np.ones(1, np.float32)
    stop, events_of, item_offsets = _by_item(offsets, item, count)
    squares = np.concatenate([[0.0], np.cumsum(decay.astype(np.float64) ** 2)]).astype(np.float32)
    columns = np.full((count, kept), -1, np.int32)
    values = np.zeros((count, kept), np.float32)
    mass = np.full(count, ridge, np.float32)

    def fill(rows: slice) -> None:
        kernels.strongest_transitions(
            rows.start,
            rows.stop,
            item_offsets,
            events_of,
            stop,
            item,
            decay,
            squares,
            ridge,
            columns,
            values,
            mass,
            weight,
            day,
            fading,
        )

    _side_by_side(fill, count, -(-count // _RANGES))
    return columns, values.astype(np.float16), mass


def _by_item(
    offsets: NDArray[np.int64], item: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """`[events]` where each event's user ends, `[events]` the events by item, and `[count + 1]`
    where each item's begin among these.
    """
    stop = np.repeat(offsets[1:], np.diff(offsets))
    events_of = np.argsort(item, kind="stable")
    return stop, events_of, np.searchsorted(item[events_of], np.arange(count + 1))


def solve(gram: Matrix, cross: Matrix, ridge: float) -> Matrix:
    """B `[items, items]`; both arguments are destroyed, and the answer lies in `cross`'s memory.

    Raises ValueError where `gram + ridge I` is not positive definite in single precision.
    """
    np.fill_diagonal(gram, gram.diagonal() + np.float32(ridge))
    factor, info = spotrf(gram.T, lower=0, clean=0, overwrite_a=1)
    if info:
        raise ValueError(f"The ridge's matrix is not positive definite: raise ridge_lambda={ridge}")
    right = strsm(1.0, factor, cross.T, side=1, lower=0, trans_a=0, overwrite_b=1)
    right = strsm(1.0, factor, right, side=1, lower=0, trans_a=1, overwrite_b=1)
    return np.asarray(right.T, np.float32)


def strongest(matrix: Matrix, kept: int) -> tuple[NDArray[np.int32], NDArray[np.float16]]:
    """Columns and values `[rows, kept]` of each row's largest entries by magnitude.

    The diagonal is always among them: whether an item repeats must not be lost.
    """
    count = len(matrix)
    kept = min(kept, count)
    columns = np.empty((count, kept), np.int32)
    values = np.empty((count, kept), np.float16)

    def cut(rows: slice) -> None:
        block = matrix[rows]
        size = np.abs(block)
        size[np.arange(len(block)), np.arange(rows.start, rows.stop)] = np.inf
        columns[rows] = np.argpartition(size, count - kept, axis=1)[:, count - kept :]
        largest = np.finfo(np.float16).max
        values[rows] = np.clip(np.take_along_axis(block, columns[rows], 1), -largest, largest)

    _side_by_side(cut, count, _BLOCK // 4)
    return columns, values


def _side_by_side(fill: Callable[[slice], None], count: int, size: int) -> None:
    """`fill` the rows up to `count`, so many at a time, on all cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(fill, _ranges(count, size)))


def _ranges(count: int, size: int) -> Iterator[slice]:
    for first in range(0, count, max(size, 1)):
        yield slice(first, min(first + size, count))


def fold(matrix: Matrix) -> None:
    """Add the transpose's lower triangle to the lower triangle, in place, block by block."""
    for rows in _ranges(len(matrix), _BLOCK):
        for columns in _ranges(rows.start, _BLOCK):
            matrix[rows, columns] += matrix[columns, rows].T
        corner = matrix[rows, rows]
        corner += corner.T.copy()
