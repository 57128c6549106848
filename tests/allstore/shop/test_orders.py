from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import sqlalchemy as sa

from allstore.catalog.models import Product
from allstore.shop.cart import Carts
from allstore.shop.catalogue import Catalogue
from allstore.shop.catalogue_loading import load_catalogue
from allstore.shop.events import Touch
from allstore.shop.orders import EmptyCartError, Order, Orders, OutOfStockError
from allstore.shop.visitor import Visitor
from tests.allstore.shop.conftest import Clock

ANN = Visitor("ann")
BEN = Visitor("ben")


def stock(database: sa.Engine, product_id: str) -> int:
    product = Catalogue(database).product(product_id)
    assert product
    assert product.current_stock is not None
    return product.current_stock


def test_an_order_takes_from_the_stock_and_empties_the_cart(database: sa.Engine) -> None:
    carts, orders = Carts(database), Orders(database)
    carts.add("ann", Touch("apple", "RID-1"), 3)
    carts.add("ann", Touch("book"))
    order = orders.place(ANN)
    assert order.total == 3 * 125 + 9100
    assert [line.recommendation_id for line in order.lines] == ["RID-1", None]
    assert (stock(database, "apple"), stock(database, "book")) == (2, 1)
    assert carts.cart(Visitor("ann")).lines == ()
    assert orders.order(ANN, order.id) == order


def test_more_than_the_stock_is_refused_and_changes_nothing(database: sa.Engine) -> None:
    carts = Carts(database)
    carts.add("ann", Touch("apple"), 2)
    carts.add("ann", Touch("book"), 3)
    with pytest.raises(OutOfStockError, match="Only 2 of Book in stock, and your cart has 3"):
        Orders(database).place(ANN)
    assert carts.cart(Visitor("ann")).units == 5
    assert stock(database, "apple") == 5


def test_what_has_no_price_and_no_known_stock_is_ordered_and_adds_nothing(
    database: sa.Engine,
) -> None:
    unknown = Product("tent", "Tent", "Camping", "", "", None, current_stock=None)
    load_catalogue(database, [unknown], [])
    carts = Carts(database)
    carts.add("ann", Touch("tent"), 7)
    carts.add("ann", Touch("apple"), 2)
    cart = carts.cart(Visitor("ann"))
    assert (cart.subtotal, cart.unpriced, cart.units) == (250, 7, 9)
    order = Orders(database).place(ANN)
    assert (order.total, order.unpriced) == (250, 7)
    assert Orders(database).order(ANN, order.id) == order
    tent = Catalogue(database).product("tent")
    assert tent == msgspec.structs.replace(unknown, categories=("Camping",))


def test_an_empty_cart_is_not_an_order(database: sa.Engine) -> None:
    with pytest.raises(EmptyCartError):
        Orders(database).place(ANN)


def test_the_last_units_are_sold_once(database: sa.Engine) -> None:
    visitors = [Visitor(f"visitor{number}") for number in range(8)]
    for visitor in visitors:
        Carts(database).add(visitor.session_id, Touch("book"))

    def place(visitor: Visitor) -> Order | None:
        try:
            return Orders(database).place(visitor)
        except OutOfStockError:
            return None

    with ThreadPoolExecutor(8) as pool:
        placed = [order for order in pool.map(place, visitors) if order]
    assert len(placed) == 2
    assert stock(database, "book") == 0


def test_pressing_the_button_twice_orders_once(database: sa.Engine) -> None:
    Carts(database).add("ann", Touch("apple"))

    def place(_: int) -> Order | None:
        try:
            return Orders(database).place(ANN)
        except EmptyCartError:
            return None

    with ThreadPoolExecutor(4) as pool:
        placed = [order for order in pool.map(place, range(4)) if order]
    assert len(placed) == 1
    assert stock(database, "apple") == 4


def test_an_order_was_just_placed_for_half_a_minute_and_in_its_own_session_alone(
    database: sa.Engine, clock: Clock
) -> None:
    orders = Orders(database, clock)
    Carts(database).add("ann", Touch("apple"))
    order = orders.place(ANN)
    clock.seconds += 30
    assert orders.just_placed(ANN) == order
    assert orders.just_placed(BEN) is None
    clock.seconds += 1
    assert orders.just_placed(ANN) is None


def test_an_order_is_shown_to_its_own_session_only(database: sa.Engine) -> None:
    Carts(database).add("ann", Touch("apple"))
    order = Orders(database).place(ANN)
    assert Orders(database).order(BEN, order.id) is None


def test_what_sells_comes_first_after_what_is_featured(database: sa.Engine) -> None:
    Carts(database).add("ann", Touch("chair"), 2)
    Orders(database).place(ANN)
    popular = [product.id for product in Catalogue(database).popular(3)]
    assert popular == ["book", "chair", "apple"]
