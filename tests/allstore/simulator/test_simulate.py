"""What the simulated shoppers do. Bounds are wide: they state a fact, not a number."""

import numpy as np
import polars as pl
import pytest

from allstore.catalog.taxonomy import CATEGORIES, PERSONAS
from allstore.simulator import Settings, Store, simulate
from allstore.simulator.settings import DAY

SETTINGS = Settings(shoppers=500, products=1000, interactions=40_000, end=1_790_000_000)
GAP = 1800
"""Seconds without an event that part two sessions."""


@pytest.fixture(scope="module")
def store() -> Store:
    return simulate(SETTINGS)


@pytest.fixture(scope="module")
def views(store: Store) -> pl.DataFrame:
    """The views with the product's and the shopper's attributes, and the session's number."""
    products = pl.DataFrame(
        {
            "ITEM_ID": [product.id for product in store.products],
            "category": [product.category for product in store.products],
            "style": [product.style for product in store.products],
            "gender": [product.gender_affinity for product in store.products],
        }
    )
    shoppers = pl.DataFrame(
        {
            "USER_ID": [shopper.id for shopper in store.shoppers],
            "persona": [shopper.persona for shopper in store.shoppers],
            "shopper_gender": [shopper.gender for shopper in store.shoppers],
        }
    )
    events = store.interactions.filter(pl.col("EVENT_TYPE") == "View")
    joined = events.join(products, on="ITEM_ID").join(shoppers, on="USER_ID")
    ordered = joined.sort("USER_ID", "TIMESTAMP", maintain_order=True)
    starts = pl.col("TIMESTAMP").diff().fill_null(GAP + 1) > GAP
    return ordered.with_columns(session=starts.over("USER_ID").cum_sum().over("USER_ID"))


def count(store: Store, kind: str) -> int:
    return store.interactions.filter(pl.col("EVENT_TYPE") == kind).height


def test_the_sizes_are_those_asked_for(store: Store) -> None:
    assert len(store.products) == SETTINGS.products
    assert len(store.shoppers) == SETTINGS.shoppers
    assert store.interactions.height == SETTINGS.interactions
    assert store.interactions.columns == ["ITEM_ID", "USER_ID", "EVENT_TYPE", "TIMESTAMP"]


def test_times_ascend_and_fill_the_days_before_the_end(store: Store) -> None:
    times = store.interactions["TIMESTAMP"].to_numpy()
    assert (np.diff(times) >= 0).all()
    assert times[-1] < SETTINGS.end
    assert times[-1] > SETTINGS.end - DAY
    assert 0 <= times[0] - (SETTINGS.end - SETTINGS.days * DAY) < 2 * DAY


@pytest.mark.parametrize(
    ("kind", "percent"),
    [("AddToCart", 8.0), ("ViewCart", 5.0), ("StartCheckout", 2.0), ("Purchase", 1.0)],
)
def test_the_funnel_is_near_100_8_5_2_1(store: Store, kind: str, percent: float) -> None:
    assert 100 * count(store, kind) / count(store, "View") == pytest.approx(percent, rel=0.15)


def test_every_purchase_follows_a_view_by_the_same_shopper(store: Store) -> None:
    events = store.interactions
    first = (
        events.filter(pl.col("EVENT_TYPE") == "View")
        .group_by("USER_ID", "ITEM_ID")
        .agg(pl.col("TIMESTAMP").min().alias("viewed"))
    )
    bought = events.filter(pl.col("EVENT_TYPE") == "Purchase")
    both = bought.join(first, on=["USER_ID", "ITEM_ID"])
    assert both.filter(pl.col("viewed") < pl.col("TIMESTAMP")).height > 0.98 * bought.height


def test_personas_have_equal_shares_and_ages_are_those_of_adults(store: Store) -> None:
    personas = [shopper.persona for shopper in store.shoppers]
    for persona in PERSONAS:
        assert personas.count(persona) == pytest.approx(SETTINGS.shoppers / 16, abs=1)
    ages = [shopper.age for shopper in store.shoppers]
    assert 18 <= min(ages) <= max(ages) <= 100
    assert 33 < float(np.mean(ages)) < 40
    women = sum(shopper.gender == "F" for shopper in store.shoppers)
    assert women / SETTINGS.shoppers == pytest.approx(0.5, abs=0.08)


def test_a_personas_categories_dominate_its_views(views: pl.DataFrame) -> None:
    names = pl.col("persona").str.split("_")
    shares = [
        views.select((names.list.get(i) == pl.col("category")).mean()).item() for i in (0, 1, 2)
    ]
    assert shares[0] > 0.4
    assert shares[0] > 1.4 * shares[1] > 1.4 * shares[2]
    assert sum(shares) > 0.75


def test_sessions_are_about_something(views: pl.DataFrame) -> None:
    sessions = views.group_by("USER_ID", "session").agg(
        pl.len(), pl.col("style").mode().first().alias("main"), pl.col("style")
    )
    assert 3 < sessions.select(pl.col("len").mean()).item() < 9
    longer = sessions.filter(pl.col("len") > 2)
    same = longer.explode("style").select((pl.col("style") == pl.col("main")).mean()).item()
    assert same > 0.55


def test_fewer_than_35_percent_of_views_are_repeats(views: pl.DataFrame) -> None:
    distinct = views.select("USER_ID", "ITEM_ID").n_unique()
    assert 0.05 < 1 - distinct / views.height < 0.35


