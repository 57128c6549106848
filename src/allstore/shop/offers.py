"""The offers of a visit: what the shop promotes, the best for the visitor first."""

import msgspec
import sqlalchemy as sa

from allstore.catalog.models import Product
from allstore.shop.catalogue import POPULAR_FIRST, UNITS_SOLD, Catalogue
from allstore.shop.database import products
from allstore.shop.recommendations import MOST_RANKED, Answer, Recommendations
from allstore.shop.shelves import PAGE, ranked
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
        """How many there are, at least one."""
        return max(-(-self.total // PAGE), 1)


class Offers:
    """Reads the shop's database; the engine ranks for a visitor with a history."""

    def __init__(
        self, engine: sa.Engine, catalogue: Catalogue, recommendations: Recommendations
    ) -> None:
        self._engine, self._catalogue = engine, catalogue
        self._recommendations = recommendations

    def promoted(self, visitor: Visitor, category: str | None = None, page: int = 1) -> Promoted:
        """Page `page` from 1 of a category's promoted products, or of all; the popular first where
        the engine knows nothing of the visitor.
        """
        ids, answer = self._ids(category), None
        if visitor.user_id is not None and ids:
            answer = self._recommendations.rank(visitor.user_id, ids[:MOST_RANKED])
            ids = ranked(answer, ids)
        found = self._catalogue.products(ids[(page - 1) * PAGE : page * PAGE])
        return Promoted(tuple(found), len(ids), page, answer)

    def _ids(self, category: str | None) -> list[str]:
        query = (
            sa.select(products.c.id)
            .join(UNITS_SOLD, UNITS_SOLD.c.product_id == products.c.id, isouter=True)
            .where(products.c.promoted)
            .order_by(*POPULAR_FIRST, products.c.id)
        )
        if category is not None:
            query = query.where(products.c.category == category)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))
