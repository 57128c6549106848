"""Live view: what this visit did, and what became of it on its way to the engine."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.web.forms import Form, action, see
from allstore.web.rendering import page
from allstore.web.visits import shop_of, visitor_of

_MOST = 100


def live(request: Request) -> Response:
    """The events of this visit, newest first, and the dead letters of all, without whose."""
    shop = shop_of(request)
    events = shop.clicks.of_visit(visitor_of(request), _MOST)
    letters = shop.clicks.dead_letters()
    ids = {event.product_id for event in (*events, *letters) if event.product_id is not None}
    return page(
        request,
        "live.html",
        events=events,
        letters=letters,
        products={product.id: product for product in shop.catalogue.products(sorted(ids))},
        again=request.query_params.get("again", ""),
    )


def send_again(request: Request, form: Form) -> Response:
    """Try one dead letter anew, or all of them."""
    count = shop_of(request).clicks.send_again(form.get("event_id") or None)
    return see(f"/live?again={count}")


routes = [
    Route("/live", live),
    Route("/live/again", action(send_again), methods=["POST"]),
]
