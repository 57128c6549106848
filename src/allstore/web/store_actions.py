"""AllStore's JSON API where it searches and where it is told of a click."""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.exceptions import HTTPException
from starlette.requests import Request

from allstore.search.request import SearchRequest
from allstore.shop.events import EventType, Touch
from allstore.web import clicks
from allstore.web.operations import WARNING, Operation, Reply
from allstore.web.parameters import PageNumber
from allstore.web.store_api import ListedItem, listed_item
from allstore.web.visits import shop_of, shopper_of, visitor_of

_NOBODY = frozenset({"", "anonymous", "undefined", "null"})
"""What clients of the original say for a visitor who has not logged in."""


class SearchAsked(msgspec.Struct, frozen=True):
    q: Annotated[str, Meta(description="The text.")]
    u: Annotated[str, Meta(description="The id of the user to rank for.")] | None = None
    page: PageNumber = 1


class Click(msgspec.Struct):
    """The original's body."""

    itemID: str  # noqa: N815 - as documented
    userID: Annotated[  # noqa: N815
        str | None, Meta(description="The visit's shopper, or nobody.")
    ] = None
    sessionID: Annotated[  # noqa: N815
        str | None, Meta(description="Ignored: the visit is that of the signed cookie.")
    ] = None


class Clicked(msgspec.Struct, frozen=True):
    """A View that the shop has kept."""

    userID: str | None  # noqa: N815
    itemID: str  # noqa: N815
    sessionID: str  # noqa: N815


def search(request: Request, asked: SearchAsked) -> Reply[list[ListedItem]]:
    """Items for a text; with a user re-ranked for that user, and then a promoted one says so."""
    shop = shop_of(request)
    wanted = SearchRequest(text=asked.q, page=asked.page, size=shop.settings.list_size)
    found = shop.search.results(wanted, asked.u)
    promoted = {each.product_id for each in found.items if each.promoted and found.weight}
    items = [
        listed_item(each, promoted=each.id in promoted)
        for each in shop.catalogue.products(found.product_ids)
    ]
    warning = found.preference.warning if found.preference else None
    if warning is not None:
        warning = f"{warning} The order is that of the text alone."
    return Reply(items, {WARNING: warning})


def click(request: Request, asked: Click) -> Reply[Clicked]:
    """A View of an item by this visit."""
    shop = shop_of(request)
    shopper = shopper_of(request)
    user_id = None if (asked.userID or "") in _NOBODY else asked.userID
    if user_id != (shopper.id if shopper else None):
        chosen = "is anonymous" if shopper is None else f"is that of {shopper.id!r}"
        named = (asked.userID or "")[:80]
        raise HTTPException(403, f"userID: this visit {chosen}, not that of {named!r}.")
    if shop.catalogue.product(asked.itemID) is None:
        raise HTTPException(404, f"itemID: the shop does not sell {asked.itemID[:80]!r}.")
    warning = clicks.record(request, EventType.VIEW, [Touch(asked.itemID)])
    return Reply(Clicked(user_id, asked.itemID, visitor_of(request).session_id), {WARNING: warning})


operations = [
    Operation(path="/search", handler=search, fresh=True, headers=(WARNING,)),
    Operation(
        path="/clickevent",
        handler=click,
        method="POST",
        fresh=True,
        headers=(WARNING,),
        refusals={
            403: "The visit has not chosen that user.",
            404: "The shop does not sell such an item.",
            415: "The body is not said to be JSON.",
        },
    ),
]
