"""Requests made from botocore's models, each with one thing wrong."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from aisle.wire.models import input_shape, operations
from shapes import MISSING, breakages, mistypes, smallest

OPERATIONS = tuple(operations())
"""All that the models name, in their order."""

_KINDS = {
    MISSING: "missing",
    "length less": "too-long",
    "length greater": "too-short",
    "value less": "too-large",
    "value greater": "too-small",
    "enum": "not-in-enum",
    "pattern": "of-wrong-pattern",
}


class Broken(NamedTuple):
    """A request that breaks one constraint, at a path, in AWS's words."""

    operation: str
    document: Any
    path: str
    phrase: str


class Mistyped(NamedTuple):
    """Requests whose value at a path has the wrong JSON type."""

    operation: str
    documents: tuple[Any, ...]
    path: str


def broken() -> Iterator[tuple[str, Broken]]:
    """Every constraint of every operation violated, by the case's name."""
    for operation in OPERATIONS:
        shape = input_shape(operations()[operation])
        whole = smallest(shape, whole=True)
        for change, path, phrase in breakages(shape):
            name = f"{operation}-{path}-{_kind(phrase)}"
            yield name, Broken(operation, change(whole), path, phrase)


def mistyped() -> Iterator[tuple[str, Mistyped]]:
    """A wrong JSON type at every path of every operation, by the case's name."""
    for operation in OPERATIONS:
        shape = input_shape(operations()[operation])
        whole = smallest(shape, whole=True)
        for path, changes in groupby(mistypes(shape), lambda each: each[1]):
            documents = tuple(change(whole) for change, _ in changes)
            yield f"{operation}-{path or 'body'}", Mistyped(operation, documents, path)


def _kind(phrase: str) -> str:
    kind = next(kind for words, kind in _KINDS.items() if re.search(words, phrase))
    return f"key-{kind}" if phrase.startswith("Map keys") else kind
