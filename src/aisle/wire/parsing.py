"""Request bodies to keyword arguments, checked against the operation's input shape."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from botocore import xform_name
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from aisle.records.errors import InvalidInputException, ServiceError
from aisle.wire.constraints import constraints_of
from aisle.wire.errors import SerializationException, ValidationException
from aisle.wire.models import error_statuses, input_shape
from aisle.wire.scalars import CONVERTERS, WrongTypeError

_SHOWN_CHARACTERS = 200
_SHOWN_ELEMENTS = 20

# A path is kept as (parent, segment) and spelled out only when something is wrong there.
_Path = tuple[Any, str | int]
_Read = Callable[[Any, _Path, list[str]], Any]


def request_parser(operation: OperationModel) -> Callable[[bytes], dict[str, Any]]:
    """Gives a function from a body to arguments: top names in snake case, those inside as sent.

    That function raises SerializationException for what is not JSON of the right types, and
    InvalidInputException (ValidationException where the model does not list that) for broken
    constraints, all in one message.
    """
    shape = input_shape(operation)
    read = _structure(shape, sensitive=False)
    names = {member: xform_name(member) for member in shape.members}
    refusal: type[ServiceError] = ValidationException
    if InvalidInputException.__name__ in error_statuses(operation):
        refusal = InvalidInputException

    def parse(body: bytes) -> dict[str, Any]:
        violations: list[str] = []
        document = read(_decoded(body), (None, ""), violations)
        if violations:
            raise refusal(_summary(violations))
        return {names[member]: value for member, value in document.items()}

    return parse


def _decoded(body: bytes) -> object:
    """The JSON value; an empty body counts as `{}`."""
    try:
        return msgspec.json.decode(body) if body else {}
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise SerializationException(f"The body is not valid JSON: {error}") from None


def _reader(shape: Shape, *, sensitive: bool) -> _Read:
    """The function that reads values of a shape; a sensitive structure makes its members so."""
    sensitive = sensitive or bool(shape.metadata.get("sensitive"))
    if isinstance(shape, StructureShape):
        return _structure(shape, sensitive=sensitive)
    if isinstance(shape, ListShape):
        return _list(shape, sensitive=sensitive)
    if isinstance(shape, MapShape):
        return _map(shape, sensitive=sensitive)
    return _scalar(shape, sensitive=sensitive)


def _holds_sensitive(shape: Shape) -> bool:
    """Whether anything inside may not be shown, so that the whole may not either."""
    if shape.metadata.get("sensitive"):
        return True
    if isinstance(shape, StructureShape):
        return any(map(_holds_sensitive, shape.members.values()))
    if isinstance(shape, ListShape):
        return _holds_sensitive(shape.member)
    if isinstance(shape, MapShape):
        return _holds_sensitive(shape.key) or _holds_sensitive(shape.value)
    return False


def _structure(shape: StructureShape, *, sensitive: bool) -> _Read:
    members = [
        (name, name in shape.required_members, _reader(member, sensitive=sensitive))
        for name, member in shape.members.items()
    ]

    def read(value: Any, path: _Path, violations: list[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _misplaced("Expected structure or null", path)
        result = {}
        for name, required, read_member in members:
            member = value.get(name)
            if member is not None:
                result[name] = read_member(member, (path, name), violations)
            elif required:
                violations.append(_missing((path, name)))
        return result

    return read


def _list(shape: ListShape, *, sensitive: bool) -> _Read:
    check = _checker(shape, sensitive=sensitive or _holds_sensitive(shape))
    read_element = _reader(shape.member, sensitive=sensitive)
    all_sound = _quick_test(shape.member)

    def read(value: Any, path: _Path, violations: list[str]) -> list[Any]:
        if not isinstance(value, list):
            raise _misplaced("Expected list or null", path)
        if not check(value, path, violations) or all_sound(value):
            return value
        result = []
        for position, element in enumerate(value, 1):
            if element is None:
                violations.append(_missing((path, position)))
            else:
                result.append(read_element(element, (path, position), violations))
        return result

    return read


def _quick_test(element: Shape) -> Callable[[list[Any]], bool]:
    """A test in C for long lists of plain strings, such as the 500 items of a ranking request."""
    if element.type_name != "string" or element.metadata.keys() & {"pattern", "enum"}:
        return lambda _value: False
    bounds = msgspec.Meta(
        min_length=element.metadata.get("min"), max_length=element.metadata.get("max")
    )
    strings = list[Annotated[str, bounds]]

    def test(value: list[Any]) -> bool:
        try:
            msgspec.convert(value, strings)
        except msgspec.ValidationError:
            return False
        return True

    return test


def _map(shape: MapShape, *, sensitive: bool) -> _Read:
    check = _checker(shape, sensitive=sensitive or _holds_sensitive(shape))
    hidden_keys = sensitive or _holds_sensitive(shape.key)
    check_key = _checker(shape.key, sensitive=hidden_keys, of_keys=True)
    read_value = _reader(shape.value, sensitive=sensitive)

    def read(value: Any, path: _Path, violations: list[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _misplaced("Expected map or null", path)
        if not check(value, path, violations):
            return value
        result = {}
        for key, entry in value.items():
            check_key(key, path, violations)
            if entry is None:
                violations.append(_missing((path, key)))
            else:
                result[key] = read_value(entry, ((path, key), "member"), violations)
        return result

    return read


def _scalar(shape: Shape, *, sensitive: bool) -> _Read:
    convert = CONVERTERS[shape.type_name]
    check = _checker(shape, sensitive=sensitive)

    def read(value: Any, path: _Path, violations: list[str]) -> Any:
        try:
            converted = convert(value)
        except WrongTypeError as error:
            raise _misplaced(str(error), path) from None
        check(converted, path, violations)
        return converted

    return read


def _checker(
    shape: Shape, *, sensitive: bool, of_keys: bool = False
) -> Callable[[Any, _Path, list[str]], bool]:
    """Gives a function that notes what a value violates and tells whether it violates nothing."""
    constraints = constraints_of(shape)
    wording = "Map keys must satisfy constraint: [{}]" if of_keys else "{}"

    def check(value: Any, path: _Path, violations: list[str]) -> bool:
        sound = True
        for holds, phrase in constraints:
            if not holds(value):
                sound = False
                shown = "***" if sensitive else _shown(value)
                violations.append(
                    f"Value '{shown}' at '{_spelled(path)}' failed to satisfy constraint: "
                    + wording.format(phrase)
                )
        return sound

    return check


def _misplaced(phrase: str, path: _Path) -> SerializationException:
    where = _spelled(path)
    return SerializationException(f"{phrase} at '{where}'" if where else phrase)


def _missing(path: _Path) -> str:
    return f"Value null at '{_spelled(path)}' failed to satisfy constraint: Member must not be null"


def _spelled(path: _Path) -> str:
    """As AWS writes it: `eventList.1.member.eventType`."""
    segments: list[str] = []
    rest: _Path | None = path
    while rest is not None:
        rest, segment = rest
        segments.append(segment if isinstance(segment, str) else f"{segment}.member")
    return ".".join(filter(None, reversed(segments)))


def _shown(value: object) -> str:
    """The value as AWS writes it, cut where long."""
    if isinstance(value, list):
        text = f"[{', '.join(map(_shown, value[:_SHOWN_ELEMENTS]))}]"
    elif isinstance(value, Mapping):
        entries = list(value.items())[:_SHOWN_ELEMENTS]
        text = f"{{{', '.join(f'{key}={_shown(entry)}' for key, entry in entries)}}}"
    else:
        text = str(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def _summary(violations: list[str]) -> str:
    noun = "error" if len(violations) == 1 else "errors"
    return f"{len(violations)} validation {noun} detected: {'; '.join(violations)}"
