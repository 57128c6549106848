"""The shoppers whom the shop offers to visit as."""

import polars as pl

from allstore.catalog.taxonomy import CATEGORIES
from allstore.simulator.goods import STYLE_CATEGORY
from simulated import Watched

_NAMES = [category.name.lower() for category in CATEGORIES.values()]


def test_a_dozen_are_curated_each_of_another_persona_but_for_a_stranger(small: Watched) -> None:
    curated = [each for each in small.store.shoppers if each.curated]
    assert len(curated) == 12
    new = [each for each in curated if each.description.startswith("New here")]
    assert len(new) == 1
    busy = {each.persona for each in curated if each not in new}
    assert len(busy) == 11
    assert all(each.description for each in curated)
    assert not any(each.description for each in small.store.shoppers if not each.curated)


def test_what_is_said_of_them_is_true(small: Watched) -> None:
    store = small.store
    for shopper in (each for each in store.shoppers if each.curated):
        people, row = store.truth.person(shopper.id)
        events = store.interactions.filter(pl.col("USER_ID") == shopper.id)
        assert ("New here" in shopper.description) == (events.height == 0)
        assert people.hunter[row] or "hunts for discounts" not in shopper.description
        assert (people.changes[row] <= 1) or "went over" not in shopper.description
        if events.height:
            dearest = shopper.description.removeprefix("Buys ").split(" and ")[0]
            shares = people.styles[row] + people.styles_later[row]
            assert shares[_NAMES.index(dearest) == STYLE_CATEGORY].sum() > 0.5


def test_they_differ_in_more_than_their_categories(small: Watched) -> None:
    said = {
        words
        for each in small.store.shoppers
        if each.curated
        for words in each.description.split(", ")[1:]
    }
    assert len(said) >= 5
