"""What an address may hold."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from allstore.web.errors import refused


class WithoutNul:
    """Refuses an address with a NUL character, which PostgreSQL takes in no text; as a page, or in
    the JSON API's way.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_nul(scope):
            await self._app(scope, receive, send)
            return
        error = HTTPException(400, "No address of this shop has a NUL character.")
        scope.update(_routed(scope))
        await refused(Request(scope), error)(scope, receive, send)


def _has_nul(scope: Scope) -> bool:
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def _routed(scope: Scope) -> Scope:
    """What the router would add; nothing where no path fits."""
    found = (route.matches(scope) for route in scope["app"].routes)
    return next((child for match, child in found if match is not Match.NONE), {})
