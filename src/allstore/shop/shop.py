"""The open shop: everything a page needs, behind one door."""

from pathlib import Path

import msgspec
import sqlalchemy as sa

from allstore.catalog.models import Category, Product, Shopper
from allstore.experiments.configuration import read_experiments
from allstore.shop.audiences import Audiences
from allstore.shop.carousels import ITEM_RECOMMENDERS, SIMILAR_ITEMS, Carousels
from allstore.shop.cart import Carts
from allstore.shop.catalogue import Catalogue
from allstore.shop.catalogue_loading import load_catalogue
from allstore.shop.clickstream import ClickStream
from allstore.shop.database import connect
from allstore.shop.discounts import Discounts
from allstore.shop.experiments import Experiments
from allstore.shop.offers import Offers
from allstore.shop.operators import Operators
from allstore.shop.orders import Orders
from allstore.shop.picks import HOME, HOME_RECOMMENDERS, Picker
from allstore.shop.product_search import SEARCH, SEARCH_RECOMMENDERS, ProductSearch
from allstore.shop.promotions import Promotions
from allstore.shop.reasons import Reasons
from allstore.shop.recommendations import Recommendations
from allstore.shop.segments import Segments
from allstore.shop.settings import Connection, Settings
from allstore.shop.shelves import CATEGORY, CATEGORY_RECOMMENDERS, Shelves
from allstore.shop.shown_lists import ShownLists
from allstore.shop.themes import Themes
from allstore.shop.tour import Tour
from allstore.shop.visitor import Seal, secret

LISTS = {
    HOME: HOME_RECOMMENDERS,
    SIMILAR_ITEMS: ITEM_RECOMMENDERS,
    CATEGORY: CATEGORY_RECOMMENDERS,
    SEARCH: SEARCH_RECOMMENDERS,
}
"""The lists that an experiment may run on, and the recommenders that each knows by name."""


class Shop:
    """Opens the database, loads the catalogue files of `data_dir` and makes the engine's clients.

    Nothing here asks the engine: a shop opens whether or not there is one.
    """

    def __init__(self, settings: Settings) -> None:
        experiments = read_experiments(settings.data_dir, LISTS)
        connection = Connection(settings)
        self.settings = settings
        self.engine = connect(settings.sqlalchemy_url())
        load_catalogue_files(self.engine, settings.data_dir)
        self.catalogue = Catalogue(self.engine, settings.picture_origins)
        self.carts = Carts(self.engine)
        self.orders = Orders(self.engine)
        self.clicks = ClickStream(self.engine, settings, connection)
        asks = self.recommendations = Recommendations(settings, connection)
        self.experiments = Experiments(self.engine, experiments)
        self.shown_lists = ShownLists(self.engine)
        self.discounts = Discounts(self.engine, asks, connection)
        self.picker = Picker(
            self.catalogue,
            asks,
            self.experiments,
            self.shown_lists,
            self.discounts,
            size=settings.list_size,
        )
        self.carousels = Carousels(self.catalogue, asks, self.experiments, self.shown_lists)
        self.themes = Themes(self.catalogue, asks, self.shown_lists)
        self.shelves = Shelves(self.engine, self.catalogue, asks, self.experiments)
        self.offers = Offers(self.engine, self.catalogue, asks, self.discounts)
        self.reasons = Reasons(self.catalogue, self.clicks, asks)
        self.promotions = Promotions(self.engine, connection)
        self.segments, self.audiences = Segments(settings, connection), Audiences(self.engine)
        self.tour = Tour(self.engine)
        self.search = ProductSearch(self.catalogue, asks, self.experiments, settings.search_weight)
        key = secret(settings.data_dir)
        self.seal, self.operators = Seal(key), Operators(key, settings)

    def close(self) -> None:
        self.clicks.stop()
        self.carousels.close()
        self.engine.dispose()


def load_catalogue_files(engine: sa.Engine, data_dir: Path) -> None:
    """Load `products.json`, `shoppers.json` and `categories.json`, where they exist."""
    load_catalogue(
        engine,
        msgspec.json.decode(_records(data_dir / "products.json"), type=list[Product]),
        msgspec.json.decode(_records(data_dir / "shoppers.json"), type=list[Shopper]),
        msgspec.json.decode(_records(data_dir / "categories.json"), type=list[Category]),
    )


def _records(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b"[]"
