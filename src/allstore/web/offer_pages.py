"""The offers of a visit, and putting their banner away."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.web.forms import Form, action, came_from, is_htmx, see
from allstore.web.parameters import category_of, page_number
from allstore.web.rendering import page
from allstore.web.visits import shop_of, shopper_of, visitor_of


def offers(request: Request) -> Response:
    """The discounts of the visit, and what is promoted, of `category` or of all; `page` from 1."""
    asked = dict(request.query_params)
    category = category_of(request, asked.get("category"))
    shopper_of(request)
    found, visitor = shop_of(request).offers, visitor_of(request)
    promoted = found.promoted(visitor, category, page_number(asked))
    return page(
        request,
        "offers.html",
        category=category,
        promoted=promoted,
        discounted=[] if category else found.discounted(visitor),
        link=lambda number: _link(category, number),
    )


def dismiss(request: Request, form: Form) -> Response:
    """Show the promotion's banner no more on this visit."""
    shop_of(request).promotions.dismiss(visitor_of(request))
    return Response() if is_htmx(request) else see(came_from(form))


def _link(category: str | None, number: int) -> str:
    asked = ({"category": category} if category else {}) | {"page": str(number)}
    return f"/offers?{urlencode(asked)}"


routes = [
    Route("/offers", offers),
    Route("/offers/dismiss", action(dismiss), methods=["POST"]),
]
