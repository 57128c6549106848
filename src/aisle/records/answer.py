"""An operation's result with something beside it."""

from collections.abc import Mapping

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """A result document, and HTTP headers to send along.

    An operation with nothing to say in headers returns the bare document.
    """

    document: Mapping[str, object]
    headers: Mapping[str, str] = {}
