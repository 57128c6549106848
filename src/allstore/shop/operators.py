"""Who runs the shop: whoever knows its token, or in a demo whoever sits at the machine."""

import ipaddress
import secrets

from itsdangerous import BadData, URLSafeTimedSerializer

from allstore.shop.settings import Settings

MAX_AGE = 12 * 3600
"""Seconds that a pass holds."""
_OPERATOR = "operator"


class Operators:
    """Passes are signed with the shop's secret and the token, so that another token ends them."""

    def __init__(self, secret: str, settings: Settings) -> None:
        given = settings.operator_token
        self._token = given.get_secret_value() if given else None
        self._everybody = settings.visitors_operate and self._token is None
        self._passes = URLSafeTimedSerializer(f"{secret}{self._token}", salt=_OPERATOR)

    @property
    def have_token(self) -> bool:
        return self._token is not None

    def admit(self, token: str) -> str | None:
        """A pass for whoever knows the token; None for others."""
        if self._token is None or not secrets.compare_digest(token.encode(), self._token.encode()):
            return None
        return self._passes.dumps(_OPERATOR)

    def include(self, shown: str | None, address: str | None) -> bool:
        """Whether an operator asks, by the pass shown or, in a demo, by the address alone."""
        if self._everybody:
            return _is_this_machine(address)
        if self._token is None:
            return False
        try:
            return bool(self._passes.loads(shown or "", max_age=MAX_AGE) == _OPERATOR)
        except BadData:
            return False


def _is_this_machine(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
