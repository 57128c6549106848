"""Products, categories and shoppers written into the shop's database, over what is there."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from allstore.catalog.models import Category, Product, Shopper
from allstore.catalog.taxonomy import CATEGORIES
from allstore.shop import money
from allstore.shop.database import categories, products, shoppers, upsert

_AT_ONCE = 5000
"""Rows of a transaction: SQLite has one writer at a time, and an open shop waits for it."""
_PAUSE = 0.05
"""Seconds between two transactions, in which one that waits gets its turn: SQLite asks again
every tenth of a second.
"""

T = TypeVar("T")


def load_catalogue(
    engine: sa.Engine,
    products_: Sequence[Product],
    shoppers_: Sequence[Shopper],
    categories_: Sequence[Category] = (),
) -> None:
    """Put these in the shop, over what has the same id. Sales stay sold. It takes as many
    transactions as a large catalogue needs, and whoever reads meanwhile finds each product as it
    was or as it will be.

    Categories are shown in the order given. One that products name and `categories_` lacks is that
    of the simulated store, or one of its own by the name of its id.
    """
    known = {category.id: category for category in categories_}
    named = {product.category for product in products_} - known.keys()
    known |= {each: CATEGORIES.get(each) or Category(each, each) for each in sorted(named)}
    shelves = [
        msgspec.structs.asdict(category) | {"position": position}
        for position, category in enumerate(known.values())
    ]
    with engine.begin() as connection:
        _upsert(connection, categories, shelves)
    for some in _parts(products_):
        with engine.begin() as connection:
            _upsert_products(connection, [_product_row(product, known) for product in some])
    for few in _parts(shoppers_):
        with engine.begin() as connection:
            _upsert(connection, shoppers, [msgspec.structs.asdict(shopper) for shopper in few])


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), _AT_ONCE):
        if start:
            time.sleep(_PAUSE)
        yield rows[start : start + _AT_ONCE]


def _upsert_products(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """The stock moves by what the catalogue's figure moved; one that was not known is as given."""
    new = upsert(connection.dialect.name, products).excluded
    stock = products.c.current_stock + new.catalogue_stock - products.c.catalogue_stock
    moved = sa.case((stock < 0, 0), (stock.is_(None), new.catalogue_stock), else_=stock)
    _upsert(connection, products, rows, current_stock=moved)


def _upsert(
    connection: sa.Connection,
    table: sa.Table,
    rows: list[dict[str, Any]],
    **otherwise: sa.ColumnElement[Any],
) -> None:
    """Columns take the new values, but for those that are to become something else."""
    if not rows:
        return
    statement = upsert(connection.dialect.name, table)
    given = {c.name: statement.excluded[c.name] for c in table.c if c.name != "id"} | otherwise
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=given), rows)


def _product_row(product: Product, known: dict[str, Category]) -> dict[str, Any]:
    names = product.categories or (known[product.category].name, product.style)
    return {
        **msgspec.structs.asdict(product),
        "price": money.cents(product.price),
        "catalogue_stock": product.current_stock,
        "categories": [name for name in names if name],
        "bullets": list(product.bullets),
    }
