"""The valid requests of every operation that this server has, and what they name."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from calls import of_answers, of_data, of_models
from calls.data_world import Document
from calls.malformed import OPERATIONS
from calls.paper import PaperWorld
from calls.valid import REQUESTS, Make

__all__ = ["CALLS", "PARENTS", "Call", "of_answers", "of_data", "of_models"]


class Call(NamedTuple):
    """A valid request of an operation, still to be made."""

    name: str
    operation: str
    make: Make


class Parent(NamedTuple):
    """A place in a call's request that names a resource."""

    call: Call
    path: tuple[str | int, ...]

    def replaced(self, document: Any, change: Callable[[str], str]) -> Any:
        """The request with the ARN in that place changed."""
        return _changed(document, self.path, change)


CALLS = {
    f"{operation}-{variant}": Call(f"{operation}-{variant}", operation, make)
    for operation in OPERATIONS
    for variant, make in REQUESTS[operation].items()
}
"""By the case's name."""


def _parents() -> Iterator[tuple[str, Parent]]:
    paper = PaperWorld()
    for name, call in CALLS.items():
        for path in _arns(call.make(paper)):
            yield f"{name}-{'.'.join(map(str, path))}", Parent(call, path)


def _arns(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of Personalize's ARNs in a document."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _arns(entry, (*path, key))
    elif isinstance(value, list):
        for position, element in enumerate(value):
            yield from _arns(element, (*path, position))
    elif isinstance(value, str) and value.startswith("arn:aws:personalize:"):
        yield path


def _changed(value: Any, path: tuple[str | int, ...], change: Callable[[str], str]) -> Any:
    if not path:
        return change(value)
    copy = value.copy()
    copy[path[0]] = _changed(value[path[0]], path[1:], change)
    return copy


def renamed(document: Document, name: str) -> Document:
    """The request under another name, where it has one."""
    return {
        member: name if member in {"name", "jobName"} else value
        for member, value in document.items()
    }


PARENTS = dict(_parents())
"""By the case's name."""
