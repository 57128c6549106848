"""What a field's values may be, alike in CSV files and in the properties of streamed rows."""

import math
from collections.abc import Callable, Mapping

import msgspec

from aisle.data.schema import DatasetSchema, Field, FieldType
from aisle.data.schema_rules import folded
from aisle.records.errors import InvalidInputException

Value = str | int | float | bool | None

TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
IDS = ("USER_ID", "ITEM_ID", "ACTION_ID")
INTEGER_LIMITS = {"int": 1 << 31, "long": 1 << 63}
"""Values go from minus this to this less one."""

_LONGEST_ID = 256
_LONGEST_TEXT = 1000
_LONGEST_TEXTUAL = 20_000
_LONGEST_SHOWN = 80
_LARGEST_FLOAT = 3.4028234663852886e38


def longest(field: Field) -> int:
    """How many characters a value may have.

    From https://docs.aws.amazon.com/personalize/latest/dg/limits.html.
    """
    if field.textual:
        return _LONGEST_TEXTUAL
    return _LONGEST_ID if field.name in (*IDS, "EVENT_TYPE") else _LONGEST_TEXT


def json_object(text: str | None, where: str) -> dict[str, object]:
    """The properties of a streamed row; none are an empty object.

    `where` names the row in the message of the InvalidInputException for what is no JSON object.
    """
    if text is None:
        return {}
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidInputException(
            f"{where}: properties must be a JSON object in a string; {_shown(text)} is not: "
            f"{error}."
        ) from error
    if not isinstance(document, dict):
        raise InvalidInputException(
            f"{where}: properties must be a JSON object in a string; {_shown(text)} is not."
        )
    return document


def row_values(
    schema: DatasetSchema, document: Mapping[str, object], where: str
) -> dict[str, Value]:
    """Values by field name of all fields but the id, from properties keyed in camel case.

    Raises InvalidInputException, which names the row by `where`, the key, the rule and the value,
    for a key that is no field, one that is there twice, a value that its field cannot take, and a
    field that is missing and cannot be null.
    """
    fields = {folded(field.name): field for field in schema.fields if field.name not in IDS}
    values: dict[str, Value] = {}
    for key, value in document.items():
        field = fields.get(folded(key))
        if field is None:
            known = ", ".join(field.name for field in fields.values())
            raise InvalidInputException(
                f"{where}: the schema has no field for the key {_shown(key)}; its fields are "
                f"{known}."
            )
        if field.name in values:
            raise InvalidInputException(
                f"{where}: the key {_shown(key)} is another spelling of one that is there; both "
                f"are for the field {field.name}."
            )
        values[field.name] = field_value(field, value, f"{where}, {key}")
    for field in fields.values():
        if values.get(field.name) is None and not field.nullable:
            raise InvalidInputException(
                f"{where}: a value for the field {field.name} is missing; the schema's type "
                f"{field.type} does not allow null."
            )
    return values


def field_value(field: Field, value: object, where: str) -> Value:
    """A JSON value as the field's type has it; empty text is null, as in CSV files.

    Numbers and booleans may come as text. Raises InvalidInputException.
    """
    if value is None or value == "":
        return None
    converted = _CONVERTERS[field.type](field, value)
    if converted is None:
        raise InvalidInputException(f"{where}: {_rule(field, value)}")
    return converted


def _text(field: Field, value: object) -> Value:
    if not isinstance(value, str) or "\0" in value or len(value) > longest(field):
        return None
    return value


def _boolean(_field: Field, value: object) -> Value:
    if isinstance(value, bool):
        return value
    if value in TRUE or value in FALSE:
        return value in TRUE
    return None


def _whole(field: Field, value: object) -> Value:
    number = value
    if isinstance(value, str):
        digits = value.strip()
        number = int(digits) if digits.removeprefix("-").isdecimal() and digits.isascii() else None
    elif isinstance(value, float) and value.is_integer():
        number = int(value)
    limit = INTEGER_LIMITS[field.type]
    if isinstance(number, int) and not isinstance(number, bool) and -limit <= number < limit:
        return number
    return None


def _real(field: Field, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    most = _LARGEST_FLOAT if field.type == "float" else math.inf
    return number if math.isfinite(number) and abs(number) <= most else None


_CONVERTERS: Mapping[FieldType, Callable[[Field, object], Value]] = {
    "string": _text,
    "boolean": _boolean,
    "int": _whole,
    "long": _whole,
    "float": _real,
    "double": _real,
}


def _rule(field: Field, value: object) -> str:
    """The rule that a value, known to be refused, breaks."""
    if field.type == "boolean":
        return f"{_shown(value)} is not a boolean; use {TRUE[0]} or {FALSE[0]}."
    if field.type == "string" and not isinstance(value, str):
        return f"{_shown(value)} is not a string; the field {field.name} has type string."
    if isinstance(value, str) and field.type == "string":
        if "\0" in value:
            return f"{_shown(value)} has a NUL character."
        return (
            f"Length cannot be more than {longest(field)} characters for COL {field.name}; "
            f"found {len(value)}: {_shown(value)}"
        )
    return f"{_shown(value)} is not a number within the range of type {field.type}."


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    cut = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
    return repr(cut) if isinstance(value, str) else cut