def test_popularity_has_a_long_tail(views: pl.DataFrame) -> None:
    counts = views["ITEM_ID"].value_counts(sort=True)["count"]
    fifth = SETTINGS.products // 5
    assert counts[:fifth].sum() > 0.38 * views.height
    assert counts[0] > 5 * counts[len(counts) // 2]


def test_some_products_and_shoppers_have_nothing(store: Store) -> None:
    known = set(store.interactions["ITEM_ID"])
    cold = [product for product in store.products if product.launched_at == SETTINGS.end]
    assert cold
    assert not known & {product.id for product in cold}
    active = store.interactions["USER_ID"].n_unique()
    assert 0.9 * SETTINGS.shoppers < active < SETTINGS.shoppers


def test_nothing_is_viewed_before_its_launch(store: Store, views: pl.DataFrame) -> None:
    launches = {product.id: product.launched_at for product in store.products}
    launched = views["ITEM_ID"].replace_strict(launches)
    assert (views["TIMESTAMP"] >= launched).all()


def test_shoppers_keep_to_their_gender(views: pl.DataFrame) -> None:
    fits = views.drop_nulls("gender").select((pl.col("gender") == pl.col("shopper_gender")).mean())
    assert fits.item() > 0.7


def test_purchases_lean_to_what_is_worth_more_and_costs_less(store: Store) -> None:
    places = {product.id: place for place, product in enumerate(store.products)}
    utilities = np.array([store.truth.utility(shopper.id) for shopper in store.shoppers])
    tiers = store.truth.goods.tier

    def means(kind: str) -> tuple[float, float]:
        events = store.interactions.filter(pl.col("EVENT_TYPE") == kind)
        items = events["ITEM_ID"].replace_strict(places).to_numpy()
        users = events["USER_ID"].cast(pl.Int64).to_numpy() - 1
        return float(utilities[users, items].mean()), float(tiers[items].mean())

    assert means("Purchase")[0] > means("View")[0] + 0.3
    assert means("Purchase")[1] < means("View")[1]


def test_viewed_products_are_worth_more_than_others(store: Store) -> None:
    places = {product.id: place for place, product in enumerate(store.products)}
    ranks = []
    for shopper in store.shoppers[:100]:
        worth = store.truth.utility(shopper.id)
        seen = store.interactions.filter(pl.col("USER_ID") == shopper.id)["ITEM_ID"].unique()
        ranks += [float((worth < worth[places[item]]).mean()) for item in seen]
    assert float(np.mean(ranks)) > 0.75
    assert len(worth) == SETTINGS.products


def test_an_unknown_shopper_has_no_utility(store: Store) -> None:
    with pytest.raises(KeyError):
        store.truth.utility("nobody")
    with pytest.raises(KeyError):
        store.truth.utility("0")


def test_a_trend_shows_in_the_last_days(store: Store, views: pl.DataFrame) -> None:
    trending = [store.products[place].id for place in store.truth.goods.trending]
    late = pl.col("TIMESTAMP") >= SETTINGS.end - 2 * DAY
    share = views.group_by(late.alias("late")).agg(pl.col("ITEM_ID").is_in(trending).mean())
    now, before = (share.filter(pl.col("late") == flag)["ITEM_ID"].item() for flag in (True, False))
    assert now > 2 * before


def test_the_last_product_tells_the_next_better_than_popularity(views: pl.DataFrame) -> None:
    pairs = views.with_columns(after=pl.col("ITEM_ID").shift(-1).over("USER_ID")).drop_nulls(
        "after"
    )
    pairs = pairs.with_columns(train=pl.col("TIMESTAMP") < SETTINGS.end - 14 * DAY)
    train, test = pairs.filter("train"), pairs.filter(~pl.col("train"))
    following = train.group_by("ITEM_ID", "after").len().sort("len", "after", descending=True)
    top = following.group_by("ITEM_ID", maintain_order=True).head(10)
    hits = test.join(top, on=["ITEM_ID", "after"], how="inner").height / test.height
    popular = train["ITEM_ID"].value_counts(sort=True)["ITEM_ID"][:10]
    baseline = test["after"].is_in(popular.to_list()).mean()
    assert isinstance(baseline, float)
    assert hits > 3 * baseline


def test_the_same_seed_gives_the_same_store(store: Store) -> None:
    again = simulate(SETTINGS)
    assert again.products == store.products
    assert again.shoppers == store.shoppers
    assert again.interactions.equals(store.interactions)


def test_another_seed_gives_another_store(store: Store) -> None:
    small = Settings(seed=1, shoppers=500, products=1000, interactions=5000, end=SETTINGS.end)
    other = simulate(small)
    assert other.shoppers != store.shoppers
    assert other.products != store.products


def test_blocks_together_make_one_store() -> None:
    parts = Settings(shoppers=120, products=300, interactions=4000, end=SETTINGS.end, block=50)
    interactions = simulate(parts).interactions
    assert interactions.height == parts.interactions
    assert interactions.select(pl.col("USER_ID").cast(pl.Int64).max()).item() > 100


def test_a_tiny_store_is_a_store() -> None:
    tiny = simulate(Settings(shoppers=3, products=6, interactions=20, days=7, end=SETTINGS.end))
    assert len(tiny.products) == 6
    assert tiny.interactions.height <= 20
    assert len(CATEGORIES) == len(tiny.truth.interest("1"))
