"""The offers of a visit, and putting their banner away."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.web.forms import Form, action, came_from, is_htmx, see
from allstore.web.home_pages import category_of
from allstore.web.product_pages import page_number
from allstore.web.rendering import page
from allstore.web.visits import shop_of, shopper_of, visitor_of


def offers(request: Request) -> Response:
    """What is promoted, of `category` or of all; `page` from 1."""
    asked = dict(request.query_params)
    category = category_of(request, asked.get("category"))
    shopper_of(request)
    promoted = shop_of(request).offers.promoted(visitor_of(request), category, page_number(asked))
    return page(
        request,
        "offers.html",
        category=category,
        promoted=promoted,
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
