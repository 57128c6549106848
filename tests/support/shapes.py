"""Documents made from shapes: any that is valid, a typical one, and one with one thing wrong."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import strategies as st

from aisle.wire.constraints import WIDENED_PATTERNS, compiled

TYPICAL = {
    "string": "a",
    "boolean": True,
    "integer": 1,
    "double": 0.5,
    "float": 0.5,
    "timestamp": 1,
}
PATTERNED = {
    "Arn": "arn:aws:personalize:eu-west-1:123456789012:solution/films",
    "KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/k",
    "RoleArn": "arn:aws:iam::123456789012:role/aisle",
    "S3Location": "s3://films/items.csv",
    "SchedulingExpression": "rate(7 days)",
}

MISSING = "Member must not be null"
WRONG_TYPES: Mapping[str, tuple[Any, ...]] = {
    "structure": ("text", []),
    "list": ("text", {}),
    "map": ("text", []),
    "string": (7, {}),
    "boolean": ("true", 1),
    "integer": ("1", 1.5),
    "long": ("1", 1.5),
    "float": ("0.5", True),
    "double": ("0.5", True),
    "timestamp": ("soon", True),
}
"""Values that are not of a shape's JSON type."""


def documents(shape: Shape) -> st.SearchStrategy[Any]:
    """All that a shape admits, every constraint kept."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if isinstance(shape, StructureShape):
        members = {name: documents(member) for name, member in shape.members.items()}
        needed = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(needed, optional=members)
    if isinstance(shape, ListShape):
        return st.lists(documents(shape.member), min_size=least or 0, max_size=min(most or 3, 3))
    if isinstance(shape, MapShape):
        keys, entries = documents(shape.key), documents(shape.value)
        return st.dictionaries(keys, entries, max_size=min(most or 3, 3))
    if shape.type_name == "string":
        return _strings(shape, least or 0, most)
    return _plain(shape.type_name, least, most)


def _plain(type_name: str, least: int | None, most: int | None) -> st.SearchStrategy[Any]:
    if type_name == "boolean":
        return st.booleans()
    if type_name == "integer":
        return st.integers(-(2**31) if least is None else least, most or 2**31 - 1)
    if type_name == "timestamp":
        return st.integers(0, 4_000_000_000)
    return st.floats(least, most, allow_nan=False, allow_infinity=False)


def _strings(shape: Shape, least: int, most: int | None) -> st.SearchStrategy[str]:
    if "enum" in shape.metadata:
        return st.sampled_from(shape.metadata["enum"])
    pattern = WIDENED_PATTERNS.get(shape.name, shape.metadata.get("pattern"))
    if pattern is None:
        return st.text(
            st.characters(exclude_characters="\0", codec="utf-8"),
            min_size=least,
            max_size=min(most or 30, max(least, 30)),
        )
    fitting = st.from_regex(
        compiled(pattern),
        fullmatch=True,
        alphabet=st.characters(exclude_characters="\0", codec="utf-8"),
    )
    return fitting.filter(lambda text: least <= len(text) <= (most or len(text)))


def smallest(shape: Shape, *, whole: bool = False) -> Any:
    """A valid value of a shape: required members only or, where whole, all of them."""
    if isinstance(shape, StructureShape):
        return {
            name: smallest(member, whole=whole)
            for name, member in shape.members.items()
            if whole or name in shape.required_members
        }
    if isinstance(shape, ListShape):
        return [smallest(shape.member, whole=whole)]
    if isinstance(shape, MapShape):
        return {smallest(shape.key): smallest(shape.value, whole=whole)}
    if "enum" in shape.metadata:
        return shape.metadata["enum"][0]
    return PATTERNED.get(shape.name, TYPICAL[shape.type_name])


def breakages(shape: Shape) -> Iterator[tuple[Callable[[Any], Any], str, str]]:
    """Ways to break a whole value of a shape: the change, the path it makes wrong, AWS's phrase."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            for change, path, phrase in breakages(member):
                yield _inside(name, change), f"{name}.{path}".rstrip("."), phrase
        for name in shape.required_members:
            yield _without(name), name, MISSING
        return
    if isinstance(shape, ListShape):
        for change, path, phrase in breakages(shape.member):
            yield _inside(0, change), f"1.member.{path}".rstrip("."), phrase
        yield lambda value: [*value[:-1], None], "1.member", MISSING
    if isinstance(shape, MapShape):
        key = smallest(shape.key)
        for change, path, phrase in breakages(shape.value):
            yield _inside(key, change), f"{key}.member.{path}".rstrip("."), phrase
        for change, _, phrase in _own_breakages(shape.key):
            yield _renamed(key, change(key)), "", f"Map keys must satisfy constraint: [{phrase}"
        yield dict.fromkeys, key, MISSING
    yield from _own_breakages(shape)


def mistypes(shape: Shape) -> Iterator[tuple[Callable[[Any], Any], str]]:
    """Ways to give a whole value of a shape a wrong JSON type: the change, and the path to it."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            for change, path in mistypes(member):
                yield _inside(name, change), f"{name}.{path}".rstrip(".")
    if isinstance(shape, ListShape):
        for change, path in mistypes(shape.member):
            yield _inside(0, change), f"1.member.{path}".rstrip(".")
    if isinstance(shape, MapShape):
        key = smallest(shape.key)
        for change, path in mistypes(shape.value):
            yield _inside(key, change), f"{key}.member.{path}".rstrip(".")
    for wrong in WRONG_TYPES[shape.type_name]:
        yield _as(wrong), ""


def _as(wrong: Any) -> Callable[[Any], Any]:
    return lambda _: wrong


def _renamed(old: str, new: str) -> Callable[[Any], Any]:
    return lambda value: {new: value[old]}


def _own_breakages(shape: Shape) -> Iterator[tuple[Callable[[Any], Any], str, str]]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    kind = "value" if shape.type_name in {"integer", "double"} else "length"
    if least:
        below = least - 1 if kind == "value" else _sized(shape, least - 1)
        yield lambda _: below, "", f"Member must have {kind} greater than or equal to {least}"
    if most is not None:
        above = most + 1 if kind == "value" else _sized(shape, most + 1)
        yield lambda _: above, "", f"Member must have {kind} less than or equal to {most}"
    if "enum" in shape.metadata:
        yield lambda _: "nonsense", "", "Member must satisfy enum value set: ["
    if "pattern" in shape.metadata:
        yield lambda _: "\x01\u2603", "", "Member must satisfy regular expression pattern: "


def _sized(shape: Shape, size: int) -> Any:
    if isinstance(shape, ListShape):
        return [smallest(shape.member, whole=True)] * size
    if isinstance(shape, MapShape):
        return {f"a{position}": smallest(shape.value) for position in range(size)}
    return "a" * size


def _inside(key: str | int, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def changed(value: Any) -> Any:
        copy = value.copy()
        copy[key] = change(value[key])
        return copy

    return changed


def _without(name: str) -> Callable[[Any], Any]:
    return lambda value: {key: entry for key, entry in value.items() if key != name}
