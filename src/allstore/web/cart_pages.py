"""The cart, as a page and as a drawer over any page."""

from collections.abc import Iterable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.shop.cart import MOST, Cart, CartLine
from allstore.shop.events import UNRECORDED, EventType, Touch
from allstore.shop.orders import OrderLine
from allstore.web import clicks
from allstore.web.forms import Form, action, is_htmx, see, touch, whole_number
from allstore.web.rendering import page, part
from allstore.web.visits import shop_of, visitor_of


def show(request: Request) -> Response:
    """Looking at a cart with something in it is a ViewCart to the engine."""
    clicks.require_looked_at(request)
    cart = _cart(request)
    warning = (
        clicks.record(request, EventType.VIEW_CART, touches(cart.lines)) if cart.lines else None
    )
    if is_htmx(request):
        return drawer(request, warning=warning, opens=True)
    if "unrecorded" in request.query_params:
        warning = UNRECORDED
    return page(request, "cart.html", **shown(request, cart), warning=warning, refusal=None)


def add(request: Request, form: Form) -> Response:
    shop = shop_of(request)
    product = shop.catalogue.product(form.get("product_id", ""))
    if product is None:
        raise HTTPException(404, "The shop does not sell this product.")
    quantity = whole_number(form, "quantity", 1)
    if not 1 <= quantity <= MOST:
        raise HTTPException(400, f"A quantity is from 1 to {MOST}.")
    added = touch(form, product.id)
    customer_id = visitor_of(request).customer_id
    pending = clicks.Pending(request)
    also = pending.writer(EventType.ADD_TO_CART, [added])
    shop.carts.add(customer_id, added, quantity, also)
    warning = pending.send()
    if not is_htmx(request):
        return see("/cart?unrecorded=" if warning else "/cart")
    said = f"{product.name} added to the cart."
    response = drawer(request, warning=warning, opens=True, announcement=said)
    if warning is None:
        response.headers["HX-Trigger"] = clicks.PICKS_CHANGED
    return response


def change(request: Request, form: Form) -> Response:
    by = whole_number(form, "by", 0)
    if by not in {-1, 1}:
        raise HTTPException(400, "A quantity changes by one.")
    customer_id = visitor_of(request).customer_id
    shop_of(request).carts.change(customer_id, form.get("product_id", ""), by)
    return drawer(request) if is_htmx(request) else see("/cart")


def remove(request: Request, form: Form) -> Response:
    customer_id = visitor_of(request).customer_id
    shop_of(request).carts.remove(customer_id, form.get("product_id", ""))
    return drawer(request) if is_htmx(request) else see("/cart")


def drawer(
    request: Request,
    warning: str | None = None,
    *,
    opens: bool = False,
    announcement: str = "",
) -> Response:
    """The cart for htmx, with the badge and the announcement that go with it."""
    cart = _cart(request)
    said = announcement or f"{cart.units} in the cart."
    response = part(
        request,
        "parts/drawer.html",
        **shown(request, cart),
        warning=warning,
        refusal=None,
        announcement=said,
    )
    if opens:
        response.headers["HX-Trigger-After-Swap"] = "open-cart"
    return response


def shown(request: Request, cart: Cart) -> dict[str, Any]:
    """A cart for a template, and its products by id for their pictures."""
    products = shop_of(request).catalogue.products([line.product_id for line in cart.lines])
    return {"cart": cart, "products": {product.id: product for product in products}}


def touches(lines: Iterable[CartLine | OrderLine]) -> list[Touch]:
    """What is in a cart or an order, each with the list that it was added from."""
    return [Touch(line.product_id, line.recommendation_id, line.source) for line in lines]


def _cart(request: Request) -> Cart:
    return shop_of(request).carts.cart(visitor_of(request))


routes = [
    Route("/cart", show),
    Route("/cart/add", action(add), methods=["POST"]),
    Route("/cart/quantity", action(change), methods=["POST"]),
    Route("/cart/remove", action(remove), methods=["POST"]),
]
