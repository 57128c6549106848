"""The ASGI application in front of the wire: requests for other services than Personalize go to
moto, the rest goes on.

A request says what service it is for in its signature's scope. S3 also takes presigned requests of
an older scheme; what comes without any signature is refused, public objects too.
"""

import io
from uuid import uuid4

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from aisle.local_aws import query_signatures
from aisle.local_aws.bridge import Body, Reply, call, environ_of, spooled
from aisle.local_aws.refusals import refusal
from aisle.local_aws.services import SERVICES, Services
from aisle.records.arn import Scope
from aisle.wire.app import read
from aisle.wire.authentication import SERVICE, Entrance, service_of
from aisle.wire.canonical import raw_path
from aisle.wire.errors import (
    CommonError,
    InternalFailure,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    NotImplementedException,
)
from aisle.wire.signatures import Signature, require_declared, signature_of

_log = structlog.get_logger(__name__)

_S3 = "s3"
_LARGEST_OBJECT = 5 << 30
"""Bytes of one upload, or one part of one, as S3 has it."""
_THREADS = 8
_FORM = "application/x-www-form-urlencoded"
_LOCALHOST = ".localhost"


class LocalAws:
    """Answers for the other services, and leaves requests for Personalize to `wire`."""

    def __init__(self, wire: ASGIApp, entrance: Entrance) -> None:
        self._wire = wire
        self._entrance = entrance
        self._services = Services()
        self._limiter = CapacityLimiter(_THREADS)

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        request = Request(scope, receive) if scope["type"] == "http" else None
        service = _service(request) if request is not None else ""
        if request is None or service in {"", SERVICE}:
            await self._wire(scope, receive, send)
            return
        request_id = str(uuid4())
        try:
            reply = await self._answer(request, service)
        except ClientDisconnect:
            return
        except CommonError as error:
            await refusal(request, service, error, request_id)(scope, receive, send)
        except Exception:  # noqa: BLE001 every fault has to be answered
            _log.exception("a local AWS service failed", service=service, request=request_id)
            fault = InternalFailure("See the server's log.")
            await refusal(request, service, fault, request_id)(scope, receive, send)
        else:
            await reply.send(send)

    async def _answer(self, request: Request, service: str) -> Reply:
        if service not in SERVICES:
            raise NotImplementedException(
                f"The service {service[:100]} is not one that --local-aws answers for: "
                f"{', '.join(SERVICES)}."
            )
        path = _resource_path(request) if service == _S3 else raw_path(request)
        caller, body = await self._admitted(request, service, path)
        forced = {"host": "localhost", "x-moto-account-id": caller.account}
        if service == _S3 and request.headers.get("content-type", "").startswith(_FORM):
            forced["content-type"] = "application/octet-stream"  # else moto takes it for a form
        try:
            environ = environ_of(request, path, body, forced)
            return await to_thread.run_sync(
                self._run, service, environ["PATH_INFO"], environ, limiter=self._limiter
            )
        finally:
            body.file.close()

    def _run(self, service: str, path: str, environ: dict[str, object]) -> Reply:
        return call(self._services.of(service, path), environ)

    async def _admitted(self, request: Request, service: str, path: bytes) -> tuple[Scope, Body]:
        """Who calls, and the body. S3's callers are known before a byte is taken from them."""
        if service != _S3:
            signature = signature_of(request)
            content = await read(request)
            caller = self._entrance.admit(request, signature, content, service)
            return caller, Body(io.BytesIO(content), len(content), "")
        caller, signed = self._s3_caller(request, path)
        body = await spooled(request, _LARGEST_OBJECT)
        try:
            if signed is not None:
                require_declared(request, signed, body.sha256)
        except InvalidSignatureException:
            body.file.close()
            raise
        return caller, body

    def _s3_caller(self, request: Request, path: bytes) -> tuple[Scope, Signature | None]:
        if service_of(request) == _S3:
            signature = signature_of(request)
            return self._entrance.admit(request, signature, None, _S3), signature
        if not query_signatures.is_presigned(request):
            raise MissingAuthenticationTokenException("Access Denied: the request is not signed.")
        query_signatures.require_in_time(request)
        key = self._entrance.key(query_signatures.key_id_of(request))
        if key is not None:
            query_signatures.require_signed(request, key, path)
            return Scope(account=key.account, region=""), None
        return self._entrance.unproven(request, region="", by_link=True), None


def _service(request: Request) -> str:
    """What the request is for; empty where nothing in it says so."""
    found = service_of(request)
    if found or "authorization" in request.headers:
        return found
    if query_signatures.is_presigned(request):
        return _S3
    segments = request.scope["path"].strip("/").split("/", 1)
    reads = request.method in {"GET", "HEAD"}
    return _S3 if reads and len(segments) > 1 else ""


def _resource_path(request: Request) -> bytes:
    """The path with the bucket in front, also where the host's name had it."""
    host = request.headers.get("host", "").partition(":")[0].rstrip(".")
    path = raw_path(request)
    if host.endswith(_LOCALHOST):
        return f"/{host.removesuffix(_LOCALHOST)}".encode() + path
    return path
