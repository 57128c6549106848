"""The guided tour of what the shop shows."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.shop.tour import Stop
from allstore.web.rendering import page
from allstore.web.visits import shop_of, shopper_of, visitor_of


def tour(request: Request) -> Response:
    """Its steps, and which of them the visit has done as far as that can be told."""
    shop = shop_of(request)
    shopper_of(request)
    return page(
        request,
        "tour.html",
        done=shop.tour.done(visitor_of(request)),
        told=len(Stop),
        example=next(iter(shop.catalogue.faces().values()), None),
    )


routes = [Route("/tour", tour)]
