"""Which products of a list are there because of what the visitor viewed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.web.forms import is_htmx
from allstore.web.rendering import page, part
from allstore.web.visits import shop_of, visitor_of

_MOST = 100


def why(request: Request) -> Response:
    """Of the products that the page shows, an `id` each; for htmx the panel's content."""
    shop = shop_of(request)
    ids = request.query_params.getlist("id")[:_MOST]
    context: dict[str, Any] = {
        "products": shop.catalogue.products(ids),
        "because": shop.reasons.because_viewed(visitor_of(request), ids),
    }
    if is_htmx(request):
        return part(request, "parts/because.html", **context)
    return page(request, "why.html", **context)


routes = [Route("/why", why)]
