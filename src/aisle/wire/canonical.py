"""A request in the one form that is signed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from collections.abc import Iterable
from urllib.parse import quote, unquote_to_bytes

from starlette.requests import Request

_UNRESERVED = "-_.~"


def canonical_request(
    request: Request, signed_headers: Iterable[str], payload: str, *, for_s3: bool
) -> bytes:
    """Method, path, query, the signed headers and the payload's hash, a line each.

    S3 takes a path as it is; other services normalise it and encode it once more. Raises KeyError
    for a signed header that the request has not got.
    """
    names = list(signed_headers)
    headers = _headers(request)
    path = raw_path(request)
    return b"\n".join(
        (
            request.method.encode(),
            (_as_it_is(path) if for_s3 else _normalised(path)).encode(),
            canonical_query(request.scope["query_string"]).encode(),
            *(name.encode() + b":" + headers[name] for name in names),
            b"",
            ";".join(names).encode(),
            payload.encode(),
        )
    )


def raw_path(request: Request) -> bytes:
    """The path as the client sent it, with its percent signs."""
    raw: bytes | None = request.scope.get("raw_path")
    return quote(request.scope["path"]).encode() if raw is None else raw


def canonical_query(query: bytes) -> str:
    """Every parameter but the signature itself, encoded in one way and sorted."""
    pairs = [pair.partition(b"=")[::2] for pair in query.split(b"&")] if query else []
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded if name != "X-Amz-Signature")


def _encoded(text: bytes) -> str:
    """A plus is a space, as whoever reads the query takes it."""
    return quote(unquote_to_bytes(text.replace(b"+", b" ")), safe=_UNRESERVED)


def _as_it_is(path: bytes) -> str:
    """Every segment encoded in one way."""
    segments = [quote(unquote_to_bytes(part), safe=_UNRESERVED) for part in path.split(b"/")]
    return "/".join(segments) or "/"


def _normalised(path: bytes) -> str:
    """Without empty, `.` and `..` segments; a slash at the end stays."""
    kept: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in {b"", b"."}:
            kept.append(segment)
    end = b"/" if kept and path.endswith(b"/") else b""
    return quote(b"/" + b"/".join(kept) + end, safe=f"/{_UNRESERVED}")


def _headers(request: Request) -> dict[str, bytes]:
    """Values by name, those of one name joined, runs of white space as one space."""
    values: dict[str, list[bytes]] = {}
    for name, value in request.headers.raw:
        values.setdefault(name.decode("latin-1").lower(), []).append(b" ".join(value.split()))
    return {name: b",".join(several) for name, several in values.items()}
