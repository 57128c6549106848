"""Signature Version 4: what a request's signature says, and whether it is right.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

import hashlib
import hmac
import re
from collections.abc import Container
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec
from starlette.requests import Request

from aisle.wire.canonical import canonical_request
from aisle.wire.errors import (
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
)

ALGORITHM = "AWS4-HMAC-SHA256"
S3 = "s3"

_PARAMETERS = ("Credential", "Signature", "SignedHeaders")
_CREDENTIAL = re.compile(
    r"(?P<key>[^/\s]+)/(?P<date>\d{8})/(?P<region>[A-Za-z0-9-]+)/(?P<service>[A-Za-z0-9-]+)"
    r"/aws4_request",
    re.ASCII,
)
_TIME = "%Y%m%dT%H%M%SZ"
_TIME_FORM = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_SKEW = timedelta(minutes=5)
_S3_SKEW = timedelta(minutes=15)
_LONGEST_EXPIRY = 604_800
_UNSIGNED = "UNSIGNED-PAYLOAD"
_NOT_HASHED = {
    _UNSIGNED,
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
}
"""What S3 takes in the place of a body's hash."""
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


class Signature(msgspec.Struct, frozen=True):
    """What a request says about who signed it, when, for what, and how; nothing of it is proven."""

    key_id: str
    date: str
    """Of the credential's scope, as `20261122`."""
    region: str
    service: str
    signed_headers: tuple[str, ...]
    digest: str
    """Of the request, in hexadecimal digits, keyed by the secret."""
    signed_at: str | None
    """The time of signing as it was sent; None where none was."""
    expires: str | None
    """Seconds from then, as they were sent with a presigned request; None where none were."""
    presigned: bool
    """Whether all this stands in the query rather than in headers."""

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


def signature_of(request: Request) -> Signature:
    """Raises MissingAuthenticationToken- or IncompleteSignatureException."""
    header = request.headers.get("authorization")
    return _of_query(request) if header is None else _of_header(request, header)


def require_signed(
    request: Request, signature: Signature, body: bytes | None, secret: str, now: datetime
) -> None:
    """Raise InvalidSignature- or IncompleteSignatureException unless the holder of the secret
    signed this very request, body and all, not long ago.

    Requests for S3 are held to S3's rules: they may leave the body out of the signature. Where
    `body` is None it is taken to be as such a request declares, for `require_declared` to hold it
    to that once it has come.
    """
    signed_at = _time_of(signature)
    _require_date(signature, signed_at)
    _require_headers(request, signature)
    payload = _payload(request, signature, body)
    try:
        canonical = canonical_request(
            request, signature.signed_headers, payload, for_s3=signature.service == S3
        )
    except KeyError as error:
        raise InvalidSignatureException(_MISMATCH) from error
    expected = _digest(signature, f"{signed_at:{_TIME}}", canonical, secret)
    if not hmac.compare_digest(expected.encode(), signature.digest.encode()):
        raise InvalidSignatureException(_MISMATCH)
    _require_in_time(signature, signed_at, now)


def require_declared(request: Request, signature: Signature, sha256: str) -> None:
    """Raise InvalidSignatureException where the body's hash is not the one an S3 request names."""
    declared = _declared(request, signature)
    if declared and declared not in _NOT_HASHED and declared.lower() != sha256:
        raise InvalidSignatureException(
            "The provided 'x-amz-content-sha256' header does not match what was computed."
        )


def _of_header(request: Request, header: str) -> Signature:
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise IncompleteSignatureException(
            f"Unsupported AWS 'algorithm': '{algorithm[:200]}'. Only {ALGORITHM} is supported."
        )
    given = dict(pair.strip().partition("=")[::2] for pair in rest.split(","))
    _require(given, _PARAMETERS, "Authorization header")
    return _signature(
        given["Credential"],
        given["SignedHeaders"],
        given["Signature"],
        request.headers.get("x-amz-date", request.headers.get("date")),
    )


def _of_query(request: Request) -> Signature:
    query = request.query_params
    if "X-Amz-Credential" not in query:
        raise MissingAuthenticationTokenException("Missing Authentication Token")
    names = ("X-Amz-Algorithm", *(f"X-Amz-{name}" for name in _PARAMETERS))
    _require(query, names, "AWS query-string parameters")
    if query["X-Amz-Algorithm"] != ALGORITHM:
        raise IncompleteSignatureException(
            f"Unsupported AWS 'algorithm': '{query['X-Amz-Algorithm'][:200]}'. "
            f"Only {ALGORITHM} is supported."
        )
    signature = _signature(
        query["X-Amz-Credential"],
        query["X-Amz-SignedHeaders"],
        query["X-Amz-Signature"],
        query.get("X-Amz-Date"),
    )
    return msgspec.structs.replace(signature, presigned=True, expires=query.get("X-Amz-Expires"))


