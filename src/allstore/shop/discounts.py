"""Discounts of a visit, chosen by the engine: it ranks the same products with a discount and
without one, and those that gain the most get it.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec
import sqlalchemy as sa
import structlog

from allstore.catalog.models import Product
from allstore.shop import money
from allstore.shop.database import discount_rounds, discounts, products, upsert
from allstore.shop.recommendations import Recommendations
from allstore.shop.settings import ShopConfig
from allstore.shop.visitor import Visitor

CONTEXT = "DISCOUNT"
"""The column of interactions that tells of a discount, `Yes` or `No`."""
PER_SHOPPER = 3
"""Products that one round discounts; a visit has two at most, the second for the shopper that an
anonymous one has chosen.
"""
LEAST_GAIN = 0.02
"""How much a discount must add to a product's share of the ranking, as a part of that share. A
model that has not gone through its events once, as the demo's has not, tells little more apart.
"""

log = structlog.get_logger(__name__)


class Discount(msgspec.Struct, frozen=True):
    """For one visit; kept as long as that lasts."""

    product_id: str
    percent: int
    share_without: float
    """The product's share of the visitor's ranking."""
    share_with: float
    """And what it would be with a discount."""

    def price(self, amount: int | None) -> int | None:
        """The cents to pay instead of `amount`; None where that is not known."""
        return money.reduced(amount, self.percent)


class Discounts:
    """Remembers the discounts of each visit; no browser has a say in them."""

    def __init__(
        self,
        engine: sa.Engine,
        recommendations: Recommendations,
        config: Callable[[], ShopConfig],
    ) -> None:
        self._engine, self._recommendations = engine, recommendations
        self._config = config

    def of_visit(self, visitor: Visitor) -> dict[str, Discount]:
        """By product id."""
        with self._engine.connect() as connection:
            rows = connection.execute(_OF_VISIT, {"session": visitor.session_id})
            given = [Discount(*row) for row in rows]
        return {each.product_id: each for each in given}

    def choose(self, visitor: Visitor, listed: Iterable[Product]) -> None:
        """Give discounts on some of the products, once for each user of a visit.

        A visitor whom the engine does not know gets none, nor does anybody while the engine does
        not answer, or the database: the next list asks again.
        """
        percent, user_id = self._config().discount_percent, visitor.user_id
        able = [each.id for each in listed if _is_able(each)]
        if percent is None or user_id is None or not able or self._asked(visitor, user_id):
            return
        without = self._recommendations.rank(user_id, able, {CONTEXT: "No"})
        if without.warning is not None:
            return
        reduced = self._recommendations.rank(user_id, able, {CONTEXT: "Yes"})
        if reduced.warning is None:
            chosen = most_helped(without.scores, reduced.scores, percent)
            try:
                self._keep(visitor, user_id, chosen)
            except sa.exc.DBAPIError as error:
                log.warning("discounts_not_kept", error=str(error))

    def told(
        self, connection: sa.Connection, visitor: Visitor, product_ids: Collection[str]
    ) -> dict[str, Mapping[str, str]]:
        """By product the properties of its events: whether it is on offer for this visitor. None
        in a shop without discounts.
        """
        if self._config().discount_percent is None:
            return {}
        asked = {"session": visitor.session_id, "ids": list(product_ids)}
        rows = connection.execute(_ON_OFFER, asked)
        return {row.id: {CONTEXT.lower(): "Yes" if row.on_offer else "No"} for row in rows}

    def _asked(self, visitor: Visitor, user_id: str) -> bool:
        query = sa.select(discount_rounds.c.user_id).where(
            discount_rounds.c.session_id == visitor.session_id,
            discount_rounds.c.user_id == user_id,
        )
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def _keep(self, visitor: Visitor, user_id: str, chosen: Iterable[Discount]) -> None:
        """Of two pages that ask at once, the first to get here counts."""
        session_id = visitor.session_id
        with self._engine.begin() as connection:
            asked = upsert(connection.dialect.name, discount_rounds).values(
                session_id=session_id, user_id=user_id, asked_at=int(time.time())
            )
            if connection.execute(asked.on_conflict_do_nothing()).rowcount == 0:
                return
            for each in chosen:
                row = {"session_id": session_id, **msgspec.structs.asdict(each)}
                given = upsert(connection.dialect.name, discounts).values(row)
                connection.execute(given.on_conflict_do_nothing())


def _is_able(product: Product) -> bool:
    """What is promoted is helped already."""
    return product.is_available and bool(product.price) and not product.promoted


_MINE = discounts.c.session_id == sa.bindparam("session")
_OF_VISIT = sa.select(*[discounts.c[name] for name in Discount.__struct_fields__]).where(_MINE)
_DISCOUNTED = sa.exists().where(discounts.c.product_id == products.c.id, _MINE)
_ON_OFFER = sa.select(
    products.c.id, sa.or_(products.c.promoted, _DISCOUNTED).label("on_offer")
).where(products.c.id.in_(sa.bindparam("ids", expanding=True)))
"""Of some products, whether they are promoted or discounted on a visit."""


def most_helped(
    without: Mapping[str, float], reduced: Mapping[str, float], percent: int
) -> list[Discount]:
    """Discounts on the products whose shares of the ranking gain the most, at most `PER_SHOPPER`;
    none where a discount adds next to nothing.
    """
    gains = {
        one: reduced[one] - share
        for one, share in without.items()
        if reduced.get(one, 0.0) > share * (1 + LEAST_GAIN)
    }
    best = sorted(gains, key=lambda one: (-gains[one], one))[:PER_SHOPPER]
    return [Discount(one, percent, without[one], reduced[one]) for one in best]
