"""The cart of a customer, over all visits."""

import time
from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from allstore.shop import money
from allstore.shop.database import cart_lines, carts, discounts, products, upsert
from allstore.shop.events import Touch
from allstore.shop.visitor import Visitor

MOST = 99
"""Units of one product that a cart holds."""


class CartLine(msgspec.Struct, frozen=True):
    product_id: str
    name: str
    category: str
    full_price: int | None
    """Cents; None where it is not known, and then the line adds nothing to the subtotal."""
    percent: int
    """What this visit's discount takes off."""
    quantity: int
    stock: int | None
    recommendation_id: str | None = None
    """The answer of the engine that the product was added from."""
    source: str | None = None
    """The list that it was added from."""

    @property
    def price(self) -> int | None:
        """Cents, as they will be paid."""
        return money.reduced(self.full_price, self.percent)

    @property
    def total(self) -> int | None:
        return None if self.price is None else self.price * self.quantity

    @property
    def most(self) -> int:
        """The largest quantity that can be ordered now."""
        return MOST if self.stock is None else min(self.stock, MOST)


class Cart(msgspec.Struct, frozen=True):
    lines: tuple[CartLine, ...] = ()

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal(self) -> int:
        return sum(line.total or 0 for line in self.lines)

    @property
    def unpriced(self) -> int:
        """Units whose price is not known."""
        return sum(line.quantity for line in self.lines if line.price is None)

    def instalments(self, count: int) -> tuple[int, ...]:
        return money.instalments(self.subtotal, count)


class Carts:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def cart(self, visitor: Visitor) -> Cart:
        """The customer's, with the discounts of the visit."""
        asked = {"customer": visitor.customer_id, "session": visitor.session_id}
        with self._engine.connect() as connection:
            rows = connection.execute(_LINES, asked)
            return Cart(tuple(CartLine(**row) for row in rows.mappings()))

    def add(
        self,
        customer_id: str,
        touch: Touch,
        quantity: int = 1,
        also: Callable[[sa.Connection], None] = lambda _connection: None,
    ) -> None:
        """Add units of a product that exists; the list that it was added from first keeps the
        credit. What `also` writes is in the same transaction.
        """
        now = int(time.time())
        with self._engine.begin() as connection:
            cart = upsert(connection.dialect.name, carts).values(
                session_id=customer_id, created_at=now
            )
            connection.execute(cart.on_conflict_do_nothing())
            line = upsert(connection.dialect.name, cart_lines).values(
                session_id=customer_id,
                product_id=touch.product_id,
                quantity=_capped(quantity),
                recommendation_id=touch.recommendation_id,
                source=touch.source,
                added_at=now,
            )
            more = {"quantity": _up_to_most(cart_lines.c.quantity + quantity)}
            connection.execute(
                line.on_conflict_do_update(index_elements=["session_id", "product_id"], set_=more)
            )
            also(connection)

    def change(self, customer_id: str, product_id: str, by: int) -> None:
        """Raise or lower a quantity; it stays within 1 and `MOST`."""
        changed = cart_lines.c.quantity + by
        self._write(
            sa.update(cart_lines)
            .where(_is_line(customer_id, product_id))
            .values(quantity=sa.case((changed < 1, 1), else_=_up_to_most(changed)))
        )

    def remove(self, customer_id: str, product_id: str) -> None:
        self._write(sa.delete(cart_lines).where(_is_line(customer_id, product_id)))

    def _write(self, statement: sa.Update | sa.Delete) -> None:
        with self._engine.begin() as connection:
            connection.execute(statement)


_DISCOUNTED = sa.and_(
    discounts.c.session_id == sa.bindparam("session"),
    discounts.c.product_id == cart_lines.c.product_id,
)
_LINES = (
    sa.select(
        cart_lines.c.product_id,
        products.c.name,
        products.c.category,
        products.c.price.label("full_price"),
        sa.func.coalesce(discounts.c.percent, 0).label("percent"),
        cart_lines.c.quantity,
        products.c.current_stock.label("stock"),
        cart_lines.c.recommendation_id,
        cart_lines.c.source,
    )
    .join(products, products.c.id == cart_lines.c.product_id)
    .join(discounts, _DISCOUNTED, isouter=True)
    .where(cart_lines.c.session_id == sa.bindparam("customer"))
    .order_by(cart_lines.c.added_at, cart_lines.c.product_id)
)


def _is_line(customer_id: str, product_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(cart_lines.c.session_id == customer_id, cart_lines.c.product_id == product_id)


def _capped(quantity: int) -> int:
    return max(1, min(quantity, MOST))


def _up_to_most(quantity: sa.ColumnElement[int]) -> sa.ColumnElement[Any]:
    return sa.case((quantity > MOST, MOST), else_=quantity)
