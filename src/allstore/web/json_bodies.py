"""JSON that is sent to the shop: read strictly, and refused by naming what is wrong with it."""

import re
from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException

T = TypeVar("T", bound=msgspec.Struct)

_PLACED = re.compile(r"(?P<rule>.*) - at `\$(?P<path>[^`]*)`", re.DOTALL)
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_LONGEST = 80
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""Its escape in JSON; after an odd number of backslashes the text is another."""


def read_json(body: bytes, kind: type[T]) -> T:
    """The body as a `kind`; HTTPException 400 that gives the field, the rule and the value."""
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HTTPException(400, f"The body cannot be read: {error}.") from error
    if _NUL.search(body):
        raise HTTPException(400, "The body cannot be read: it has a NUL character.")
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise HTTPException(400, _explained(str(error), content)) from error


def _explained(message: str, content: Any) -> str:
    """`events[0].age: Expected `float` >= 0.0, not -1.`"""
    placed = _PLACED.fullmatch(message)
    if placed is None:
        return f"The body: {message}, not {_short(content)}."
    path = placed["path"].removeprefix(".")
    return f"{path}: {placed['rule']}, not {_short(_at(content, placed['path']))}."


def _at(content: Any, path: str) -> Any:
    for name, position in _STEP.findall(path):
        content = content[name] if name else content[int(position)]
    return content


def _short(content: Any) -> str:
    text = msgspec.json.encode(content).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
