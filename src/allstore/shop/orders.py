"""Orders: a cart becomes one in a single transaction, or stays a cart."""

import time
import uuid
from typing import Any

import msgspec
import sqlalchemy as sa

from allstore.shop.database import cart_lines, order_lines, orders, products
from allstore.shop.visitor import Visitor


class OutOfStockError(Exception):
    """An order would take more than there is; the message is for the shopper."""


class EmptyCartError(Exception):
    """There is nothing to order."""


class OrderLine(msgspec.Struct, frozen=True):
    product_id: str
    name: str
    price: int
    """Cents, as paid."""
    quantity: int
    recommendation_id: str | None = None

    @property
    def total(self) -> int:
        return self.price * self.quantity


class Order(msgspec.Struct, frozen=True):
    id: str
    lines: tuple[OrderLine, ...]
    total: int
    placed_at: int


class Orders:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def place(self, visitor: Visitor) -> Order:
        """Turn the visitor's cart into an order and take its units from the stock.

        Raises OutOfStockError or EmptyCartError, and then the cart is as it was. The cart's lines
        are claimed by deleting them first, so that pressing the button twice orders once.
        """
        with self._engine.begin() as connection:
            wanted = _claim(connection, visitor.session_id)
            lines = tuple(_take(connection, line) for line in wanted)
            order = Order(
                id=uuid.uuid4().hex,
                lines=lines,
                total=sum(line.total for line in lines),
                placed_at=int(time.time()),
            )
            _record(connection, order, visitor)
        return order

    def order(self, visitor: Visitor, order_id: str) -> Order | None:
        """One of this session's own orders."""
        mine = sa.and_(orders.c.id == order_id, orders.c.session_id == visitor.session_id)
        lines = (
            sa.select(order_lines)
            .where(order_lines.c.order_id == order_id)
            .order_by(order_lines.c.name, order_lines.c.product_id)
        )
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(orders).where(mine)).one_or_none()
            if row is None:
                return None
            bought = tuple(_order_line(line) for line in connection.execute(lines))
        return Order(id=row.id, lines=bought, total=row.total, placed_at=row.placed_at)


def _claim(connection: sa.Connection, session_id: str) -> list[sa.Row[Any]]:
    rows = connection.execute(
        sa.delete(cart_lines).where(cart_lines.c.session_id == session_id).returning(cart_lines)
    ).all()
    if not rows:
        raise EmptyCartError("There is nothing in the cart to order.")
    # The same order for everyone, so that two orders never wait for each other.
    return sorted(rows, key=lambda row: str(row.product_id))


def _take(connection: sa.Connection, wanted: sa.Row[Any]) -> OrderLine:
    taken = connection.execute(
        sa.update(products)
        .where(products.c.id == wanted.product_id, products.c.current_stock >= wanted.quantity)
        .values(current_stock=products.c.current_stock - wanted.quantity)
        .returning(products.c.name, products.c.price)
    ).one_or_none()
    if taken is None:
        raise OutOfStockError(_shortage(connection, wanted))
    return OrderLine(
        product_id=wanted.product_id,
        name=taken.name,
        price=taken.price,
        quantity=wanted.quantity,
        recommendation_id=wanted.recommendation_id,
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
            session_id=visitor.session_id,
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
    )
