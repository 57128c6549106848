"""List operations: pages in the order of creation, with tokens that survive new rows."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import TypeVar

from aisle.records import Record
from aisle.records.errors import InvalidNextTokenException
from aisle.serving.call import Call

R = TypeVar("R", bound=Record)

_MOST_RESULTS = 100
_MOST_POSITION = 1 << 63


def list_page(
    call: Call,
    record_type: type[R],
    member: str,
    show: Callable[[R], Mapping[str, object]],
    *,
    parent_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    """One page of the caller's records, under the member name that the operation answers with.

    Raises InvalidNextTokenException for a token that no page gave.
    """
    size = max_results or _MOST_RESULTS
    with call.state.read() as transaction:
        rows = transaction.resources.page(
            record_type,
            scope=call.scope,
            parent_arn=parent_arn,
            after=position_of(next_token),
            limit=size + 1,
        )
    answer: dict[str, object] = {member: [show(record) for _, record in rows[:size]]}
    if len(rows) > size:
        answer["nextToken"] = token(rows[size - 1][0])
    return answer


def token(position: int) -> str:
    """The opaque form of a row number."""
    return base64.urlsafe_b64encode(f"after {position}".encode()).decode()


def position_of(next_token: str | None) -> int:
    """What `token` was given; 0 without a token. Raises InvalidNextTokenException."""
    if next_token is None:
        return 0
    refusal = InvalidNextTokenException("The nextToken is not one that this server gave.")
    try:
        word, number = base64.b64decode(next_token, altchars=b"-_", validate=True).split(b" ")
        position = int(number)
    except (ValueError, binascii.Error) as error:
        raise refusal from error
    if word != b"after" or not 0 < position < _MOST_POSITION:
        raise refusal
    return position
