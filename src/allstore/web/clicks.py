"""What a visitor did, kept with what it changed and sent to the engine before the page answers."""

from collections.abc import Callable, Iterable

import sqlalchemy as sa
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request

from allstore.shop.clickstream.outbox import Claim
from allstore.shop.events import UNKEPT, UNRECORDED, EventType, Touch, touched
from allstore.web.visits import remember, shop_of, visitor_of

PICKS_CHANGED = "picks-changed"
"""The htmx event at which the home list asks again."""

log = structlog.get_logger(__name__)


def require_looked_at(request: Request) -> None:
    """HTTPException 503 for a page that nobody looks at yet: one kept by the browser until
    somebody does would not come here again, and its event, or that its lists were seen, would be
    lost or told too early.
    """
    asked = " ".join(request.headers.get(name, "") for name in _PURPOSES).lower()
    if "prefetch" in asked:
        raise HTTPException(503, "This page is not fetched ahead of time. Open it to see it.")


def is_seen(request: Request) -> bool:
    """Whether somebody gets to see the page: who asks for its headers alone does not."""
    return request.method != "HEAD"


def record(request: Request, event_type: EventType, touches: Iterable[Touch]) -> str | None:
    """Keep and send the events of a page that is seen; a warning for the page where the engine has
    not got them yet. A failure of the database is logged, and a warning too; the page is more
    important.
    """
    if not is_seen(request):
        return None
    pending = Pending(request)
    try:
        with shop_of(request).engine.begin() as connection:
            pending.write(connection, event_type, touches)
    except sa.exc.DBAPIError as error:
        return unkept(event_type, error)
    return pending.send()


def unkept(event_type: EventType, error: sa.exc.DBAPIError) -> str:
    """The warning for a page whose events are lost."""
    log.warning("events_not_kept", event_type=event_type, error=str(error))
    return UNKEPT


_PURPOSES = ("Sec-Purpose", "Purpose", "X-Moz")


class Pending:
    """Events that are written in a transaction of the shop's and sent when it has ended; then the
    experiments count them, too.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._claims: list[Claim] = []
        self._touched: list[tuple[EventType, list[Touch]]] = []

    def write(
        self, connection: sa.Connection, event_type: EventType, touches: Iterable[Touch]
    ) -> None:
        """Keep one event a product, which tells whether that was on offer."""
        touches = list(touches)
        self._touched.append((event_type, touches))
        shop, visitor = shop_of(self._request), visitor_of(self._request)
        told = shop.discounts.told(connection, visitor, [each.product_id for each in touches])
        events = [touched(event_type, each, told.get(each.product_id)) for each in touches]
        self._claims.append(shop.clicks.write(connection, visitor, events))

    def writer(
        self, event_type: EventType, touches: Iterable[Touch]
    ) -> Callable[[sa.Connection], None]:
        """`write` for whoever opens the transaction."""
        return lambda connection: self.write(connection, event_type, touches)

    def send(self) -> str | None:
        """Send what was kept; a warning for the page where the engine has not got it yet."""
        shop, visitor = shop_of(self._request), visitor_of(self._request)
        for event_type, touches in self._touched:
            shop.experiments.record(visitor, event_type, touches)
        sent = [shop.clicks.send(claim) for claim in self._claims]
        if not all(sent):
            return UNRECORDED
        remember(self._request, visitor.clicked())
        return None
