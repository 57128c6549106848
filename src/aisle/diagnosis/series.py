"""The numbers behind the plots."""

from typing import Literal

import msgspec


class RankFrequency(msgspec.Struct, frozen=True):
    """Events of the item at each rank, at ranks spaced evenly in their logarithm, and the fit.

    The fit is least squares of log count on log rank over these points: count is about
    `10 ** intercept * rank ** slope`.
    """

    rank: tuple[int, ...]
    count: tuple[int, ...]
    slope: float
    intercept: float
    r_squared: float
    gini: float
    top_hundredth: float
    """Share of events of the most popular 1 % of items."""
    top_tenth: float
    variation: float
    """Squared coefficient of variation of popularity, less what sampling adds (moments of the
    negative binomial distribution); 0 where all items are equally popular."""


class Periods(msgspec.Struct, frozen=True):
    """Consecutive weeks from Monday, or months, UTC; empty ones stand between others."""

    width: Literal["week", "month"]
    start: tuple[int, ...]
    """Epoch seconds."""
    events: tuple[int, ...]
    users: tuple[int, ...]
    """Active users."""
    distance: tuple[float | None, ...]
    """Jensen-Shannon distance (base 2, 0..1) to the period before, of the shares of the 100 items
    that are most popular over all and of the rest; the noise of sampling is taken off."""
    overlap: tuple[float | None, ...]
    """Jaccard index of the 50 most popular items with those of the period before."""


class Activity(msgspec.Struct, frozen=True):
    """How many interactions users have, and how they come in sessions (30 minutes apart)."""

    bins: tuple[str, ...]
    """Such as `3-4`: powers of two."""
    users: tuple[int, ...]
    quantiles: tuple[tuple[float, float], ...]
    """Pairs of a share of users and the interactions that so many users do not exceed."""
    sessions: int
    events_a_session: float
    median_gap: float
    """Seconds between the events of a session; 0 where no session has two."""


class Bar(msgspec.Struct, frozen=True):
    """A name and its number."""

    name: str
    value: float


class Series(msgspec.Struct, frozen=True):
    """Each is None or empty where there is nothing to show."""

    rank_frequency: RankFrequency | None
    periods: Periods | None
    activity: Activity | None
    week_hours: tuple[tuple[int, ...], ...]
    """`[7][24]` events by weekday from Monday and hour, UTC."""
    event_types: tuple[Bar, ...]
    """Events, the commonest type first."""
    completeness: tuple[Bar, ...]
    """Share of values present, by `dataset.COLUMN`."""
