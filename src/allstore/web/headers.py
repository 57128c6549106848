"""Headers that every answer carries."""

from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
_PAGE = "no-store"
"""A page shows a cart and a list as they are now; the back button must not show them as they were.
"""


class SecurityHeaders:
    """Adds `HEADERS` where the answer does not set its own. Pages may show pictures of these
    origins beside the shop's own.
    """

    def __init__(self, app: ASGIApp, picture_origins: Collection[str] = ()) -> None:
        self._app = app
        pictures = f"; img-src 'self' {' '.join(picture_origins)}" if picture_origins else ""
        self._headers = HEADERS | {"Content-Security-Policy": _POLICY + pictures}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("Cache-Control", _PAGE)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
