import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from allstore.catalog.models import Product
from allstore.shop.cart import MOST, Cart, CartLine, Carts
from allstore.shop.catalogue_loading import load_catalogue
from allstore.shop.database import connect
from allstore.shop.events import Touch
from allstore.shop.visitor import Visitor

IDS = ("a", "b", "c")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(IDS), st.integers(1, 60)),
        st.tuples(st.just("change"), st.sampled_from(IDS), st.sampled_from([-1, 1])),
        st.tuples(st.just("remove"), st.sampled_from(IDS), st.just(0)),
    ),
    max_size=12,
)


@contextmanager
def carts_of(prices: tuple[int, ...]) -> Iterator[Carts]:
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'shop.db'}")
        shelf = [
            Product(each, each, "books", "s", "d", price / 100)
            for each, price in zip(IDS, prices, strict=True)
        ]
        load_catalogue(engine, shelf, [])
        yield Carts(engine)
        engine.dispose()


def replay(step: tuple[str, str, int], held: dict[str, int]) -> None:
    kind, product_id, number = step
    if kind == "add":
        held[product_id] = min(held.get(product_id, 0) + number, MOST)
    elif kind == "change" and product_id in held:
        held[product_id] = max(1, min(held[product_id] + number, MOST))
    elif kind == "remove":
        held.pop(product_id, None)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS, prices=st.tuples(*[st.integers(1, 10**6)] * 3))
def test_a_cart_adds_up_whatever_was_done_to_it(
    steps: list[tuple[str, str, int]], prices: tuple[int, int, int]
) -> None:
    held: dict[str, int] = {}
    with carts_of(prices) as carts:
        for kind, product_id, number in steps:
            replay((kind, product_id, number), held)
            if kind == "add":
                carts.add("s", Touch(product_id), number)
            elif kind == "change":
                carts.change("s", product_id, number)
            else:
                carts.remove("s", product_id)
        cart = carts.cart(Visitor("s"))
    price = dict(zip(IDS, prices, strict=True))
    assert {line.product_id: line.quantity for line in cart.lines} == held
    assert cart.units == sum(held.values())
    assert cart.subtotal == sum(price[each] * units for each, units in held.items())
    assert sum(cart.instalments(4)) == cart.subtotal


def test_carts_of_two_sessions_are_two_carts(database: sa.Engine) -> None:
    carts = Carts(database)
    carts.add("one", Touch("book"))
    assert carts.cart(Visitor("one")).units == 1
    assert carts.cart(Visitor("two")) == Cart()


def test_adding_again_raises_the_quantity_and_keeps_the_first_recommendation(
    database: sa.Engine,
) -> None:
    carts = Carts(database)
    carts.add("s", Touch("book", "RID-1"), 1)
    carts.add("s", Touch("book", "RID-2"), 1)
    assert carts.cart(Visitor("s")).lines == (
        CartLine("book", "Book", "books", 9100, 0, 2, stock=2, recommendation_id="RID-1"),
    )


def test_a_quantity_stays_at_one_when_lowered(database: sa.Engine) -> None:
    carts = Carts(database)
    carts.add("s", Touch("apple"))
    carts.change("s", "apple", -1)
    assert carts.cart(Visitor("s")).units == 1
