import msgspec
import pytest
import sqlalchemy as sa

from allstore.catalog.models import Product
from allstore.shop.cart import Carts
from allstore.shop.catalogue import Catalogue
from allstore.shop.catalogue_loading import load_catalogue
from allstore.shop.database import products
from allstore.shop.events import Touch
from allstore.shop.orders import Orders
from allstore.shop.visitor import Visitor
from tests.allstore.shop.conftest import PEOPLE, SHELF


def test_the_stamp_stays_while_the_catalogue_does(database: sa.Engine) -> None:
    before = Catalogue(database).stamp()
    load_catalogue(database, SHELF, PEOPLE)
    Carts(database).add("ann", Touch("apple"), 2)
    Orders(database).place(Visitor("ann"))
    assert Catalogue(database).stamp() == before


def test_every_change_of_a_product_changes_the_stamp(database: sa.Engine) -> None:
    catalogue = Catalogue(database)
    seen = [catalogue.stamp()]
    changes: list[sa.Executable] = [
        sa.update(products).where(products.c.id == "apple").values(name="Pear"),
        sa.update(products).where(products.c.id == "apple").values(gender_affinity="F"),
        sa.update(products).where(products.c.id == "apple").values(gender_affinity=None),
        sa.delete(products).where(products.c.id == "apple"),
    ]
    for change in changes:
        with database.begin() as connection:
            connection.execute(change)
        seen.append(catalogue.stamp())
    load_catalogue(database, [Product("new", "New", "books", "novel", "New.", 1.0)], [])
    seen.append(catalogue.stamp())
    load_catalogue(database, [msgspec.structs.replace(SHELF[1], price=92.0)], [])
    seen.append(catalogue.stamp())
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("ends", ["rollback", "commit"])
def test_a_change_counts_when_it_is_committed(database: sa.Engine, ends: str) -> None:
    catalogue = Catalogue(database)
    before = catalogue.stamp()
    with database.connect() as connection:
        connection.execute(sa.update(products).values(style="other"))
        assert catalogue.stamp() == before
        connection.rollback() if ends == "rollback" else connection.commit()
    assert (catalogue.stamp() != before) == (ends == "commit")
