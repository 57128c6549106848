from itertools import pairwise

import msgspec
import pytest
import sqlalchemy as sa

from allstore.catalog.models import Category, Product, Shopper
from allstore.shop.cart import Carts
from allstore.shop.catalogue import Catalogue
from allstore.shop.catalogue_loading import load_catalogue
from allstore.shop.database import connect, products
from allstore.shop.events import Touch
from allstore.shop.orders import Orders
from allstore.shop.visitor import Visitor
from tests.allstore.shop.conftest import PEOPLE, SHELF


def test_what_was_loaded_is_read_back(database: sa.Engine) -> None:
    catalogue = Catalogue(database)
    assert catalogue.products(["chair", "unknown", "apple"]) == [SHELF[2], SHELF[0]]
    assert catalogue.shoppers("apparel_footwear_accessories") == list(PEOPLE)
    assert catalogue.shopper("1870") == PEOPLE[0]


def test_loading_again_changes_nothing_and_what_was_sold_stays_sold(database: sa.Engine) -> None:
    Carts(database).add("ann", Touch("apple"), 4)
    Orders(database).place(Visitor("ann"))
    load_catalogue(database, SHELF, PEOPLE)
    apple = Catalogue(database).product("apple")
    assert apple == msgspec.structs.replace(SHELF[0], current_stock=1)


def test_a_new_catalogue_overwrites_and_moves_the_stock_by_the_difference(
    database: sa.Engine,
) -> None:
    Carts(database).add("ann", Touch("apple"), 4)
    Orders(database).place(Visitor("ann"))
    more = msgspec.structs.replace(SHELF[0], name="Green apple", price=2.0, current_stock=15)
    load_catalogue(database, [more], [])
    assert Catalogue(database).product("apple") == msgspec.structs.replace(more, current_stock=11)


def test_a_stock_that_becomes_known_is_as_given(database: sa.Engine) -> None:
    def stock_after(given: int | None) -> int | None:
        load_catalogue(database, [msgspec.structs.replace(SHELF[0], current_stock=given)], [])
        apple = Catalogue(database).product("apple")
        assert apple
        return apple.current_stock

    assert [stock_after(given) for given in (None, 9, 4)] == [None, 9, 4]


def test_no_transaction_of_a_large_catalogue_holds_the_others_up(database: sa.Engine) -> None:
    sizes = [0]
    count = sa.select(sa.func.count()).select_from(products)

    def note(connection: sa.Connection) -> None:
        sizes.append(connection.scalar(count) or 0)

    sa.event.listen(database, "commit", note)
    many = [Product(f"n{each}", "N", "books", "novel", "", None) for each in range(7_000)]
    load_catalogue(database, many, [])
    assert sizes[-1] == 7_000 + len(SHELF)
    assert max(after - before for before, after in pairwise(sizes)) <= 5_000


def test_categories_come_from_what_is_loaded(database: sa.Engine) -> None:
    catalogue = Catalogue(database)
    assert list(catalogue.categories()) == ["books", "furniture", "groceries"]
    tent = Product("tent", "Tent", "camping-hiking", "", "", None)
    load_catalogue(database, [tent], [], [Category("camping-hiking", "Camping & Hiking")])
    assert catalogue.categories()["camping-hiking"].name == "Camping & Hiking"
    load_catalogue(database, [msgspec.structs.replace(tent, category="books")], [])
    assert list(catalogue.categories()) == ["books", "furniture", "groceries"]


def test_a_category_is_shown_by_its_most_popular_product_that_looks_like_its_name(
    database: sa.Engine,
) -> None:
    def bag(name: str, popularity: int) -> Product:
        return Product(name, name, "bags", "", "", None, popularity=popularity)

    few = [bag("Watch", 9), bag("Tote bag", 4), bag("Purse", 3)]
    load_catalogue(database, few, [], [Category("bags", "Bags")])
    catalogue = Catalogue(database)
    assert catalogue.faces()["bags"].id == "Tote bag"
    load_catalogue(database, [bag("Purse", 5)], [])
    assert catalogue.faces()["bags"].id == "Purse"
    assert catalogue.faces()["books"].id == "book"


def test_curated_shoppers_are_those_marked(database: sa.Engine) -> None:
    catalogue = Catalogue(database)
    assert catalogue.curated_shoppers() == list(PEOPLE)
    marked = Shopper("7", "Ada", "Moss", None, None, None, curated=True)
    load_catalogue(database, [], [marked])
    assert catalogue.curated_shoppers() == [marked]
    assert catalogue.personas() == ["apparel_footwear_accessories"]


def test_a_database_the_shop_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
        connect("oracle://nowhere")


def test_the_tables_of_an_older_shop_get_what_they_lack(database: sa.Engine) -> None:
    with database.begin() as connection:
        connection.execute(sa.text("ALTER TABLE cart_lines DROP COLUMN source"))
    newer = connect(database.url.render_as_string(hide_password=False))
    Carts(newer).add("ann", Touch("apple", source="home"))
    assert Carts(newer).cart(Visitor("ann")).lines[0].source == "home"
    newer.dispose()
