"""What botocore's shapes demand of a value, and AWS's words for a value that fails."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from botocore.model import Shape

WIDENED_PATTERNS = {
    # The operator may allow local directories beside S3.
    "S3Location": r"(s3|http|https|file)://.+",
}
"""Where this server admits more than the service does, by shape name."""

_SEPARATORS = r"\x20\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_JAVA_CLASSES = {
    # Python's \w is letters, numbers and the underscore, which the models' classes name anyway.
    r"\p{L}": r"\w",
    r"\p{N}": r"\w",
    r"\p{Z}": _SEPARATORS,
    r"\p{ASCII}": r"[\x00-\x7f]",
}
_NUMBERS = frozenset({"integer", "long", "float", "double"})


class Constraint(NamedTuple):
    """A test that a value has to pass and what its failure is called."""

    holds: Callable[[Any], object]
    phrase: str


def constraints_of(shape: Shape) -> tuple[Constraint, ...]:
    """Length or value bounds, enumeration and pattern, in that order."""
    found = _value_bounds(shape) if shape.type_name in _NUMBERS else _length_bounds(shape)
    values = shape.metadata.get("enum")
    if values:
        found.append(
            Constraint(
                frozenset(values).__contains__,
                f"Member must satisfy enum value set: [{', '.join(values)}]",
            )
        )
    pattern = WIDENED_PATTERNS.get(shape.name, shape.metadata.get("pattern"))
    if pattern:
        found.append(
            Constraint(
                compiled(pattern).fullmatch,
                f"Member must satisfy regular expression pattern: {pattern}",
            )
        )
    return tuple(found)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A Java pattern of a model as Python's, to be matched in full."""
    translated = pattern
    for java, python in _JAVA_CLASSES.items():
        translated = translated.replace(java, python)
    # Java's digits are ASCII, so Unicode holds only where a pattern names its letters.
    return re.compile(translated, re.UNICODE if r"\p{L}" in pattern else re.ASCII)


def _length_bounds(shape: Shape) -> list[Constraint]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    phrase = "Member must have length {} than or equal to {}"
    found = []
    if least is not None:
        found.append(Constraint(lambda value: len(value) >= least, phrase.format("greater", least)))
    if most is not None:
        found.append(Constraint(lambda value: len(value) <= most, phrase.format("less", most)))
    return found


def _value_bounds(shape: Shape) -> list[Constraint]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    phrase = "Member must have value {} than or equal to {}"
    found = []
    if least is not None:
        found.append(Constraint(lambda value: value >= least, phrase.format("greater", least)))
    if most is not None:
        found.append(Constraint(lambda value: value <= most, phrase.format("less", most)))
    return found
