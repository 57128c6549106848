"""Which products draw views, how often again, and how that changes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from allstore.simulator.settings import DAY
from simulated import DEFAULT, Watched


def by_rank(watched: Watched) -> NDArray[np.int64]:
    """Views of each product that has any, the most first."""
    counts = np.bincount(watched.views["item"].to_numpy())
    return np.asarray(np.sort(counts[counts > 0])[::-1])


def test_popularity_follows_a_power_law(watched: Watched) -> None:
    """The slope of log views by log rank over the more popular half; it is flatter where shoppers
    view a tenth of all there is, as in the small store.
    """
    counts = by_rank(watched)
    counts = counts[: len(counts) // 2]
    slope = np.polyfit(np.log(np.arange(1, len(counts) + 1)), np.log(counts), 1)[0]
    flattest = -0.55 if watched.settings == DEFAULT else -0.3
    assert -1.2 < slope < flattest


def test_a_fifth_of_the_products_has_most_of_the_views(watched: Watched) -> None:
    counts = by_rank(watched)
    share = counts[: len(counts) // 5].sum() / counts.sum()
    assert 0.4 < share < 0.8
    assert counts[0] > 4 * np.median(counts)


def test_fewer_than_35_percent_of_views_are_of_products_viewed_before(watched: Watched) -> None:
    distinct = watched.views.select("user", "item").n_unique()
    assert 0.1 < 1 - distinct / watched.views.height < 0.35


def test_trending_products_grow_threefold_in_the_last_days(watched: Watched) -> None:
    trending = watched.store.truth.goods.trending.tolist()
    last = watched.settings.trend_days * DAY
    views = watched.views.filter(watched.views["item"].is_in(trending))["TIMESTAMP"].to_numpy()
    late = views >= watched.settings.end - last
    days = watched.settings.days - watched.settings.trend_days
    assert late.sum() / watched.settings.trend_days > 3 * (~late).sum() / days


def test_other_products_grow_little(watched: Watched) -> None:
    times = watched.views["TIMESTAMP"].to_numpy()
    late = times >= watched.settings.end - watched.settings.trend_days * DAY
    days = watched.settings.days - watched.settings.trend_days
    growth = late.sum() / watched.settings.trend_days / ((~late).sum() / days)
    assert 1.0 < growth < 1.8


def test_new_products_are_viewed_most_when_they_are_new(watched: Watched) -> None:
    goods, end = watched.store.truth.goods, watched.settings.end
    launched = goods.launched[watched.views["item"].to_numpy()]
    known = (launched > watched.begin) & (launched < end - 30 * DAY)
    age = (watched.views["TIMESTAMP"].to_numpy() - launched)[known] / DAY
    least = 1.3 if watched.settings == DEFAULT else 1.1
    assert (age < 7).sum() > least * ((age >= 21) & (age < 28)).sum()


@pytest.mark.parametrize("gender", [0, 1], ids=["men", "women"])
def test_what_is_made_for_some_is_viewed_by_them(watched: Watched, gender: int) -> None:
    people, _ = watched.store.truth.person("1")
    made_for = watched.store.truth.goods.gender[watched.views["item"].to_numpy()]
    viewers = people.gender[watched.views["user"].to_numpy()]
    assert (viewers[made_for == gender] == gender).mean() > 0.6
