"""When shoppers come, how long they stay, and for what."""

from itertools import pairwise

import msgspec
import numpy as np
import polars as pl
import pytest

from allstore.simulator.settings import DAY, HOUR
from allstore.simulator.visits import HOURS, WEEKDAYS, seasons
from simulated import PAUSE, Watched


def test_a_session_has_about_five_views(watched: Watched) -> None:
    lengths = watched.views.group_by("user", "session").len()["len"].to_numpy()
    assert lengths.mean() == pytest.approx(5.4, abs=0.5)
    assert (lengths == 1).mean() > 0.1
    assert lengths.max() < 20


def test_gaps_within_a_session_are_minutes_and_between_sessions_hours(watched: Watched) -> None:
    gaps = watched.views.select(pl.col("TIMESTAMP").diff().over("user")).drop_nulls()
    seconds = gaps["TIMESTAMP"].to_numpy()
    within, between = seconds[seconds <= PAUSE], seconds[seconds > PAUSE]
    assert float(np.median(within)) < 90
    assert between.min() > HOUR * 0.9
    assert float(np.median(between)) > 12 * HOUR


def test_no_gap_between_sessions_is_much_more_usual_than_those_near_it(watched: Watched) -> None:
    """By five minutes, from one hour to three: twice as usual at most, but for chance."""
    gaps = watched.views.select(pl.col("TIMESTAMP").diff().over("user")).drop_nulls()
    seconds = gaps["TIMESTAMP"].to_numpy()
    counts = np.histogram(seconds, np.arange(HOUR, 3 * HOUR + 1, 300))[0]
    assert counts.sum() > 200
    for place, count in enumerate(counts.tolist()):
        near = np.delete(counts[max(place - 2, 0) : place + 3], min(place, 2)).mean()
        assert count < 2 * near + 4 * np.sqrt(near)


def test_shoppers_come_at_hours_of_their_own(watched: Watched) -> None:
    """The deviation of the hour is clearly smaller for one shopper than for all."""
    begun = watched.views.group_by("user", "session").agg(pl.col("TIMESTAMP").min())
    hours = begun.select("user", hour=pl.col("TIMESTAMP") % DAY / HOUR)
    own = hours.group_by("user").agg(pl.len(), pl.col("hour").var()).filter(pl.col("len") > 4)
    within = np.sqrt(np.average(own["hour"].to_numpy(), weights=own["len"].to_numpy()))
    assert within < 0.87 * hours["hour"].to_numpy().std()


def test_a_checkout_has_one_time_for_each_step(watched: Watched) -> None:
    steps = ("ViewCart", "StartCheckout", "Purchase")
    times = (
        watched.events.filter(pl.col("EVENT_TYPE").is_in(steps))
        .group_by("user", "session", "EVENT_TYPE")
        .agg(pl.len(), pl.col("TIMESTAMP").n_unique().alias("times"), pl.col("TIMESTAMP").max())
    )
    assert times["len"].to_numpy().max() > 1
    assert (times["times"].to_numpy() == 1).all()
    one = [times.filter(pl.col("EVENT_TYPE") == step) for step in steps]
    for earlier, later in pairwise(one):
        both = later.join(earlier, on=["user", "session"], validate="1:1")
        assert both.height == later.height
        assert (both["TIMESTAMP"] > both["TIMESTAMP_right"]).all()


def test_the_evening_is_busy_and_the_night_is_not(watched: Watched) -> None:
    hours = watched.views["TIMESTAMP"].to_numpy() // HOUR % 24
    assert np.corrcoef(np.bincount(hours, minlength=24), HOURS)[0, 1] > 0.95


def test_weekends_are_busy(watched: Watched) -> None:
    days = (watched.views["TIMESTAMP"].to_numpy() // DAY + 3) % 7
    assert np.corrcoef(np.bincount(days, minlength=7), WEEKDAYS)[0, 1] > 0.6


def test_a_session_is_about_one_style(watched: Watched) -> None:
    style = watched.store.truth.goods.style[watched.views["item"].to_numpy()]
    sessions = (
        watched.views.with_columns(style=style)
        .group_by("user", "session")
        .agg(pl.len(), same=(pl.col("style") == pl.col("style").mode().first()).mean())
    )
    assert sessions.filter(pl.col("len") > 2)["same"].to_numpy().mean() > 0.5


def test_some_sessions_go_on_where_the_last_one_ended(watched: Watched) -> None:
    sessions = watched.views.group_by("user", "session", maintain_order=True).agg(
        first=pl.col("item").first(), last=pl.col("item").last()
    )
    resumed = sessions["first"] == sessions["last"].shift(1)
    assert resumed.mean() == pytest.approx(watched.settings.resume, abs=0.06)


def test_seasonal_styles_are_sought_in_their_season(small: Watched) -> None:
    """More than by the same shoppers in a store without seasons."""
    flat = Watched(msgspec.structs.replace(small.settings, season=0.0))
    assert in_season(small, small) > in_season(flat, small) + 0.02


def in_season(watched: Watched, calendar: Watched) -> float:
    """By what factor what is viewed is in season, on average, in the calendar of a store."""
    style = watched.store.truth.goods.style[watched.views["item"].to_numpy()]
    day = (watched.views["TIMESTAMP"].to_numpy() - watched.begin) // DAY
    days = range(watched.settings.days)
    factors = np.array([seasons(watched.begin + n * DAY, calendar.settings) for n in days])
    return float(factors[day, style].mean())


def test_a_share_of_views_means_nothing(watched: Watched) -> None:
    """A view of another category between two of one category and session is an accident."""
    category = watched.store.truth.goods.category[watched.views["item"].to_numpy()]
    key = watched.views["user"].to_numpy() * 10_000 + watched.views["session"].to_numpy()
    inside = (key[:-2] == key[2:]) & (category[:-2] == category[2:])
    strange = category[1:-1][inside] != category[:-2][inside]
    assert strange.mean() == pytest.approx(watched.settings.accidents, abs=0.012)
