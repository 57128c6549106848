"""JSON scalars to Python values by shape type; AWS's words where the JSON type is wrong."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

_MILLISECONDS_FROM = 1e11
_LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


class WrongTypeError(Exception):
    """The value is not of the shape's JSON type."""


def string(value: object) -> str:
    """Text; without NUL characters, which not every database can keep."""
    if not isinstance(value, str):
        raise _wrong(value, "a String")
    if "\0" in value:
        raise _wrong(value, "a String without NUL characters")
    return value


def boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _wrong(value, "a Boolean")


def whole_number(bits: int) -> Callable[[object], int]:
    """Converts what fits into a signed integer of so many bits; `25.0` is whole too."""

    def convert(value: object) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and -(1 << bits) <= value < 1 << bits
        ):
            return value
        raise _wrong(value, "an Integer")

    return convert


def real_number(value: object) -> float:
    number = _finite(value)
    if number is None:
        raise _wrong(value, "a Double")
    return number


def timestamp(value: object) -> float:
    """Epoch seconds, from ISO 8601, seconds or (whatever is over 1e11) milliseconds."""
    number = _iso_8601(value) if isinstance(value, str) else _finite(value)
    if number is None:
        raise _wrong(value, "a Timestamp")
    if abs(number) > _MILLISECONDS_FROM:
        number /= 1000
    if abs(number) > _LATEST:
        raise _wrong(value, "a Timestamp")
    return number


CONVERTERS: Mapping[str, Callable[[object], Any]] = {
    "string": string,
    "boolean": boolean,
    "integer": whole_number(31),
    "long": whole_number(63),
    "float": real_number,
    "double": real_number,
    "timestamp": timestamp,
}
"""By botocore's type name; each raises `WrongTypeError`."""


def _finite(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _iso_8601(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _wrong(value: object, wanted: str) -> WrongTypeError:
    if isinstance(value, dict):
        return WrongTypeError("Start of structure or map found where not expected")
    if isinstance(value, list):
        return WrongTypeError("Start of list found where not expected")
    return WrongTypeError(f"{_token(value)} can not be converted to {wanted}")


def _token(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, str):
        return "STRING_VALUE"
    return "DECIMAL_VALUE" if isinstance(value, float) else "NUMBER_VALUE"