def _signature(
    credential: str, signed_headers: str, digest: str, signed_at: str | None
) -> Signature:
    found = _CREDENTIAL.fullmatch(credential)
    if found is None:
        raise IncompleteSignatureException(
            "Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/aws4_request, got '{credential[:200]}'"
        )
    return Signature(
        key_id=found["key"],
        date=found["date"],
        region=found["region"],
        service=found["service"],
        signed_headers=tuple(signed_headers.split(";")),
        digest=digest,
        signed_at=signed_at,
        expires=None,
        presigned=False,
    )


def _require(given: Container[str], names: tuple[str, ...], where: str) -> None:
    missing = [name for name in names if name not in given]
    if missing:
        raise IncompleteSignatureException(
            " ".join(f"{where} requires '{name}' parameter." for name in missing)
        )


def _time_of(signature: Signature) -> datetime:
    """When it was signed: X-Amz-Date's form, or that of HTTP's Date header."""
    given = signature.signed_at
    if given is None:
        raise IncompleteSignatureException(
            "AWS query-string parameters must include 'X-Amz-Date'."
            if signature.presigned
            else "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' "
            "header."
        )
    try:
        if _TIME_FORM.fullmatch(given):
            return datetime.strptime(given, _TIME).replace(tzinfo=UTC)
        found = parsedate_to_datetime(given)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise IncompleteSignatureException(
            f"Date must be in ISO-8601 'basic format'. Got '{given[:200]}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601"
        ) from error


def _require_date(signature: Signature, signed_at: datetime) -> None:
    day = f"{signed_at:%Y%m%d}"
    if signature.date != day:
        raise InvalidSignatureException(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{signature.date}' != '{day}', from '{signed_at:{_TIME}}'."
        )


def _require_headers(request: Request, signature: Signature) -> None:
    """The host, and every header by which a service is told what to do, has to be signed."""
    needed = {"host", *(name for name in request.headers if name.startswith("x-amz-"))}
    for name in sorted(needed.difference(signature.signed_headers)):
        raise InvalidSignatureException(
            f"'{name.title()}' must be a 'SignedHeader' in the AWS "
            f"{'query-string parameters' if signature.presigned else 'Authorization'}."
        )


def _payload(request: Request, signature: Signature, body: bytes | None) -> str:
    if signature.service == S3:
        declared = _declared(request, signature)
        if body is None or declared in _NOT_HASHED:
            return declared
    return hashlib.sha256(body or b"").hexdigest()


def _declared(request: Request, signature: Signature) -> str:
    otherwise = _UNSIGNED if signature.presigned else ""
    return request.headers.get("x-amz-content-sha256", otherwise)


def _digest(signature: Signature, signed_at: str, canonical: bytes, secret: str) -> str:
    hashed = hashlib.sha256(canonical).hexdigest()
    text = f"{ALGORITHM}\n{signed_at}\n{signature.scope}\n{hashed}"
    key = f"AWS4{secret}".encode()
    for part in signature.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _require_in_time(signature: Signature, signed_at: datetime, now: datetime) -> None:
    skew = _S3_SKEW if signature.service == S3 else _SKEW
    lasts = _expiry(signature) if signature.presigned else skew
    if signed_at > now + skew:
        raise InvalidSignatureException(
            f"Signature not yet current: {signed_at:{_TIME}} is still later than "
            f"{now + skew:{_TIME}} ({now:{_TIME}} + {_in_words(skew)})"
        )
    if signed_at < now - lasts:
        raise InvalidSignatureException(
            f"Signature expired: {signed_at:{_TIME}} is now earlier than "
            f"{now - lasts:{_TIME}} ({now:{_TIME}} - {_in_words(lasts)})"
        )


def _expiry(signature: Signature) -> timedelta:
    given = signature.expires
    if given is None:
        raise IncompleteSignatureException(
            "AWS query-string parameters must include 'X-Amz-Expires'."
        )
    digits = given.isascii() and given.isdigit() and len(given) <= len(str(_LONGEST_EXPIRY))
    if not digits or not 1 <= int(given) <= _LONGEST_EXPIRY:
        raise IncompleteSignatureException(
            f"X-Amz-Expires must be 1 to {_LONGEST_EXPIRY} seconds, got '{given[:200]}'."
        )
    return timedelta(seconds=int(given))


def _in_words(time: timedelta) -> str:
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    return f"{minutes * 60 + seconds} sec." if seconds else f"{minutes} min."
