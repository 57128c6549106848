"""When the shoppers come, and for what."""

import math

import msgspec
import numpy as np

from allstore.simulator.goods import STYLE_PEAK, Flags, Floats, Goods, Integers
from allstore.simulator.people import People
from allstore.simulator.settings import DAY, HOUR, Settings

HOURS = (3, 2, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8, 10, 9, 8, 8, 9, 11, 13, 15, 17, 16, 11, 6)
"""How busy the store is in each hour of the day."""
WEEKDAYS = (9, 9, 9, 10, 11, 14, 13)
"""And on each day of the week, from Monday."""
OWN_HOUR = HOUR
"""Deviation of the sessions about a shopper's own time of day, in seconds."""
THURSDAY = 3
"""The weekday of the epoch."""
YEAR_DAYS = 365.25
MONTH_DAYS = YEAR_DAYS / 12


class Visits(msgspec.Struct, frozen=True):
    """Arrays with a row for each session, by shopper and then by time."""

    counts: Integers
    """Sessions of each shopper."""
    shopper: Integers
    start: Integers
    """Epoch seconds."""
    product: Integers
    """The product the session is for, or -1 where any of a style will do."""
    views: Integers
    resumes: Flags
    """Goes on with the style and the last product of the session before."""


def make_visits(
    people: People, goods: Goods, views: int, settings: Settings, rng: np.random.Generator
) -> Visits:
    """Sessions of these people, which make about `views` views."""
    activity = people.activity.astype(np.float64)
    sessions = math.ceil(views / _mean_views(settings))
    counts = _counts(activity, sessions, rng)
    shopper = np.repeat(np.arange(len(activity)), counts)
    start = _starts(shopper, people.joined, settings, rng)
    product = _trending(goods, start, settings, rng)
    length = rng.geometric(1.0 / settings.session_views, sessions)
    first = np.diff(shopper, prepend=-1) > 0
    return Visits(
        counts=counts,
        shopper=shopper,
        start=start,
        product=product,
        views=np.minimum(length, settings.longest_session),
        resumes=(rng.random(sessions) < settings.resume) & ~first & (product < 0),
    )


def _counts(activity: Floats, sessions: int, rng: np.random.Generator) -> Integers:
    """Sessions of each: one for all who are not cold, where there are enough, the rest by
    activity.
    """
    sure = (activity > 0).astype(np.int64)
    if sure.sum() > sessions:
        sure[:] = 0
    counts: Integers = sure + rng.multinomial(sessions - sure.sum(), activity / activity.sum())
    return counts


def _mean_views(settings: Settings) -> float:
    """Views in a session: of what it is for, and of what comes after."""
    stay = 1.0 - 1.0 / settings.session_views
    main = (1.0 - stay**settings.longest_session) * settings.session_views
    carted = 1.0 - (1.0 - settings.funnel[0]) ** (main * 0.8)
    more = carted * settings.complement + (1.0 - carted) * settings.wander
    return float(main + more * 2.0)


def _starts(
    shopper: Integers, joined: Floats, settings: Settings, rng: np.random.Generator
) -> Integers:
    """Ascending times for each shopper, none before the shopper joined."""
    begin = settings.end - settings.days * DAY
    hours = np.arange(begin, settings.end, HOUR)
    busy = np.array(HOURS)[hours // HOUR % 24] * np.array(WEEKDAYS)[(hours // DAY + THURSDAY) % 7]
    cumulative = np.concatenate([[0.0], busy.cumsum() / busy.sum()])
    fraction = joined[shopper] + (1.0 - joined[shopper]) * rng.random(len(shopper))
    places, earliest = (
        np.interp(part, cumulative, np.append(hours, settings.end)) for part in (fraction, joined)
    )
    own = _by_habit(places, shopper, len(joined), rng)
    moved = (rng.random(len(shopper)) < settings.habit) & (own < settings.end)
    places = np.where(moved & (own > earliest[shopper]), own, places)
    starts: Integers = places[np.lexsort((places, shopper))].astype(np.int64)
    return starts


def _by_habit(times: Floats, shopper: Integers, count: int, rng: np.random.Generator) -> Floats:
    """The same days at about the time of day that each of `count` shoppers is used to; most are
    used to the hours at which the store is busy.
    """
    usual = (rng.choice(24, count, p=np.divide(HOURS, sum(HOURS))) + rng.random(count)) * HOUR
    own = (usual[shopper] + rng.normal(0.0, OWN_HOUR, len(shopper))) % DAY
    moved: Floats = times // DAY * DAY + own
    return moved


def _trending(
    goods: Goods, start: Integers, settings: Settings, rng: np.random.Generator
) -> Integers:
    if not len(goods.trending):
        return np.full(len(start), -1)
    comes = rng.random(len(start)) < settings.trend_share * trend(start, settings)
    return np.where(comes, rng.choice(goods.trending, len(start)), -1)


def trend(times: Integers, settings: Settings) -> Floats:
    """How far the trend of the last days has grown, 0..1."""
    return np.clip(1.0 - (settings.end - times) / (settings.trend_days * DAY), 0.0, 1.0)


def seasons(when: int, settings: Settings) -> Floats:
    """(styles,) by what factor each style is in season at an epoch second."""
    month = when / DAY % YEAR_DAYS / MONTH_DAYS + 0.5
    nearness = np.cos((month - STYLE_PEAK) * (2.0 * np.pi / 12.0))
    return 1.0 + settings.season * np.where(STYLE_PEAK > 0, np.maximum(nearness, 0.0) ** 2, 0.0)
