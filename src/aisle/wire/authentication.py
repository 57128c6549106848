"""Who calls: the account and the region that a signed request acts in.

As soon as an installation has had an access key, a request has to be signed with one of its valid
keys. Until then any credentials are let in, and the credential names the region. That a credential
has to be there keeps web pages from driving a server on the loopback interface: a browser sends no
Authorization header to another origin without asking first. A page whose own name is made to point
at this machine is the same origin, so such a server answers to this machine's names only.
"""

from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import Request

from aisle.records.arn import Scope
from aisle.settings import is_loopback
from aisle.storage.access_keys import AccessKey
from aisle.wire.errors import (
    AccessDeniedException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    SignatureError,
    UnrecognizedClientException,
)
from aisle.wire.signatures import Signature, require_signed, signature_of

SERVICE = "personalize"
"""What requests of all three services are signed for."""


class Keys(Protocol):
    """The access keys of an installation, as they are now."""

    def look_up(self, access_key_id: str) -> tuple[bool, AccessKey | None]:
        """Whether callers need one, and the valid one of that id."""


class Entrance:
    """Lets callers in, or raises why not.

    `account` is that of callers without access keys; where `loopback_only`, they have to call this
    machine by a name that is no other's.
    """

    def __init__(self, account: str, keys: Keys | None = None, *, loopback_only: bool) -> None:
        self._account = account
        self._keys = keys
        self._loopback_only = loopback_only

    def admit(
        self,
        request: Request,
        signature: Signature,
        body: bytes | None,
        service: str = SERVICE,
    ) -> Scope:
        """The caller's account and region.

        With access keys, the request has to be signed for `service`. Raises a SignatureError or
        AccessDeniedException. `body` may be None for S3, see `require_signed`.
        """
        key = self.key(signature.key_id)
        if key is not None:
            _require_service(signature, service)
            _require_no_token(request)
            require_signed(request, signature, body, key.secret, datetime.now(UTC))
            return Scope(account=key.account, region=signature.region)
        return self.unproven(request, signature.region, by_link=signature.presigned)

    def key(self, access_key_id: str) -> AccessKey | None:
        """The valid key of that id; None where there is none and callers need none.

        Raises UnrecognizedClientException where they do.
        """
        needed, key = self._keys.look_up(access_key_id) if self._keys else (False, None)
        if needed and key is None:
            raise UnrecognizedClientException(
                "The security token included in the request is invalid."
            )
        return key

    def unproven(self, request: Request, region: str, *, by_link: bool) -> Scope:
        """Where a caller acts who needs no key; `by_link` where a mere address makes the request.

        Raises MissingAuthenticationToken- or AccessDeniedException for callers from elsewhere.
        """
        if by_link and "origin" in request.headers:  # a page can send those unasked
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        if self._loopback_only:
            _require_loopback(request)
        return Scope(account=self._account, region=region)


def service_of(request: Request) -> str:
    """The service that a request is signed for, such as `s3`; empty where it is not signed."""
    try:
        return signature_of(request).service
    except SignatureError:
        return ""


def _require_service(signature: Signature, service: str) -> None:
    if signature.service != service:
        raise InvalidSignatureException(
            f"Credential should be scoped to correct service: '{service}'."
        )


def _require_no_token(request: Request) -> None:
    """Keys of this server come without session tokens, and one that comes along is no proof."""
    if "x-amz-security-token" in request.headers or "X-Amz-Security-Token" in request.query_params:
        raise UnrecognizedClientException("The security token included in the request is invalid.")


def _require_loopback(request: Request) -> None:
    """Host is what the client believes to talk to, Origin the page that makes a browser talk."""
    for name in ("host", "origin"):
        given = request.headers.get(name)
        if given is not None and not is_loopback(_host(given)):
            raise AccessDeniedException(
                f"The {name.title()} header is {given[:200]!r}; without access keys this server "
                "answers on its own machine only. Make one with `aisle keys create`, or start it "
                "with --allow-anyone."
            )


def _host(given: str) -> str:
    try:
        return urlsplit(given if "//" in given else f"//{given}").hostname or ""
    except ValueError:
        return ""
