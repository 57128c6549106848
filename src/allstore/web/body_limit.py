"""How much a request may send."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses a larger body where it is read, at once where the request says that it is one.
    Starlette's own limit answers in plain text and past the headers that every answer carries; here
    a page or the JSON API says it in its way.
    """

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app, self._most = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0
        declared = dict(scope.get("headers", ())).get(b"content-length", b"0")
        too_large = declared.isdigit() and int(declared) > self._most

        async def limited() -> Message:
            nonlocal read
            message = {} if too_large else await receive()
            read += len(message.get("body", b""))
            if too_large or read > self._most:
                raise HTTPException(
                    413, f"A body may have {self._most:,} bytes; this one has more."
                )
            return message

        await self._app(scope, limited, send)
