"""Orders: a cart becomes one in a single transaction, or stays a cart."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from allstore.shop import money
from allstore.shop.database import cart_lines, discounts, order_lines, orders, products
from allstore.shop.visitor import Visitor

_JUST = 30
"""Seconds within which a second press of the button is one of the same order."""


class OutOfStockError(Exception):
    """An order would take more than there is; the message is for the shopper."""


class EmptyCartError(Exception):
    """There is nothing to order."""


class OrderLine(msgspec.Struct, frozen=True):
    product_id: str
    name: str
    price: int | None
    """Cents, as paid; None where it was not known, and then the line adds nothing to the total."""
    quantity: int
    recommendation_id: str | None = None
    source: str | None = None

    @property
    def total(self) -> int | None:
        return None if self.price is None else self.price * self.quantity


class Order(msgspec.Struct, frozen=True):
    id: str
    lines: tuple[OrderLine, ...]
    total: int
    placed_at: int

    @property
    def unpriced(self) -> int:
        """Units whose price was not known."""
        return sum(line.quantity for line in self.lines if line.price is None)


class Orders:
    def __init__(self, engine: sa.Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def place(
        self,
        visitor: Visitor,
        also: Callable[[sa.Connection, Order], None] = lambda _connection, _order: None,
    ) -> Order:
        """Turn the visitor's cart into an order and take its units from the stock.

        Raises OutOfStockError or EmptyCartError, and then the cart is as it was. The cart's lines
        are claimed by deleting them first, so that pressing the button twice orders once. What
        `also` writes is in the same transaction.
        """
        with self._engine.begin() as connection:
            wanted = _claim(connection, visitor.customer_id)
            off = _percents(connection, visitor.session_id)
            lines = tuple(_take(connection, line, off.get(line.product_id, 0)) for line in wanted)
            order = Order(
                id=uuid.uuid4().hex,
                lines=lines,
                total=sum(line.total or 0 for line in lines),
                placed_at=int(self._clock()),
            )
            _record(connection, order, visitor)
            also(connection, order)
        return order

    def order(self, visitor: Visitor, order_id: str) -> Order | None:
        """One of the visitor's own orders."""
        found = self._read(sa.select(orders).where(_of(visitor), orders.c.id == order_id))
        return found[0] if found else None

    def just_placed(self, visitor: Visitor) -> Order | None:
        """The customer's newest order, where it is seconds old: who asks for one again and has an
        empty cart has pressed the button twice.
        """
        mine = sa.select(orders).where(orders.c.session_id == visitor.customer_id)
        recent = mine.where(orders.c.placed_at >= int(self._clock()) - _JUST)
        newest = recent.order_by(orders.c.placed_at.desc(), orders.c.id)
        found = self._read(newest.limit(1))
        return found[0] if found else None

    def history(self, visitor: Visitor, most: int = 50) -> list[Order]:
        """The visitor's own orders, newest first."""
        newest = sa.select(orders).where(_of(visitor)).order_by(orders.c.placed_at.desc())
        return self._read(newest.order_by(orders.c.id).limit(most))

    def _read(self, query: sa.Select[Any]) -> list[Order]:
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            lines = (
                sa.select(order_lines)
                .where(order_lines.c.order_id.in_([row.id for row in rows]))
                .order_by(order_lines.c.name, order_lines.c.product_id)
            )
            bought: dict[str, list[OrderLine]] = {row.id: [] for row in rows}
            for line in connection.execute(lines):
                bought[line.order_id].append(_order_line(line))
        return [Order(row.id, tuple(bought[row.id]), row.total, row.placed_at) for row in rows]


def _of(visitor: Visitor) -> sa.ColumnElement[bool]:
    """Orders of this customer, and of the shopper that it has chosen."""
    mine = orders.c.session_id == visitor.customer_id
    if visitor.shopper_id is None:
        return mine
    return sa.or_(mine, orders.c.shopper_id == visitor.shopper_id)


def _claim(connection: sa.Connection, customer_id: str) -> list[sa.Row[Any]]:
    rows = connection.execute(
        sa.delete(cart_lines).where(cart_lines.c.session_id == customer_id).returning(cart_lines)
    ).all()
    if not rows:
        raise EmptyCartError("There is nothing in the cart to order.")
    # The same order for everyone, so that two orders never wait for each other.
    return sorted(rows, key=lambda row: str(row.product_id))


def _percents(connection: sa.Connection, session_id: str) -> dict[str, int]:
    """What the visit's discounts take off, by product."""
    query = sa.select(discounts.c.product_id, discounts.c.percent)
    rows = connection.execute(query.where(discounts.c.session_id == session_id))
    return {row.product_id: row.percent for row in rows}


def _take(connection: sa.Connection, wanted: sa.Row[Any], percent: int) -> OrderLine:
    stock = products.c.current_stock  # None, which is not known, stays None
    taken = connection.execute(
        sa.update(products)
        .where(products.c.id == wanted.product_id)
        .where(sa.or_(stock.is_(None), stock >= wanted.quantity))
        .values(current_stock=products.c.current_stock - wanted.quantity)
        .returning(products.c.name, products.c.price)
    ).one_or_none()
    if taken is None:
        raise OutOfStockError(_shortage(connection, wanted))
    return OrderLine(
        product_id=wanted.product_id,
        name=taken.name,
        price=money.reduced(taken.price, percent),
        quantity=wanted.quantity,
        recommendation_id=wanted.recommendation_id,
        source=wanted.source,
    )


def _shortage(connection: sa.Connection, wanted: sa.Row[Any]) -> str:
    product = connection.execute(
        sa.select(products.c.name, products.c.current_stock).where(
            products.c.id == wanted.product_id
        )
    ).one()
    if product.current_stock == 0:
        return f"{product.name} is sold out. Remove it to order the rest."
    return (
        f"Only {product.current_stock} of {product.name} in stock, "
        f"and your cart has {wanted.quantity}."
    )


def _record(connection: sa.Connection, order: Order, visitor: Visitor) -> None:
    connection.execute(
        sa.insert(orders).values(
            id=order.id,
            session_id=visitor.customer_id,
            shopper_id=visitor.shopper_id,
            total=order.total,
            placed_at=order.placed_at,
        )
    )
    connection.execute(
        sa.insert(order_lines),
        [{"order_id": order.id, **msgspec.structs.asdict(line)} for line in order.lines],
    )


def _order_line(row: sa.Row[Any]) -> OrderLine:
    return OrderLine(
        product_id=row.product_id,
        name=row.name,
        price=row.price,
        quantity=row.quantity,
        recommendation_id=row.recommendation_id,
        source=row.source,
    )
