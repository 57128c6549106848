"""What a visitor did, sent to the engine before the page answers."""

from collections.abc import Iterable

from starlette.requests import Request

from allstore.shop.events import UNRECORDED, EventType, Touch
from allstore.web.visits import remember, shop_of, visitor_of

PICKS_CHANGED = "picks-changed"
"""The htmx event at which the home list asks again."""


def record(request: Request, event_type: EventType, touches: Iterable[Touch]) -> str | None:
    """Send the events and return a warning for the page where that failed."""
    visitor, touches = visitor_of(request), list(touches)
    shop_of(request).experiments.record(visitor, event_type, touches)
    if not shop_of(request).events.send(visitor, event_type, touches):
        return UNRECORDED
    remember(request, visitor.clicked())
    return None
