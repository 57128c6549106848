"""Checkout and the order's confirmation."""

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.shop import money
from allstore.shop.events import UNRECORDED, EventType
from allstore.shop.orders import EmptyCartError, Order, OutOfStockError
from allstore.web import clicks
from allstore.web.cart_pages import shown, touches
from allstore.web.forms import Form, action, see
from allstore.web.rendering import page
from allstore.web.visits import shop_of, shopper_of, visitor_of


def checkout(request: Request, _form: Form) -> Response:
    """Order what is in the cart; no payment is taken. A second press shows the order of the
    first.
    """
    shop, visitor = shop_of(request), visitor_of(request)
    pending = clicks.Pending(request)

    def bought(connection: sa.Connection, order: Order) -> None:
        for event_type in (EventType.START_CHECKOUT, EventType.PURCHASE):
            pending.write(connection, event_type, touches(order.lines))

    try:
        order = shop.orders.place(visitor, bought)
    except EmptyCartError as refusal:
        placed = shop.orders.just_placed(visitor)
        return _refused(request, refusal) if placed is None else see(f"/orders/{placed.id}")
    except OutOfStockError as refusal:
        return _refused(request, refusal)
    warning = pending.send()
    return see(f"/orders/{order.id}{'?unrecorded=' if warning else ''}")


def _refused(request: Request, refusal: Exception) -> Response:
    """The cart and why it was not ordered; what is in it was about to be bought all the same."""
    cart = shop_of(request).carts.cart(visitor_of(request))
    warning = None
    if cart.lines:
        warning = clicks.record(request, EventType.START_CHECKOUT, touches(cart.lines))
    given = shown(request, cart)
    return page(request, "cart.html", 409, **given, warning=warning, refusal=str(refusal))


def confirmation(request: Request) -> Response:
    shop = shop_of(request)
    order = shop.orders.order(visitor_of(request), request.path_params["order_id"])
    if order is None:
        raise HTTPException(404, "There is no such order of yours.")
    payments = money.instalments(order.total, shop.settings.instalments)
    products = shop.catalogue.products([line.product_id for line in order.lines])
    return page(
        request,
        "order.html",
        order=order,
        payments=payments,
        products={product.id: product for product in products},
        warning=UNRECORDED if "unrecorded" in request.query_params else None,
    )


def history(request: Request) -> Response:
    shop = shop_of(request)
    shopper_of(request)
    placed = shop.orders.history(visitor_of(request))
    ids = {line.product_id for order in placed for line in order.lines}
    products = {product.id: product for product in shop.catalogue.products(sorted(ids))}
    return page(request, "orders.html", orders=placed, products=products)


routes = [
    Route("/orders", history),
    Route("/checkout", action(checkout), methods=["POST"]),
    Route("/orders/{order_id}", confirmation),
]
