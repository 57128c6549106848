"""The shop's database, once as a SQLite file and once as a real PostgreSQL."""

import importlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from allstore.catalog.models import Product, Shopper
from allstore.shop.catalogue_loading import load_catalogue
from allstore.shop.database import connect

SHELF = tuple(
    msgspec.structs.replace(product, categories=(product.category.title(), product.style))
    for product in (
        Product("apple", "Apple", "groceries", "fruit", "Red.", 1.25, current_stock=5),
        Product("book", "Book", "books", "novel", "Long.", 91.0, featured=True, current_stock=2),
        Product("chair", "Chair", "furniture", "seat", "Oak.", 249.99, current_stock=100),
    )
)
PEOPLE = (Shopper("1870", "Anthony", "Valdez", "M", 24, "apparel_footwear_accessories"),)


class Clock:
    """Epoch seconds that a test sets."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        # pgserver warns as it is imported where there is no such folder.
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        pgserver = importlib.import_module("pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def _postgres_url(server: str) -> str:
    """A database of its own on the server."""
    name = f"shop_{uuid.uuid4().hex}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return str(sa.make_url(server).set(database=name).render_as_string(hide_password=False))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An open shop database that holds `SHELF` and `PEOPLE`."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'shop.db'}"
    else:
        url = _postgres_url(request.getfixturevalue("postgres"))
    engine = connect(url)
    load_catalogue(engine, SHELF, PEOPLE)
    yield engine
    engine.dispose()
