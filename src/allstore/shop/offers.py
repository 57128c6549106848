"""The offers of a visit: its discounts, and what the shop promotes."""

import msgspec
import sqlalchemy as sa

from allstore.catalog.models import Product
from allstore.shop.catalogue import POPULAR_IDS, Catalogue
from allstore.shop.database import products
from allstore.shop.discounts import Discounts
from allstore.shop.paging import of_page, pages
from allstore.shop.recommendations import MOST_RANKED, Answer, Recommendations
from allstore.shop.shelves import ranked
from allstore.shop.visitor import Visitor


class Promoted(msgspec.Struct, frozen=True):
    """One page of what is promoted."""

    products: tuple[Product, ...]
    total: int
    """On all pages."""
    page: int
    """From 1."""
    answer: Answer | None
    """The engine's, where it was asked for the order."""

    @property
    def pages(self) -> int:
        return pages(self.total)


class Offers:
    """Reads the shop's database; the engine ranks for a visitor with a history."""

    def __init__(
        self,
        engine: sa.Engine,
        catalogue: Catalogue,
        recommendations: Recommendations,
        discounts: Discounts,
    ) -> None:
        self._engine, self._catalogue = engine, catalogue
        self._recommendations, self._discounts = recommendations, discounts

    def discounted(self, visitor: Visitor) -> list[Product]:
        """This visit's discounts, the one that helps the most first."""
        return self._catalogue.products(self._discounted(visitor))

    def row(self, visitor: Visitor, most: int) -> list[Product]:
        """This visit's discounts and then what is promoted, the popular first."""
        ids = dict.fromkeys([*self._discounted(visitor), *self._ids(None, most)])
        return self._catalogue.products(list(ids)[:most])

    def promoted(self, visitor: Visitor, category: str | None = None, page: int = 1) -> Promoted:
        """Page `page` from 1 of a category's promoted products, or of all; the popular first where
        the engine knows nothing of the visitor. There are at most `MOST_RANKED`.
        """
        ids, answer = self._ids(category, MOST_RANKED), None
        if visitor.user_id is not None and ids:
            answer = self._recommendations.rank(visitor.user_id, ids)
            ids = ranked(answer, ids)
        found = self._catalogue.products(of_page(ids, page))
        return Promoted(tuple(found), len(ids), page, answer)

    def _discounted(self, visitor: Visitor) -> list[str]:
        """Product ids, the one that a discount helps the most first."""
        given = self._discounts.of_visit(visitor).values()
        by_gain = sorted((each.share_without - each.share_with, each.product_id) for each in given)
        return [product_id for _, product_id in by_gain]

    def _ids(self, category: str | None, most: int) -> list[str]:
        query = POPULAR_IDS.where(products.c.promoted).limit(most)
        if category is not None:
            query = query.where(products.c.category == category)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))
