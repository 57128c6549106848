"""What a page's script tells of what its visitor saw, several things at a time."""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.exceptions import HTTPException
from starlette.requests import Request

from allstore.shop.events import MOST_SHOWN, Event, EventType, Source
from allstore.web.forms import RECOMMENDATION_ID, TOKEN_HEADER, permits
from allstore.web.operations import Operation, Reply
from allstore.web.visits import shop_of, visitor_of

_MOST = 20
"""Events at a time."""
_OLDEST = 3600.0
"""Seconds after which nobody wants to know any more."""
_Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9-]{8,64}\Z")]
_ProductId = Annotated[str, Meta(min_length=1, max_length=256)]


class Impression(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """Products of one list that came into view."""

    id: _Id
    """Told twice it counts once."""
    source: Annotated[str, Meta(pattern=rf"\A({'|'.join(Source)})\Z")]
    product_ids: Annotated[tuple[_ProductId, ...], Meta(min_length=1, max_length=MOST_SHOWN)]
    recommendation_id: Annotated[str, Meta(pattern=rf"\A{RECOMMENDATION_ID}\Z")] | None = None
    age: Annotated[float, Meta(ge=0, le=_OLDEST)] = 0.0
    """Seconds since the last of them was seen; the clocks of browsers are not trusted."""


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    events: Annotated[tuple[Impression, ...], Meta(min_length=1, max_length=_MOST)]


class Stored(msgspec.Struct, frozen=True):
    stored: int
    """Events that were not told before."""


def clicks(request: Request, asked: Batch) -> Reply[Stored]:
    """Keep what a page tells. The visit is that of the signed cookie; HTTPException 403 for a page
    of another visit or of elsewhere, 404 for a product that the shop does not sell.
    """
    if not permits(request, request.headers.get(TOKEN_HEADER)):
        raise HTTPException(403, f"{TOKEN_HEADER}: must be the token of a page of this visit.")
    shop = shop_of(request)
    wanted = {product_id for event in asked.events for product_id in event.product_ids}
    unknown = wanted - {product.id for product in shop.catalogue.products(sorted(wanted))}
    if unknown:
        raise HTTPException(404, f"product_ids: the shop does not sell {min(unknown)[:80]!r}.")
    events = [_event(each) for each in asked.events]
    return Reply(Stored(shop.clicks.post(visitor_of(request), events)))


def _event(told: Impression) -> Event:
    return Event(
        EventType.IMPRESSION,
        recommendation_id=told.recommendation_id,
        source=told.source,
        impression=tuple(dict.fromkeys(told.product_ids)),
        id=told.id,
        age=told.age,
    )


routes = Operation(path="/clicks", handler=clicks, method="POST", fresh=True).routes()
