"""Interactions as positions to be predicted, in rows of one length without padding.

Position `e` predicts the item of event `e` from the event before it. The positions of all users,
shuffled user by user, form one stream that is cut into rows; a row may hold several users, who do
not see each other, and a user longer than a row goes on in the next.
"""

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes.transformer.context import NO_CONTEXT, ContextSpace
from aisle.recipes.transformer.shape import Shape
from aisle.recipes.transformer.times import CLASSES, UNKNOWN, gap_classes
from aisle.recipes.transformer.values import value_classes

Codes = NDArray[np.int32]

_RARE = 20
"""A class of gaps with fewer positions than this says nothing that could be learnt."""
_AT_A_TIME = 2_000_000
"""Positions that are shuffled into rows together: memory stays flat as events grow."""


class Positions(msgspec.Struct, frozen=True):
    """What each position reads and what it has to predict; every array is `[events]` at least."""

    offsets: NDArray[np.int64]
    """`[users + 1]` the positions of each user."""
    item: Codes
    """The item before; `Shape.start` at a user's first event."""
    event_type: Codes
    value: Codes
    """Class of the value of the event before."""
    since: Codes
    """Class of the gap between the two events before."""
    until: Codes
    """Class of the gap between the event before and the one to predict."""
    context: Codes
    """`[events, columns]` rows of a `ContextSpace`: the context of the event to predict."""
    target: Codes
    weight: NDArray[np.float32]
    """How much the position counts; 0 for one that must not be learnt from."""


class Rows(msgspec.Struct, frozen=True):
    """A batch; every array is `[rows, length]`."""

    user: NDArray[np.int64]
    """-1 where a row has no position; nobody sees across users."""
    positions: NDArray[np.int64]
    """Index into the arrays of `Positions`; 0 where `user` is -1."""


def usual_gaps(events: Interactions) -> NDArray[np.bool_]:
    """`[CLASSES]` the classes of gaps that occur often enough to be learnt."""
    gaps = _gaps(events)
    counts = np.zeros(CLASSES, np.int64)
    for first in range(0, len(gaps), _AT_A_TIME):
        part = gap_classes(gaps[first : first + _AT_A_TIME])
        counts += np.bincount(part, minlength=CLASSES)
    counts[UNKNOWN] = 0
    return np.asarray(counts >= _RARE)


def within_reach(
    events: Interactions, most: int, watched: NDArray[np.int64], rng: np.random.Generator
) -> Interactions:
    """The events of the `watched` users and of some others by chance, as many as a training goes
    through, or all of them where they are not more: what is prepared does not grow with what is
    never read.
    """
    if len(events) <= most:
        return events
    counts = np.diff(events.offsets)
    order = rng.permutation(len(counts))
    enough = int(np.searchsorted(np.cumsum(counts[order]), most)) + 1
    chosen = np.zeros(len(counts), np.bool_)
    chosen[order[:enough]] = True
    chosen[watched] = True
    return events.where(np.repeat(chosen, counts))


def positions_of(
    events: Interactions,
    shape: Shape,
    usual: NDArray[np.bool_],
    edges: NDArray[np.float32],
    context: ContextSpace = NO_CONTEXT,
) -> Positions:
    """The positions of all events; `edges` are those of the values' classes."""
    first = np.zeros(len(events), bool)
    first[events.offsets[:-1][np.diff(events.offsets) > 0]] = True
    gaps = gap_classes(_gaps(events))
    gaps = np.where(usual[gaps], gaps, UNKNOWN)
    kinds = np.minimum(events.event_type, shape.event_types - 1)
    values = value_classes(events.value, edges, len(events))
    weight = np.ones(len(events), np.float32) if events.weight is None else events.weight.copy()
    return Positions(
        offsets=np.asarray(events.offsets),
        item=_shifted(events.item, first, shape.start),
        event_type=_shifted(kinds, first, 0),
        value=_shifted(values, first, 0),
        since=_shifted(gaps, first, UNKNOWN),
        until=np.where(first, UNKNOWN, gaps).astype(np.int32),
        context=context.rows(events),
        target=np.asarray(events.item, np.int32),
        weight=np.asarray(weight, np.float32),
    )


def rows_of(
    offsets: NDArray[np.int64], length: int, rows: int, rng: np.random.Generator
) -> Iterator[Rows]:
    """All positions once, users in an order by chance, in batches of at most so many rows."""
    order = rng.permutation(np.flatnonzero(np.diff(offsets)))
    ends = np.cumsum(np.diff(offsets)[order])
    first = 0
    while first < len(order):
        base = ends[first - 1] if first else 0
        last = max(int(np.searchsorted(ends, base + _AT_A_TIME)), first + 1)
        yield from _batches(offsets, order[first:last], length, rows)
        first = last


def _batches(
    offsets: NDArray[np.int64], users: NDArray[np.int64], length: int, rows: int
) -> Iterator[Rows]:
    counts = offsets[users + 1] - offsets[users]
    starts = np.repeat(offsets[users] - np.cumsum(counts) + counts, counts)
    stream = starts + np.arange(len(starts))
    owner = np.repeat(users, counts)
    for first in range(0, len(stream), length * rows):
        part = slice(first, first + length * rows)
        empty = -len(stream[part]) % length
        yield Rows(
            user=np.pad(owner[part], (0, empty), constant_values=-1).reshape(-1, length),
            positions=np.pad(stream[part], (0, empty)).reshape(-1, length),
        )


def _gaps(events: Interactions) -> NDArray[np.float64]:
    """`[events]` seconds since the user's event before; NaN for the first."""
    gaps = np.full(len(events), np.nan)
    gaps[1:] = np.diff(events.timestamp)
    gaps[events.offsets[:-1][np.diff(events.offsets) > 0]] = np.nan
    return gaps


def _shifted(codes: NDArray[np.integer], first: NDArray[np.bool_], at_first: int) -> Codes:
    """The code of the event before, `at_first` where there is none."""
    moved = np.full(len(codes), at_first, np.int32)
    moved[1:] = codes[:-1]
    moved[first] = at_first
    return moved
