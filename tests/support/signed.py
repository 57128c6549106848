"""Requests signed by botocore, as they come in from a client."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import msgspec
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from starlette.requests import Request

from aisle.storage.access_keys import AccessKey

HOST = "127.0.0.1:8000"
KEY = AccessKey(
    access_key_id="AKIA234567ABCDEFGHIJ",
    secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    account="123456789012",
    note="",
    created_at=0.0,
)


class OneKey:
    """An installation with the one key."""

    def look_up(self, access_key_id: str) -> tuple[bool, AccessKey | None]:
        return True, KEY if access_key_id == KEY.access_key_id else None


class Sent(msgspec.Struct, frozen=True):
    """A request as bytes on the wire."""

    method: str
    path: bytes
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def request(self) -> Request:
        return Request(
            {
                "type": "http",
                "method": self.method,
                "path": unquote(self.path.decode("latin-1")),
                "raw_path": self.path,
                "query_string": self.query,
                "headers": [(name.lower(), value) for name, value in self.headers],
            }
        )


def signed(
    method: str = "POST",
    target: str = "/",
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"{}",
    *,
    service: str = "personalize",
    at: datetime | None = None,
    expires: int | None = None,
    key: AccessKey = KEY,
    token: str | None = None,
    scheme: str = "http",
    context: Mapping[str, object] | None = None,
) -> Sent:
    """Signed at a time, or now; presigned where `expires` is given."""
    request = AWSRequest(method, f"{scheme}://{HOST}{target}", data=body)
    for name, value in headers:
        request.headers[name] = value  # adds one, whether there is one of that name or not
    request.context.update(context or {})
    credentials = Credentials(key.access_key_id, key.secret, token)
    with patch("botocore.auth.get_current_datetime", lambda: at or datetime.now(UTC)):
        signer(service, expires, credentials).add_auth(request)
    return on_the_wire(method, request, body)


def signer(service: str, expires: int | None, credentials: Credentials) -> SigV4Auth:
    region = "eu-west-1"
    if expires is None:
        by_header = S3SigV4Auth if service == "s3" else SigV4Auth
        return by_header(credentials, service, region)
    by_query = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
    return by_query(credentials, service, region, expires=expires)


def on_the_wire(method: str, request: AWSRequest, body: bytes) -> Sent:
    parts = urlsplit(str(request.url))
    headers = [(name.encode(), str(value).encode()) for name, value in request.headers.items()]
    return Sent(
        method=method,
        path=(parts.path or "/").encode(),
        query=parts.query.encode(),
        headers=((b"host", HOST.encode()), *headers),
        body=body,
    )
