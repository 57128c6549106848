"""Who is asking: a visit and its chosen shopper, sealed so that no browser can assert one."""

import contextlib
import os
import secrets
import uuid
from pathlib import Path

import msgspec
from itsdangerous import BadData, URLSafeTimedSerializer

KEY_FILE = "shop.secret"
MAX_AGE = 30 * 24 * 3600
"""Seconds without a request after which the shop no longer knows a browser."""
_IDLE = 30 * 60
"""Seconds without a request that end a visit."""
_NOTED = 5 * 60
"""Seconds after which a further request is noted; not every answer sets a cookie."""


class Visitor(msgspec.Struct, frozen=True):
    session_id: str
    shopper_id: str | None = None
    has_events: bool = False
    """Whether the engine has acknowledged an event of this session."""
    first_session_id: str | None = None
    """Of the first visit, where this is a later one."""
    seen_at: int = 0
    """Epoch seconds of a request; 0 where none was noted yet."""

    @property
    def user_id(self) -> str | None:
        """Whom to recommend for: the shopper, else a session with a history; None is cold."""
        return self.shopper_id or (self.session_id if self.has_events else None)

    @property
    def customer_id(self) -> str:
        """Whose cart, orders and open pages they are, which outlive a visit."""
        return self.first_session_id or self.session_id

    def seen(self, now: int, *, asks: bool = True) -> "Visitor":
        """At a request. One that asks for something begins another visit after idle time, of the
        same shopper with the same cart; several with one cookie begin the same. What an open page
        sends is still of the visit whose prices it shows.
        """
        idle = now - (self.seen_at or now)
        if asks and idle >= _IDLE:
            following = uuid.uuid5(uuid.NAMESPACE_OID, f"{self.session_id} {self.seen_at}").hex
            return Visitor(following, self.shopper_id, False, self.customer_id, now)
        if self.seen_at and idle < _NOTED:
            return self
        return msgspec.structs.replace(self, seen_at=now)

    def chooses(self, shopper_id: str | None) -> "Visitor":
        """The visit after choosing a shopper or none.

        An anonymous visit goes on, so that its history carries over to the shopper; leaving a
        shopper starts another visit, so that nothing of one shopper reaches the next.
        """
        if shopper_id == self.shopper_id:
            return self
        if self.shopper_id is None:
            return msgspec.structs.replace(self, shopper_id=shopper_id)
        return msgspec.structs.replace(new_visitor(), shopper_id=shopper_id, seen_at=self.seen_at)

    def clicked(self) -> "Visitor":
        return msgspec.structs.replace(self, has_events=True)


def new_visitor() -> Visitor:
    return Visitor(session_id=uuid.uuid4().hex)


class Seal:
    """Signs visitors into cookies and form tokens into pages."""

    def __init__(self, secret: str) -> None:
        self._visitors = URLSafeTimedSerializer(secret, salt="visitor")
        self._forms = URLSafeTimedSerializer(secret, salt="form")

    def cookie(self, visitor: Visitor) -> str:
        return self._visitors.dumps(msgspec.to_builtins(visitor))

    def visitor(self, cookie: str | None) -> Visitor | None:
        """The visitor in a cookie; None where it is missing, forged or too old."""
        try:
            return msgspec.convert(
                self._visitors.loads(cookie or "", max_age=MAX_AGE), type=Visitor
            )
        except (BadData, msgspec.ValidationError):
            return None

    def form_token(self, visitor: Visitor) -> str:
        return self._forms.dumps(visitor.customer_id)

    def permits(self, visitor: Visitor, token: str | None) -> bool:
        """Whether `token` was given to a page of this very customer."""
        try:
            customer_id = self._forms.loads(token or "", max_age=MAX_AGE)
        except BadData:
            return False
        return isinstance(customer_id, str) and secrets.compare_digest(
            customer_id, visitor.customer_id
        )


def secret(data_dir: Path) -> str:
    """The shop's signing secret, made at first use and readable by its owner alone."""
    path = data_dir / KEY_FILE
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        _publish(path, secrets.token_urlsafe(48))
    return path.read_text()


def _publish(path: Path, content: str) -> None:
    """Write `path` whole or not at all; of two processes that start at once, the first wins."""
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
