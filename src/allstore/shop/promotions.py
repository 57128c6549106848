"""What the shop promotes, and who has put its banner away."""

from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from allstore.shop.database import dismissed_banners, products, upsert
from allstore.shop.settings import ShopConfig
from allstore.shop.visitor import Visitor


class Banner(msgspec.Struct, frozen=True):
    """Says that something is promoted."""

    products: int
    """How many are."""
    category: str | None
    """Where they are, None for the whole shop."""


class Promotions:
    """There is a promotion where the engine has a filter for it; see `Recommendations`."""

    def __init__(self, engine: sa.Engine, config: Callable[[], ShopConfig]) -> None:
        self._engine, self._config = engine, config

    def banner(self, visitor: Visitor, category: str | None = None) -> Banner | None:
        """None where nothing is promoted, and for the rest of a visit that has dismissed it."""
        if self._config().promotion_filter_arn is None:
            return None
        gone = sa.exists().where(dismissed_banners.c.session_id == visitor.session_id)
        query = sa.select(sa.func.count()).where(products.c.promoted, ~gone)
        if category is not None:
            query = query.where(products.c.category == category)
        with self._engine.connect() as connection:
            count: int = connection.execute(query).scalar_one()
        return Banner(count, category) if count else None

    def dismiss(self, visitor: Visitor) -> None:
        """Show this visit no banner any more."""
        with self._engine.begin() as connection:
            row = upsert(connection.dialect.name, dismissed_banners).values(
                session_id=visitor.session_id
            )
            connection.execute(row.on_conflict_do_nothing())
