"""An ASGI request for a WSGI application: its body spooled first, its answer in one piece."""

import hashlib
import io
import sys
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import msgspec
from starlette.requests import Request
from starlette.types import Send

from aisle.wire.errors import RequestEntityTooLargeException

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_IN_MEMORY = 1 << 20
_PIECE = 1 << 20
_METADATA = "x-amz-meta-"


class Body(msgspec.Struct, frozen=True):
    """A request's body; `file` stands at its start and is gone when it is closed."""

    file: IO[bytes]
    size: int
    sha256: str


class Reply(msgspec.Struct, frozen=True):
    """What the application answered."""

    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes

    async def send(self, send: Send) -> None:
        """In pieces, so that a client that reads slowly holds up nobody."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        for start in range(0, len(self.content), _PIECE):
            piece = self.content[start : start + _PIECE]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def spooled(request: Request, limit: int) -> Body:
    """All of the body, on disk where it is long; the caller closes its file.

    Raises RequestEntityTooLargeException as soon as it is over the limit, in bytes.
    """
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller's
    digest, size = hashlib.sha256(), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            _require_within(limit, size)
            digest.update(chunk)
            file.write(chunk)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return Body(file, size, digest.hexdigest())


def _require_within(limit: int, size: int) -> None:
    if size > limit:
        raise RequestEntityTooLargeException(f"The body is over {limit} bytes.")


def call(app: "WSGIApplication", environ: dict[str, Any]) -> Reply:
    """Run the application; whatever it raises comes through."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exception: Any = None) -> Any:
        begun[:] = [(status, headers)]
        return io.BytesIO().write

    answer: Iterable[bytes] = app(environ, start_response)
    try:
        content = b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    status, headers = begun[0]
    return Reply(
        int(status.split(" ", 1)[0]),
        [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        content,
    )


def environ_of(request: Request, path: bytes, body: Body, forced: dict[str, str]) -> dict[str, Any]:
    """The request as WSGI describes it, with `path` in the place of its own, percent signs and
    all, and with the headers in `forced` whatever the client sent under their names.
    """
    query = request.scope["query_string"].decode("latin-1")
    raw = path.decode("latin-1")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": f"{raw}?{query}" if query else raw,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client.host if request.client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": body.file,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ.update(_headers(request))
    environ["CONTENT_LENGTH"] = str(body.size)
    environ.update({_variable(name): value for name, value in forced.items()})
    return environ


def _headers(request: Request) -> dict[str, Any]:
    """Headers as WSGI names them.

    A name with an underscore would pass for one with a hyphen, so it is left out; names of S3's
    metadata are kept, and moto is told how they were spelt.
    """
    found: dict[str, Any] = {}
    spelt: dict[str, str] = {}
    for name, value in request.headers.items():
        if name == "transfer-encoding":
            continue
        variable = _variable(name)
        if "_" in name:
            if not name.startswith(_METADATA):
                continue
            spelt[variable] = name
        found[variable] = f"{found[variable]},{value}" if variable in found else value
    found["moto.preserved_header_names"] = spelt
    return found


def _variable(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
