"""Who shops, what is sold, and that both agree with the events."""

import numpy as np
import polars as pl
import pytest

from allstore.catalog.taxonomy import CATEGORIES, PERSONAS, STYLES
from allstore.simulator.settings import DAY
from simulated import Watched


def test_the_sizes_are_those_asked_for(watched: Watched) -> None:
    store, settings = watched.store, watched.settings
    assert len(store.products) == settings.products
    assert len(store.shoppers) == settings.shoppers
    assert store.interactions.height == settings.interactions
    assert store.interactions.columns == ["ITEM_ID", "USER_ID", "EVENT_TYPE", "TIMESTAMP"]


def test_every_id_in_the_events_is_known(watched: Watched) -> None:
    events, store = watched.store.interactions, watched.store
    assert set(events["USER_ID"].unique()) <= {shopper.id for shopper in store.shoppers}
    assert set(events["ITEM_ID"].unique()) <= {product.id for product in store.products}


def test_times_ascend_and_fill_the_days_before_the_end(watched: Watched) -> None:
    times = watched.store.interactions["TIMESTAMP"].to_numpy()
    assert (np.diff(times) >= 0).all()
    assert watched.settings.end - DAY < times[-1] < watched.settings.end
    assert 0 <= times[0] - watched.begin < DAY


def test_personas_have_equal_shares(watched: Watched) -> None:
    personas = [shopper.persona for shopper in watched.store.shoppers]
    for persona in PERSONAS:
        assert abs(personas.count(persona) - watched.settings.shoppers / len(PERSONAS)) < 1


def test_ages_are_those_of_adults_and_half_are_women(watched: Watched) -> None:
    ages = [shopper.age or 0 for shopper in watched.store.shoppers]
    assert 18 <= min(ages) <= max(ages) <= 100
    assert 34 < float(np.mean(ages)) < 39
    women = sum(shopper.gender == "F" for shopper in watched.store.shoppers)
    assert women / watched.settings.shoppers == pytest.approx(0.5, abs=0.05)


def test_every_style_is_sold(watched: Watched) -> None:
    assert {product.style for product in watched.store.products} == set(STYLES)


def test_the_share_of_shoppers_with_nothing_is_that_of_the_settings(watched: Watched) -> None:
    cold = 1 - watched.events["user"].n_unique() / watched.settings.shoppers
    assert cold == pytest.approx(watched.settings.cold_shoppers, abs=0.001)


def test_the_share_of_products_still_to_come_is_that_of_the_settings(watched: Watched) -> None:
    end = watched.settings.end
    cold = {row for row, one in enumerate(watched.store.products) if one.launched_at == end}
    share = watched.settings.cold_products
    deviation = np.sqrt(share * (1 - share) / watched.settings.products)
    assert len(cold) / watched.settings.products == pytest.approx(share, abs=3 * deviation)
    assert cold
    assert not cold & set(watched.events["item"].unique())


def test_nothing_happens_to_a_product_before_its_launch(watched: Watched) -> None:
    launched = watched.store.truth.goods.launched[watched.events["item"].to_numpy()]
    assert (watched.events["TIMESTAMP"].to_numpy() > launched).all()
    assert (launched > watched.begin).mean() > 0.05


def test_nobody_does_anything_before_joining(watched: Watched) -> None:
    people, _ = watched.store.truth.person("1")
    joined = watched.begin + people.joined * watched.settings.days * DAY
    first = watched.events.group_by("user").agg(pl.col("TIMESTAMP").min()).sort("user")
    users = first["user"].to_numpy()
    assert (first["TIMESTAMP"].to_numpy() > joined[users] - DAY).all()
    assert (people.joined > 0).mean() == pytest.approx(watched.settings.new_shoppers, abs=0.04)


def test_interests_add_up_over_the_categories(watched: Watched) -> None:
    interest = watched.store.truth.interest("1")
    assert len(interest) == len(CATEGORIES)
    assert interest.sum() == pytest.approx(1.0, abs=1e-4)
