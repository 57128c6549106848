"""The themes of a visitor's recommendations, which the home page asks for when it is there."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.web.forms import is_htmx
from allstore.web.rendering import page, part
from allstore.web.visits import shop_of, shopper_of, visitor_of


def themes(request: Request) -> Response:
    """A page; for htmx its rows, and nothing where there are none."""
    shopper_of(request)
    found = shop_of(request).themes.of_visitor(visitor_of(request))
    if is_htmx(request):
        return part(request, "parts/themes.html", themes=found)
    return page(request, "themes.html", themes=found)


routes = [Route("/themes", themes)]
