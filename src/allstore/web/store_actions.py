"""AllStore's JSON API where it searches and where it is told of a click."""

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.search.request import SearchRequest
from allstore.shop.events import EventType, Touch
from allstore.web import clicks
from allstore.web.api import NO_STORE, WARNING, answer, json_route, refused
from allstore.web.parameters import page_number
from allstore.web.store_api import item_of
from allstore.web.visits import shop_of, shopper_of, visitor_of

_NOBODY = frozenset({"", "anonymous", "undefined", "null"})
"""What clients of the original say for a visitor who has not logged in."""


class Click(msgspec.Struct):
    """The original's body. The visit is that of the signed cookie, whatever `sessionID` says."""

    itemID: str  # noqa: N815 - as documented
    userID: str | None = None  # noqa: N815
    sessionID: str | None = None  # noqa: N815


def search(request: Request) -> Response:
    """Items for the text `q`; with `u` re-ranked for that user, and then a promoted one says so."""
    text = request.query_params.get("q", "").strip()
    if not text:
        return refused("q is missing: /search?q=...")
    page = page_number(request.query_params)
    shop = shop_of(request)
    wanted = SearchRequest(text=text, page=page, size=shop.settings.list_size)
    found = shop.search.results(wanted, request.query_params.get("u") or None)
    promoted = {each.product_id for each in found.items if each.promoted}
    items = [
        item_of(each) | ({"Promoted": True} if found.weight and each.id in promoted else {})
        for each in shop.catalogue.products(found.product_ids)
    ]
    headers = {"Cache-Control": NO_STORE}
    if found.preference is not None and found.preference.warning is not None:
        headers[WARNING] = f"{found.preference.warning} The order is that of the text alone."
    return answer(items, headers=headers)


async def click(request: Request) -> Response:
    """A View of an item by this visit; 403 for a user that the visit has not chosen."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return refused("The body must be JSON, with Content-Type: application/json.", 415)
    try:
        told = msgspec.json.decode(await request.body(), type=Click)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return refused(f"The body cannot be read: {error}.")
    return await run_in_threadpool(_recorded, request, told)


def _recorded(request: Request, told: Click) -> Response:
    shop = shop_of(request)
    shopper = shopper_of(request)
    user_id = None if (told.userID or "") in _NOBODY else told.userID
    if user_id != (shopper.id if shopper else None):
        chosen = "is anonymous" if shopper is None else f"is that of {shopper.id!r}"
        return refused(
            f"userID: this visit {chosen}, not that of {(told.userID or '')[:80]!r}.", 403
        )
    if shop.catalogue.product(told.itemID) is None:
        return refused(f"itemID: the shop does not sell {told.itemID[:80]!r}.", 404)
    warning = clicks.record(request, EventType.VIEW, [Touch(told.itemID)])
    headers = {"Cache-Control": NO_STORE, **({WARNING: warning} if warning else {})}
    session_id = visitor_of(request).session_id
    content = {"userID": user_id, "itemID": told.itemID, "sessionID": session_id}
    return answer(content, 200, headers=headers)


routes = [
    json_route("/search", search),
    Route("/clickevent", click, methods=["POST"]),
]
