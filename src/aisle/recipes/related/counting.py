"""Items that come together in groups of events: in users' histories, sessions or baskets.

Where events have weights a pair counts their product, as if each event had happened so many times;
and an item's own count is the sum of squares, so that a similarity is still the cosine, or whatever
else it is of counts, of weighted rows.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes.base import Progress
from aisle.recipes.popularity import Counts, heaviest
from aisle.recipes.related.neighbours import Neighbours, kept_of

_ROWS_AT_A_TIME = 256


class Grouped(msgspec.Struct, frozen=True):
    """Events of items, group by group."""

    item: NDArray[np.int32]
    """`[events]`"""
    offsets: NDArray[np.int64]
    """`[groups + 1]`: the events of each group."""
    items: int
    """How many items there are."""
    weight: NDArray[np.float32] | None = None
    """`[events]` None where all count alike."""


class Rule(msgspec.Struct, frozen=True):
    """What an item that comes with another adds to their strength."""

    forward: NDArray[np.float32]
    """`[places]` by how many places it comes after the other; beyond them nothing."""
    backward: NDArray[np.float32]
    """`[places]` the same for one that comes before."""
    penalty: NDArray[np.float64]
    """`[items]` what the strength of a pair is divided by, for each of the two."""
    least: float = 0.0
    """Sums below it, without weights, do not count."""
    shrink: float = 0.0
    """Sums s count s / (s + shrink) of what they are."""


def histories(data: Interactions) -> Grouped:
    """A group of events for each user, in their order."""
    return Grouped(data.item, data.offsets, len(data.items), data.weight)


def distinct(groups: Grouped) -> Grouped:
    """Every item once a group, in the order of codes, with the greatest of its weights."""
    count = len(groups.offsets) - 1
    owner = np.repeat(np.arange(count, dtype=np.int64), np.diff(groups.offsets))
    width = max(groups.items, 1)
    keys, weight = heaviest(owner * width + groups.item, groups.weight)
    owners, items = np.divmod(keys, width)
    offsets = np.searchsorted(owners, np.arange(count + 1)).astype(np.int64)
    return Grouped(items.astype(np.int32), offsets, groups.items, weight)


def groups_of_items(groups: Grouped) -> Counts:
    """`[items]` how many groups each is in, of groups that have it once."""
    squares = None if groups.weight is None else groups.weight.astype(np.float64) ** 2
    return np.bincount(groups.item, squares, groups.items)


def alike(groups: Grouped, penalty: NDArray[np.float64], **terms: float) -> Rule:
    """Every pair of a group counts 1, however far apart."""
    longest = int(np.diff(groups.offsets).max(initial=1))
    ones = np.ones(longest, np.float32)
    return Rule(ones, ones, penalty, **terms)


def strongest(groups: Grouped, rule: Rule, progress: Progress, words: str) -> Neighbours:
    """Each item's strongest companions."""
    from aisle.recipes.related import kernels  # noqa: PLC0415 - serving must not import Numba

    count, kept = groups.items, kept_of(groups.items)
    order = np.argsort(groups.item, kind="stable")
    item_offsets = np.searchsorted(groups.item[order], np.arange(count + 1)).astype(np.int64)
    lengths = np.diff(groups.offsets)
    start = np.repeat(groups.offsets[:-1], lengths)
    stop = np.repeat(groups.offsets[1:], lengths)
    codes = np.empty((count, kept), np.int32)
    values = np.empty((count, kept), np.float32)

    def fill(first: int) -> None:
        kernels.strongest_together(
            first,
            min(first + _ROWS_AT_A_TIME, count),
            item_offsets,
            order,
            start,
            stop,
            groups.item,
            rule.forward,
            rule.backward,
            rule.penalty,
            rule.least,
            rule.shrink,
            codes,
            values,
            groups.weight,
        )

    by_blocks(count, _ROWS_AT_A_TIME, fill, progress, words)
    return packed(codes, values)


def by_blocks(
    count: int, step: int, fill: Callable[[int], None], progress: Progress, words: str
) -> None:
    """Call `fill` with the first row of every block, on all cores."""
    starts = range(0, count, step)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, _ in enumerate(pool.map(fill, starts)):
            progress(done / len(starts), words)


def packed(codes: NDArray[np.int32], values: NDArray[np.float32]) -> Neighbours:
    """Lists from `[items, kept]` with -1 in the empty places."""
    held = codes >= 0
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.count_nonzero(held, axis=1))])
    return Neighbours(offsets, codes[held], values[held])
