"""Events by week or month, and how what is popular drifts from one to the next."""

from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.diagnosis.events import Events
from aisle.diagnosis.series import Periods
from aisle.diagnosis.thresholds import DAY

_WEEKS_UP_TO = 2 * 365 * DAY
_COMPARED = 100
_TOP = 50


def periods(events: Events) -> Periods:
    """Weeks, or months where the events span more than two years."""
    monthly = int(events.time.max() - events.time.min()) > _WEEKS_UP_TO
    every = "1mo" if monthly else "1w"
    start = pl.from_epoch(pl.Series("time", events.time), time_unit="s").dt.truncate(every)
    ends = start.unique().sort()
    starts = pl.datetime_range(ends[0], ends[-1], every, time_unit="us", eager=True)
    period = starts.search_sorted(start.cast(starts.dtype)).to_numpy().astype(np.int64)
    shares, tops = _common(period, events, len(starts)), _tops(period, events, len(starts))
    return Periods(
        width="month" if monthly else "week",
        start=tuple(starts.dt.epoch("s").to_list()),
        events=tuple(np.bincount(period, minlength=len(starts)).tolist()),
        users=_active(period, events, len(starts)),
        distance=(None, *(_distance(a, b) for a, b in pairwise(shares))),
        overlap=(None, *(_overlap(a, b) for a, b in pairwise(tops))),
    )


def _active(period: NDArray[np.int64], events: Events, count: int) -> tuple[int, ...]:
    """Different users in every period."""
    people = len(events.user_ids)
    pairs = np.unique(period * people + events.user)
    return tuple(np.bincount(pairs // people, minlength=count).tolist())


def _common(period: NDArray[np.int64], events: Events, count: int) -> NDArray[np.int64]:
    """`[periods, items]` events of the items that are most popular over all, the rest as one."""
    top = np.argsort(-events.of_items, kind="stable")[:_COMPARED]
    place = np.full(len(events.item_ids), len(top))
    place[top] = np.arange(len(top))
    width = len(top) + 1
    cells = np.bincount(period * width + place[events.item], minlength=count * width)
    return cells.reshape(count, width)


def _distance(before: NDArray[np.int64], after: NDArray[np.int64]) -> float | None:
    """Jensen-Shannon distance, less what two samples of one distribution differ by on average.

    The correction is the leading term of the divergence's expansion: a chi-squared variable.
    """
    sizes = before.sum(), after.sum()
    if not min(sizes):
        return None
    p, q = before / sizes[0], after / sizes[1]
    middle = (p + q) / 2
    divergence = (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2
    noise = (np.count_nonzero(middle) - 1) * (1 / sizes[0] + 1 / sizes[1]) / (8 * np.log(2))
    return float(np.sqrt(max(0.0, divergence - noise)))


def _relative_entropy(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    there = p > 0
    return float((p[there] * np.log2(p[there] / q[there])).sum())


def _tops(period: NDArray[np.int64], events: Events, count: int) -> list[set[int]]:
    """The most popular items of every period."""
    items = len(events.item_ids)
    key, size = np.unique(period * items + events.item, return_counts=True)
    cuts = np.searchsorted(key, np.arange(count + 1) * items)
    return [
        set((key[a:b][np.argsort(-size[a:b], kind="stable")[:_TOP]] % items).tolist())
        for a, b in pairwise(cuts)
    ]


def _overlap(before: set[int], after: set[int]) -> float | None:
    return len(before & after) / len(before | after) if before and after else None
