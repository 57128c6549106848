"""Who asks, from the signed cookie; nothing else in a request says so."""

import time
from http.cookies import CookieError

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allstore.catalog.models import Shopper
from allstore.shop.shop import Shop
from allstore.shop.visitor import MAX_AGE, Seal, Visitor, new_visitor

COOKIE = "allstore"


def shop_of(request: Request) -> Shop:
    shop: Shop = request.app.state.shop
    return shop


def visitor_of(request: Request) -> Visitor:
    """The visitor, seen now; a new one where the cookie is missing or was tampered with."""
    state = request.scope["state"]
    if "visitor" not in state:
        arrived: Visitor = state["arrived"] or new_visitor()
        state["visitor"] = arrived.seen(int(time.time()), asks=request.method != "POST")
    visitor: Visitor = state["visitor"]
    return visitor


def remember(request: Request, visitor: Visitor) -> None:
    """Make `visitor` the one that the answer's cookie holds."""
    request.scope["state"]["visitor"] = visitor


def shopper_of(request: Request) -> Shopper | None:
    """The chosen shopper; one that the catalogue has lost is no longer chosen."""
    visitor = visitor_of(request)
    if visitor.shopper_id is None:
        return None
    shopper = shop_of(request).catalogue.shopper(visitor.shopper_id)
    if shopper is None:
        remember(request, visitor.chooses(None))
    return shopper


class Visits:
    """Reads the cookie at arrival and sets it where a page has met or changed the visitor."""

    def __init__(self, app: ASGIApp, seal: Seal) -> None:
        self._app = app
        self._seal = seal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["arrived"] = self._seal.visitor(_cookie(scope))

        async def with_cookie(message: Message) -> None:
            visitor = state.get("visitor")
            if message["type"] == "http.response.start" and visitor not in {None, state["arrived"]}:
                header = self._header(visitor, secure=scope["scheme"] == "https")
                MutableHeaders(scope=message).append("set-cookie", header)
            await send(message)

        await self._app(scope, receive, with_cookie)

    def _header(self, visitor: Visitor, *, secure: bool) -> str:
        carrier = Response()
        carrier.set_cookie(
            COOKIE,
            self._seal.cookie(visitor),
            max_age=MAX_AGE,
            httponly=True,
            samesite="lax",
            secure=secure,
        )
        return carrier.headers["set-cookie"]


def _cookie(scope: Scope) -> str | None:
    try:
        return HTTPConnection(scope).cookies.get(COOKIE)
    except CookieError:
        return None
