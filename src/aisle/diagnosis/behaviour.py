"""From events to the series of popularity, activity and hours."""

import numpy as np
from numpy.typing import NDArray

from aisle.diagnosis.census import Census
from aisle.diagnosis.events import Events
from aisle.diagnosis.periods import periods
from aisle.diagnosis.series import Activity, Bar, RankFrequency, Series
from aisle.diagnosis.tables import Table
from aisle.diagnosis.thresholds import DAY

SESSION_GAP = 1800
_POINTS = 200
_FEWEST_RANKS = 3
_QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)


def series_of(census: Census, events: Events, tables: tuple[Table, ...]) -> Series:
    """Every series that the data allows."""
    some = len(events) > 0
    return Series(
        rank_frequency=rank_frequency(census.item_counts),
        periods=periods(events) if some else None,
        activity=activity(census, events) if some else None,
        week_hours=week_hours(events.time),
        event_types=tuple(Bar(name, count) for name, count in census.types.iter_rows()),
        completeness=tuple(
            Bar(f"{table.name}.{column.name}", 1 - column.missing)
            for table in tables
            for column in table.columns
        ),
    )


def rank_frequency(counts: NDArray[np.int64]) -> RankFrequency | None:
    """From the events of each item, all of them positive; None below three items."""
    if len(counts) < _FEWEST_RANKS:
        return None
    sizes = np.sort(counts)[::-1]
    ranks = np.unique(np.geomspace(1, len(sizes), _POINTS).round().astype(np.int64))
    x, y = np.log10(ranks), np.log10(sizes[ranks - 1])
    slope, intercept = np.polyfit(x, y, 1)
    residual = y - (slope * x + intercept)
    total = ((y - y.mean()) ** 2).sum()
    return RankFrequency(
        rank=tuple(ranks.tolist()),
        count=tuple(sizes[ranks - 1].tolist()),
        slope=float(slope),
        intercept=float(intercept),
        r_squared=float(1 - (residual**2).sum() / total) if total else 1.0,
        gini=gini(counts),
        top_hundredth=_share_of_top(sizes, 0.01),
        top_tenth=_share_of_top(sizes, 0.1),
        variation=max(0.0, float((sizes.var() - sizes.mean()) / sizes.mean() ** 2)),
    )


def gini(counts: NDArray[np.int64]) -> float:
    """0 where all are equal, towards 1 where one has all."""
    ascending = np.sort(counts)
    ranks = np.arange(1, len(counts) + 1)
    total = ascending.sum()
    return float(2 * (ranks * ascending).sum() / (len(counts) * total) - 1 - 1 / len(counts))


def _share_of_top(descending: NDArray[np.int64], share: float) -> float:
    top = max(1, round(share * len(descending)))
    return float(descending[:top].sum() / descending.sum())


def activity(census: Census, events: Events) -> Activity:
    """Interactions a user, and sessions, which a pause of 30 minutes ends."""
    counts = census.user_counts
    powers = np.floor(np.log2(counts)).astype(np.int64)
    users = np.bincount(powers)
    gaps = np.diff(events.time)
    within = (np.diff(events.user) == 0) & (gaps <= SESSION_GAP)
    sessions = len(events) - int(within.sum())
    return Activity(
        bins=tuple(_bin(power) for power in range(len(users))),
        users=tuple(users.tolist()),
        quantiles=tuple((q, float(np.quantile(counts, q))) for q in _QUANTILES),
        sessions=sessions,
        events_a_session=len(events) / sessions,
        median_gap=float(np.median(gaps[within])) if within.any() else 0.0,
    )


def _bin(power: int) -> str:
    low, high = 2**power, 2 ** (power + 1) - 1
    return str(low) if low == high else f"{low}-{high}"


def week_hours(time: NDArray[np.int64]) -> tuple[tuple[int, ...], ...]:
    """`[7][24]` counts from Monday, UTC; the epoch began on a Thursday."""
    day = (time // DAY + 3) % 7
    hour = time // 3600 % 24
    counts = np.bincount(day * 24 + hour, minlength=7 * 24).reshape(7, 24)
    return tuple(tuple(row) for row in counts.tolist())
