"""Compiled inner loops. Only training imports this module; scoring needs NumPy alone.

Each kernel owns the rows `first:last` of its output, so threads share a matrix without locks: the
caller hands out ranges. `events_of` lists the events by item, those of item `i` at
`item_offsets[i]:item_offsets[i + 1]`, which keeps one output row in the cache while it is filled.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def accumulate_next_item(  # noqa: PLR0917 - compiled code takes no keywords
    first: int,
    last: int,
    item_offsets: NDArray[np.int64],
    events_of: NDArray[np.int64],
    stop: NDArray[np.int64],
    item: NDArray[np.int32],
    decay: NDArray[np.float32],
    overlap: NDArray[np.float32],
    gram: NDArray[np.float32],
    cross: NDArray[np.float32],
    weight: NDArray[np.float32] | None,
) -> None:
    """Add half of H'WH to `gram` (the other half is its transpose) and H'WY to `cross`.

    `stop[a]` is the row after the last event of the user of event `a`; `decay[k]` the weight of an
    item k steps back; `overlap[d, r]` the sum of `decay[j] * decay[j + d]` over j < r: what a pair
    of events d apart adds to H'H when r positions still look back on both. Where positions count
    `weight` `[events]`, each that of the event it predicts, no table can say so, and the sum over
    them is made for each pair.
    """
    length = len(decay)
    ahead = np.empty(length, np.float32)
    for source in range(first, last):
        gram_row = gram[source]
        cross_row = cross[source]
        for place in range(item_offsets[source], item_offsets[source + 1]):
            a = events_of[place]
            newest = min(stop[a] - 2, a + length - 1)
            if newest < a:
                continue
            if weight is None:
                gram_row[source] += np.float32(0.5) * overlap[0, newest - a + 1]
                for b in range(a + 1, newest + 1):
                    gram_row[item[b]] += overlap[b - a, newest - b + 1]
                    cross_row[item[b]] += decay[b - a - 1]
                cross_row[item[newest + 1]] += decay[newest - a]
                continue
            reach = newest - a + 1
            for back in range(reach):
                ahead[back] = weight[a + 1 + back] * decay[back]
            gram_row[source] += np.float32(0.5) * _product(ahead, decay, 0, reach)
            for b in range(a + 1, newest + 1):
                gram_row[item[b]] += _product(ahead, decay, b - a, reach)
                cross_row[item[b]] += ahead[b - a - 1]
            cross_row[item[newest + 1]] += ahead[newest - a]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _product(
    ahead: NDArray[np.float32], decay: NDArray[np.float32], apart: int, reach: int
) -> np.float32:
    """The sum of `ahead[j + apart] * decay[j]` up to `ahead[reach - 1]`, in an order that suits."""
    total = np.float32(0)
    for back in range(reach - apart):
        total += ahead[back + apart] * decay[back]
    return total


@njit(cache=True, nogil=True)
def strongest_transitions(  # noqa: PLR0917 - as above
    first: int,
    last: int,
    item_offsets: NDArray[np.int64],
    events_of: NDArray[np.int64],
    stop: NDArray[np.int64],
    item: NDArray[np.int32],
    decay: NDArray[np.float32],
    squares: NDArray[np.float32],
    ridge: float,
    columns: NDArray[np.int32],
    values: NDArray[np.float32],
    mass: NDArray[np.float32],
    weight: NDArray[np.float32] | None,
    day: NDArray[np.int32],
    fading: NDArray[np.float32],
) -> None:
    """Fill rows of `columns` and `values` `[items, kept]` with the largest entries of H'WY, each
    divided by `mass` `[items]`, H'WH's diagonal plus the ridge. `columns` is -1 where there are no
    more.

    As in `accumulate_next_item`; `squares[r]` is the sum of `decay[j]^2` over j < r. An item of
    `n` days (`day` `[events]`) before what is predicted counts `fading[n]` of that, as much as the
    last entry if there are fewer. The memory is that of one row of H'Y, however many items there
    are.
    """
    length, kept, longest = len(decay), columns.shape[1], len(fading) - 1
    alike = weight is None and longest == 0
    row = np.zeros(len(item_offsets) - 1, np.float32)
    met = np.empty(len(row), np.int32)
    met_by = np.full(len(row), -1, np.int32)  # a sum may stay 0: a small weight times another
    for source in range(first, last):
        count = 0
        total = np.float32(ridge)
        for place in range(item_offsets[source], item_offsets[source + 1]):
            a = events_of[place]
            newest = min(stop[a] - 1, a + length)
            if alike and newest > a:
                total += squares[newest - a]
            for b in range(a + 1, newest + 1):
                other = item[b]
                if row[other] == 0 and met_by[other] != source:
                    met_by[other] = source
                    met[count] = other
                    count += 1
                if alike:
                    row[other] += decay[b - a - 1]
                    continue
                part = decay[b - a - 1] * fading[min(max(day[b] - day[a], 0), longest)]
                counted = part if weight is None else weight[b] * part
                row[other] += counted
                total += counted * part
        if count <= kept:
            order = np.arange(count)
        else:
            order = np.argsort(-row[met[:count]], kind="mergesort")[:kept]
        mass[source] = total
        for rank in range(len(order)):
            columns[source, rank] = met[order[rank]]
            values[source, rank] = row[met[order[rank]]] / total
        for rank in range(count):
            row[met[rank]] = 0


@njit(cache=True, nogil=True)
def unique_users(
    offsets: NDArray[np.int64], item: NDArray[np.int32], count: int
) -> NDArray[np.int64]:
    """`[count]` how many users have each item; those of user `u` are
    `item[offsets[u]:offsets[u + 1]]`.

    One pass that remembers each item's last user, in place of sorting all pairs.
    """
    users = np.zeros(count, np.int64)
    last = np.full(count, -1, np.int64)
    for user in range(len(offsets) - 1):
        for row in range(offsets[user], offsets[user + 1]):
            if last[item[row]] != user:
                last[item[row]] = user
                users[item[row]] += 1
    return users
