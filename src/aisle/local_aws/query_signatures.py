"""Presigned requests of S3 by its older scheme, which SDKs still make where none is asked for.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

import hmac
import time
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import HmacV1Auth
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials
from starlette.requests import Request

from aisle.storage.access_keys import AccessKey
from aisle.wire.canonical import raw_path
from aisle.wire.errors import AccessDeniedException, InvalidSignatureException

_NAMES = ("AWSAccessKeyId", "Signature", "Expires")


def is_presigned(request: Request) -> bool:
    return all(name in request.query_params for name in _NAMES)


def key_id_of(request: Request) -> str:
    return request.query_params["AWSAccessKeyId"]


def require_in_time(request: Request) -> None:
    """Raise AccessDeniedException where the request has expired."""
    expires = request.query_params["Expires"]
    if not (expires.isascii() and expires.isdigit()) or int(expires) < time.time():
        raise AccessDeniedException("Request has expired")


def require_signed(request: Request, key: AccessKey, path: bytes) -> None:
    """Raise InvalidSignatureException unless the key's holder signed it.

    `path` is that of the resource, its bucket in front.
    """
    kept = [
        pair
        for pair in request.scope["query_string"].decode("latin-1").split("&")
        if pair.partition("=")[0] not in _NAMES
    ]
    parts = urlsplit(f"http://localhost{raw_path(request).decode('latin-1')}?{'&'.join(kept)}")
    headers: Any = HTTPHeaders()
    for name, value in request.headers.items():
        headers[name] = value
    signer = HmacV1Auth(Credentials(key.access_key_id, key.secret))
    lines = (
        request.method,
        request.headers.get("content-md5", ""),
        request.headers.get("content-type", ""),
        request.query_params["Expires"],
        *filter(None, [signer.canonical_custom_headers(headers)]),
        signer.canonical_resource(parts, auth_path=path.decode("latin-1")),
    )
    expected = signer.sign_string("\n".join(lines))
    if not hmac.compare_digest(expected.encode(), request.query_params["Signature"].encode()):
        raise InvalidSignatureException(
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method."
        )
