"""Discounts in the shop's database, and what is paid with them."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from allstore.catalog.models import Product
from allstore.shop import money
from allstore.shop.cart import MOST, Carts
from allstore.shop.catalogue import Catalogue
from allstore.shop.catalogue_loading import load_catalogue
from allstore.shop.database import connect, discounts
from allstore.shop.discounts import PER_SHOPPER, Discount, Discounts, most_helped
from allstore.shop.events import Touch
from allstore.shop.orders import Orders
from allstore.shop.recommendations import Recommendations
from allstore.shop.settings import Settings
from allstore.shop.visitor import Visitor
from shopfront import StandInEngine
from tests.allstore.shop.conftest import SHELF

IDS = ("a", "b", "c")
ANN, ANONYMOUS = Visitor("visit", "1870"), Visitor("visit", has_events=True)


@pytest.fixture
def giving(database: sa.Engine, settings: Settings) -> Discounts:
    """Asks the stand-in engine, and takes 20 % off."""
    connected = settings.model_copy(update={"discount_percent": 20})
    return Discounts(database, Recommendations(connected, connected.config), connected.config)


def test_a_discount_is_kept_for_its_visit_and_charged_there_alone(
    database: sa.Engine, giving: Discounts, engine: StandInEngine
) -> None:
    engine.helped = ["book"]
    giving.choose(ANN, SHELF)
    assert set(giving.of_visit(ANN)) == {"book"}
    assert giving.of_visit(Visitor("another", "1870")) == {}
    for visitor, price in ((ANN, 7280), (Visitor("another", "1870"), 9100)):
        Carts(database).add(visitor.session_id, Touch("book"))
        assert Carts(database).cart(visitor).subtotal == price
        assert Orders(database).place(visitor).total == price


def test_a_shopper_chosen_on_an_anonymous_visit_gets_discounts_too(
    giving: Discounts, engine: StandInEngine
) -> None:
    engine.helped = ["book"]
    giving.choose(ANONYMOUS, SHELF)
    engine.helped = ["book", "apple"]
    for _ in range(2):
        giving.choose(ANN, SHELF)
    assert set(giving.of_visit(ANN)) == {"apple", "book"}
    assert len(engine.asked) == 4


def test_a_discount_tells_the_events_of_its_products(
    database: sa.Engine, giving: Discounts, engine: StandInEngine
) -> None:
    engine.helped = ["book"]
    giving.choose(ANN, SHELF)
    with database.connect() as connection:
        told = giving.told(connection, ANN, ["apple", "book"])
    assert told == {"apple": {"discount": "No"}, "book": {"discount": "Yes"}}


SHARES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 1))


@given(without=SHARES, reduced=SHARES)
def test_no_more_than_a_few_get_a_discount_and_only_what_gains(
    without: Mapping[str, float], reduced: Mapping[str, float]
) -> None:
    chosen = most_helped(without, reduced, 15)
    assert len(chosen) <= PER_SHOPPER
    gains = [each.share_with - each.share_without for each in chosen]
    assert all(gain > 0 for gain in gains)
    assert gains == sorted(gains, reverse=True)
    assert {each.product_id for each in chosen} <= set(without)


def test_a_gain_of_next_to_nothing_is_none() -> None:
    assert most_helped({"a": 0.2, "b": 0.2}, {"a": 0.203, "b": 0.22}, 15) == [
        Discount("b", 15, 0.2, 0.22)
    ]


@settings(max_examples=10, deadline=None)
@given(
    prices=st.tuples(*[st.integers(1, 10**6)] * 3),
    percents=st.tuples(*[st.integers(0, 90)] * 3),
    quantities=st.tuples(*[st.integers(1, MOST)] * 3),
)
def test_an_order_adds_up_to_what_the_cart_said(
    prices: tuple[int, ...], percents: tuple[int, ...], quantities: tuple[int, ...]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'shop.db'}")
        shelf = [
            Product(each, each, "books", "s", "d", price / 100, current_stock=MOST)
            for each, price in zip(IDS, prices, strict=True)
        ]
        load_catalogue(engine, shelf, [])
        _give(engine, percents)
        carts = Carts(engine)
        for each, quantity in zip(IDS, quantities, strict=True):
            carts.add("visit", Touch(each), quantity)
        cart, order = carts.cart(Visitor("visit")), Orders(engine).place(ANN)
        unreduced = [each.price for each in Catalogue(engine).products(IDS)]
        engine.dispose()
    paid = [money.reduced(full, percent) for full, percent in zip(prices, percents, strict=True)]
    total = sum(price * units for price, units in zip(paid, quantities, strict=True))
    assert cart.subtotal == order.total == sum(line.total or 0 for line in order.lines) == total
    assert [money.cents(each) for each in unreduced] == list(prices)
    assert all(0 <= price <= full for price, full in zip(paid, prices, strict=True))


def _give(engine: sa.Engine, percents: tuple[int, ...]) -> None:
    given = [(each, percent) for each, percent in zip(IDS, percents, strict=True) if percent]
    rows = [
        {
            "session_id": "visit",
            "product_id": each,
            "percent": percent,
            "share_without": 0.1,
            "share_with": 0.2,
        }
        for each, percent in given
    ]
    if rows:
        with engine.begin() as connection:
            connection.execute(sa.insert(discounts), rows)
