"""Live view: what this visit did, what became of it on its way to the engine, and how the lists
changed after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.shop.clickstream.outbox import State, StoredEvent
from allstore.shop.shown_lists import Changed
from allstore.web.forms import is_htmx
from allstore.web.rendering import page, part
from allstore.web.visits import shop_of, visitor_of

_MOST = 100
_MOST_IN_DRAWER = 30
_STATES = {State.PENDING: "stored", State.DELIVERED: "sent", State.DEAD: "dead"}


def live(request: Request) -> Response:
    """The events of this visit, newest first, each with the change of the lists after it; of other
    visits how many events are dead. For htmx the drawer's content.
    """
    shop, visitor = shop_of(request), visitor_of(request)
    in_drawer = is_htmx(request)
    events = shop.clicks.of_visit(visitor, _MOST_IN_DRAWER if in_drawer else _MOST)
    changes = shop.shown_lists.changes(visitor)
    products = shop.catalogue.products(sorted(_mentioned(events, changes)))
    context: dict[str, Any] = {
        "events": events,
        "changes": changes,
        "products": {product.id: product for product in products},
        "states": _STATES,
        "dead_letters": shop.clicks.dead_letter_count(),
    }
    if in_drawer:
        return part(request, "parts/live_drawer.html", **context)
    return page(request, "live.html", **context)


def _mentioned(events: Iterable[StoredEvent], changes: Mapping[int, Sequence[Changed]]) -> set[str]:
    """The products of the events and of the changes after them."""
    touched = {event.product_id for event in events if event.product_id is not None}
    changed = [each.change for event in events for each in changes.get(event.number, ())]
    return touched | {
        move.product_id
        for change in changed
        for moves in (change.rose, change.fell, change.came_in, change.dropped_out)
        for move in moves
    }


routes = [Route("/live", live)]
