"""That shoppers do what they are like."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from allstore.simulator.goods import STYLE_CATEGORY
from allstore.simulator.settings import DAY
from allstore.simulator.worth import offers
from simulated import Watched

FUNNEL = (("AddToCart", 8.0), ("ViewCart", 5.0), ("StartCheckout", 2.0), ("Purchase", 1.0))


@pytest.mark.parametrize(("kind", "percent"), FUNNEL)
def test_the_funnel_is_near_100_8_5_2_1(watched: Watched, kind: str, percent: float) -> None:
    assert 100 * watched.of(kind).height / watched.views.height == pytest.approx(percent, rel=0.06)


def test_every_purchase_follows_a_view_by_the_same_shopper(watched: Watched) -> None:
    viewed = watched.views.group_by("user", "item").agg(pl.col("TIMESTAMP").min().alias("viewed"))
    both = watched.of("Purchase").join(viewed, on=["user", "item"])
    follows = both.filter(pl.col("viewed") < pl.col("TIMESTAMP")).height
    assert follows > 0.98 * watched.of("Purchase").height


def test_a_personas_categories_dominate_its_views_in_their_order(watched: Watched) -> None:
    people, _ = watched.store.truth.person("1")
    users = watched.views["user"].to_numpy()
    settled = people.changes[users] > 1
    table = np.zeros((len(people.age), STYLE_CATEGORY.max() + 1))
    np.add.at(table, (np.arange(len(people.age))[:, None], STYLE_CATEGORY), people.styles)
    ranked = np.argsort(-table, axis=1)
    category = watched.store.truth.goods.category[watched.views["item"].to_numpy()]
    shares = [(ranked[users, place] == category)[settled].mean() for place in range(3)]
    assert shares[0] > 0.38
    assert shares[0] > 1.4 * shares[1] > 1.4 * 1.3 * shares[2]
    assert sum(shares) > 0.75


def test_those_whose_interest_changes_view_another_category_after(watched: Watched) -> None:
    people, _ = watched.store.truth.person("1")
    frame = watched.views
    users = frame["user"].to_numpy()
    moment = (frame["TIMESTAMP"].to_numpy() - watched.begin) / (watched.settings.days * DAY)
    names = [str(shopper.persona).split("_")[0] for shopper in watched.store.shoppers]
    first = np.array([product.category for product in watched.store.products])
    favourite = first[frame["item"].to_numpy()] == np.array(names)[users]

    def shares(changing: NDArray[np.bool_], when: NDArray[np.floating]) -> tuple[float, float]:
        before = favourite[changing & (moment < when)].mean()
        return float(before), float(favourite[changing & (moment >= when)].mean())

    changing = people.changes[users] <= 1
    assert (people.changes <= 1).mean() == pytest.approx(
        watched.settings.changing_shoppers, abs=0.04
    )
    before, after = shares(changing, people.changes[users])
    assert after < 0.75 * before
    before, after = shares(~changing, np.full(len(users), 0.6))
    assert after > 0.8 * before


def test_viewed_products_are_worth_more_than_others(watched: Watched) -> None:
    worth = watched.store.truth.utilities(slice(200))
    seen = watched.views.filter(pl.col("user") < 200).select("user", "item").unique()
    ranks = worth.argsort(axis=1).argsort(axis=1) / watched.settings.products
    assert ranks[seen["user"].to_numpy(), seen["item"].to_numpy()].mean() > 0.75


def test_products_viewed_are_to_the_shoppers_taste(watched: Watched) -> None:
    """More than those that other shoppers view instead."""
    people, _ = watched.store.truth.person("1")
    viewed = watched.store.truth.goods.character[watched.views["item"].to_numpy()]
    users = watched.views["user"].to_numpy()
    others = np.random.default_rng(0).permutation(users)
    own = (people.taste[users] * viewed).sum(axis=1).mean()
    assert own > (people.taste[others] * viewed).sum(axis=1).mean() + 0.03


def test_purchases_rise_with_utility(watched: Watched) -> None:
    worth = watched.store.truth.utilities(slice(None))
    viewed, bought = (
        worth[frame["user"].to_numpy(), frame["item"].to_numpy()]
        for frame in (watched.views, watched.of("Purchase"))
    )
    edges = np.quantile(viewed, [0.5, 0.8, 0.9])
    rates = [
        np.bincount(np.searchsorted(edges, values), minlength=4) for values in (bought, viewed)
    ]
    half, better, good, best = (rates[0] / rates[1]).tolist()
    assert best > good > better > half
    assert best > 4 * half


def test_cheaper_products_of_a_style_are_bought_more_often(watched: Watched) -> None:
    cheap = (watched.store.truth.goods.tier < 0.35).astype(np.int64)
    dear, low = watched.rates("AddToCart", cheap, 2).tolist()
    assert low > 1.15 * dear


def test_offers_are_bought_more_often(watched: Watched) -> None:
    goods = watched.store.truth.goods

    def reduced(frame: pl.DataFrame) -> NDArray[np.bool_]:
        weeks = (frame["TIMESTAMP"].to_numpy() - watched.begin) // (7 * DAY)
        categories = goods.category[frame["item"].to_numpy()]
        return np.asarray(offers(watched.settings)[weeks, categories])

    viewed, carted = reduced(watched.views), reduced(watched.of("AddToCart"))
    assert carted.sum() / viewed.sum() > 1.2 * (~carted).sum() / (~viewed).sum()


def test_promoted_products_are_bought_more_often(watched: Watched) -> None:
    promoted = watched.store.truth.goods.promoted.astype(np.int64)
    other, pushed = watched.rates("AddToCart", promoted, 2).tolist()
    assert pushed > 1.25 * other
