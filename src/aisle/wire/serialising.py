"""Result documents to JSON bytes, by the operation's output shape."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

_Write = Callable[[Any], Any]


def response_serialiser(operation: OperationModel) -> Callable[[object], bytes]:
    """Gives a function from a result (mapping or msgspec Struct) to the body.

    Members that the shape does not have, and those that are None, are left out. An operation
    without an output shape has an empty body, as AWS's has.
    """
    shape = operation.output_shape
    if not isinstance(shape, StructureShape):
        return lambda _result: b""
    write = _structure(shape)
    encode = msgspec.json.Encoder().encode
    return lambda result: encode(write(result))


def _writer(shape: Shape) -> _Write:
    if isinstance(shape, StructureShape):
        return _structure(shape)
    if isinstance(shape, ListShape):
        return _list(shape)
    if isinstance(shape, MapShape):
        return _map(shape)
    return _SCALARS[shape.type_name]


def _structure(shape: StructureShape) -> _Write:
    members = [(name, _writer(member)) for name, member in shape.members.items()]

    def write(value: Any) -> dict[str, Any]:
        get = _fields(value).get
        result = {}
        for name, write_member in members:
            member = get(name)
            if member is not None:
                result[name] = write_member(member)
        return result

    return write


def _list(shape: ListShape) -> _Write:
    write_element = _writer(shape.member)
    return lambda value: [write_element(element) for element in value if element is not None]


def _map(shape: MapShape) -> _Write:
    write_value = _writer(shape.value)
    return lambda value: {
        key: write_value(entry) for key, entry in _fields(value).items() if entry is not None
    }


def _fields(value: Any) -> Mapping[str, Any]:
    if type(value) is dict:  # by far the quicker test, for long lists of small structures
        return value
    if isinstance(value, msgspec.Struct):
        fields: Mapping[str, Any] = msgspec.to_builtins(value, builtin_types=(datetime,))
        return fields
    if isinstance(value, Mapping):
        return value
    raise TypeError(f"a structure of the answer is {type(value).__name__}")


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"a string of the answer is {type(value).__name__}")


def _seconds(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value)


# `float` and `int` also turn NumPy's scalars into what JSON knows.
_SCALARS: Mapping[str, _Write] = {
    "string": _string,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "timestamp": _seconds,
}
