"""Who calls, from the Signature Version 4 credential.

The signature itself is not verified: any key is let in, and the credential names the region. That
a credential has to be there keeps web pages from driving a server on the loopback interface: a
browser sends no Authorization header to another origin without asking first. A page whose own
name is made to point at this machine is the same origin, so a loopback server answers to this
machine's names only.
"""

import re
from collections.abc import Container
from urllib.parse import urlsplit

from starlette.requests import Request

from aisle.records.arn import Scope
from aisle.settings import is_loopback
from aisle.wire.errors import (
    AccessDeniedException,
    IncompleteSignatureException,
    MissingAuthenticationTokenException,
)

ALGORITHM = "AWS4-HMAC-SHA256"
_PARAMETERS = ("Credential", "Signature", "SignedHeaders")
_CREDENTIAL = re.compile(r"[^/\s]+/\d{8}/(?P<region>[A-Za-z0-9-]+)/[A-Za-z0-9-]+/aws4_request")


def require_loopback(request: Request) -> None:
    """Raise AccessDeniedException where the request was sent to another name than this machine's.

    Host is what the client believes to talk to, Origin the page that makes a browser talk.
    """
    for name in ("host", "origin"):
        given = request.headers.get(name)
        if given is not None and not is_loopback(_host(given)):
            raise AccessDeniedException(
                f"The {name.title()} header is {given[:200]!r}; this server answers on its own "
                "machine only. Start it with --allow-anyone to answer to other names."
            )


def _host(given: str) -> str:
    try:
        return urlsplit(given if "//" in given else f"//{given}").hostname or ""
    except ValueError:
        return ""


def authenticate(request: Request, account: str) -> Scope:
    """The caller's scope; raises MissingAuthenticationToken- or IncompleteSignatureException."""
    header = request.headers.get("authorization")
    credential = _credential_of_query(request) if header is None else _credential_of_header(header)
    found = _CREDENTIAL.fullmatch(credential)
    if found is None:
        raise IncompleteSignatureException(
            "Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/aws4_request, got '{credential[:200]}'"
        )
    return Scope(account=account, region=found["region"])


def _credential_of_header(header: str) -> str:
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise IncompleteSignatureException(
            f"Unsupported AWS 'algorithm': '{algorithm[:200]}'. Only {ALGORITHM} is supported."
        )
    given = dict(pair.strip().partition("=")[::2] for pair in rest.split(","))
    _require(given.keys(), _PARAMETERS, "Authorization header")
    return given["Credential"]


def _credential_of_query(request: Request) -> str:
    """A presigned request's, unless it has an origin: pages can send such requests unasked."""
    query = request.query_params
    if "X-Amz-Credential" not in query or "origin" in request.headers:
        raise MissingAuthenticationTokenException("Missing Authentication Token")
    names = ("X-Amz-Algorithm", *(f"X-Amz-{name}" for name in _PARAMETERS))
    _require(query.keys(), names, "AWS query-string parameters")
    return query["X-Amz-Credential"]


def _require(given: Container[str], names: tuple[str, ...], where: str) -> None:
    missing = [name for name in names if name not in given]
    if missing:
        raise IncompleteSignatureException(
            " ".join(f"{where} requires '{name}' parameter." for name in missing)
        )
