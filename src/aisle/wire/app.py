"""The ASGI application: every operation of the three services on one port."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from aisle.records.arn import Scope
from aisle.wire import responses
from aisle.wire.authentication import Entrance, Keys
from aisle.wire.endpoints import Endpoint, Function, endpoints
from aisle.wire.errors import (
    CommonError,
    RequestEntityTooLargeException,
    UnknownOperationException,
)
from aisle.wire.models import routes, targets
from aisle.wire.signatures import signature_of
from aisle.wire.throttling import Throttle

BODY_LIMIT = 6 * 1024 * 1024
"""Bytes; the largest request of the real service is far below."""


def create_app(
    functions: Mapping[str, Function],
    call_for: Callable[[Scope], object],
    ready: Callable[[], bool] | None = None,
    *,
    account: str = "000000000000",
    loopback_only: bool = True,
    keys: Keys | None = None,
    throttle: Throttle | None = None,
) -> ASGIApp:
    """Serves `functions`, by their boto3 names such as `create_schema`.

    Each is called with what `call_for` gives for the caller and the request's members as keywords:
    top-level names in snake case, nested documents as on the wire. What it gives back is a mapping
    or Struct in the wire's names, or an `Answer`. Synchronous functions of the control plane run
    in threads; those of runtime and events run on the event loop, where they may not wait.
    `GET /healthz` tells whether `ready`. Once there are `keys`, requests have to be signed with
    one; until then they act in `account` and, where `loopback_only`, have to call this machine by
    its own name. A `throttle` refuses requests beyond its rates. ValueError where a function is no
    operation's.
    """
    entrance = Entrance(account, keys, loopback_only=loopback_only)
    return _Wire(endpoints(functions), call_for, ready or (lambda: True), entrance, throttle)


class _Wire:
    def __init__(
        self,
        by_name: Mapping[str, Endpoint],
        call_for: Callable[[Scope], object],
        ready: Callable[[], bool],
        entrance: Entrance,
        throttle: Throttle | None,
    ) -> None:
        self._by_target = {key: by_name[operation.name] for key, operation in targets().items()}
        self._by_route = {key: by_name[operation.name] for key, operation in routes().items()}
        self._call_for = call_for
        self._entrance = entrance
        self._throttle = throttle
        self._beside = _health(ready)

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == "/healthz":
            await self._beside(scope, receive, send)
            return
        try:
            response = await self._respond(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        request_id = str(uuid4())
        try:
            endpoint = self._identify(request)
        except CommonError as error:
            return _unidentified(request, error, request_id)
        try:
            signature = signature_of(request)
            body = await read(request)
            caller = self._entrance.admit(request, signature, body)
            arguments = endpoint.parse(body)
            if self._throttle is not None:
                self._throttle.take(caller, endpoint.name, arguments)
            outcome = await endpoint.call(self._call_for(caller), arguments)
            return endpoint.answer(outcome, request_id)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 every fault has to be answered
            return endpoint.failure(error, request_id)

    def _identify(self, request: Request) -> Endpoint:
        """By target where one is given, else by route, with or without a slash at its end."""
        target = request.headers.get("x-amz-target")
        if target is not None:
            endpoint = self._by_target.get(target)
        else:
            path = request.scope["path"].rstrip("/")
            endpoint = self._by_route.get((request.method, path))
        if endpoint is None:
            asked = target or f"{request.method} {request.scope['path']}"
            raise UnknownOperationException(f"No operation answers to {asked[:200]}.")
        return endpoint


async def read(request: Request) -> bytes:
    """All of the body; raises RequestEntityTooLargeException as soon as it is over the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise RequestEntityTooLargeException(f"The body is over {BODY_LIMIT} bytes.")
    return bytes(body)


def _unidentified(request: Request, error: CommonError, request_id: str) -> Response:
    """AWS answers 400 to an unknown target and 404 to an unknown route."""
    if "x-amz-target" in request.headers:
        return responses.failure(error, 400, responses.AWS_JSON, request_id)
    return responses.failure(error, error.status, responses.REST_JSON, request_id)


def _health(ready: Callable[[], bool]) -> Starlette:
    """Health, and what ASGI wants beside HTTP requests (lifespan)."""

    async def healthz(_request: Request) -> Response:
        if ready():
            return JSONResponse({"status": "ok"})
        return JSONResponse({"status": "starting"}, 503)

    return Starlette(routes=[Route("/healthz", healthz)])
