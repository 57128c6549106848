"""Whether an answer is what an operation's model says."""

from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from aisle.wire.constraints import constraints_of
from aisle.wire.models import error_statuses, operations
from calls.raw import Reply

COMMON = frozenset({"ValidationException", "SerializationException"})
"""Errors that every operation may answer to a malformed request, beside those of its model."""
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}

_MODELLED_WRONG = (".datasetImportJob.roleArn", ".datasetExportJob.roleArn")
"""The model gives these roles the pattern of Personalize's own ARNs."""


def faults(operation: str, reply: Reply) -> list[str]:
    """What the model would not have the operation answer."""
    model = operations()[operation]
    if reply.code:
        allowed = error_statuses(model)
        status = allowed.get(reply.code, 400 if reply.code in COMMON else None)
        told = f"{reply.code} with HTTP {reply.status}: {reply.message}"
        return [] if status == reply.status else [f"{told}, of {sorted(allowed)}"]
    if reply.status != 200:
        return [f"HTTP {reply.status} without an error"]
    if model.output_shape is None:
        return [] if reply.document is None else [f"a body where there is none: {reply.document}"]
    return list(_unfit(model.output_shape, reply.document, ""))


def _unfit(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """Where a value has what the shape lacks, lacks what it requires, or breaks a constraint."""
    if type(value) not in _TYPES[shape.type_name]:
        yield f"{path} is no {shape.type_name}: {value!r}"
        return
    if isinstance(shape, StructureShape):
        yield from _unfit_members(shape, value, path)
    if isinstance(shape, ListShape):
        for position, element in enumerate(value):
            yield from _unfit(shape.member, element, f"{path}[{position}]")
    if isinstance(shape, MapShape):
        for key, entry in value.items():
            yield from _unfit(shape.key, key, f"{path} key")
            yield from _unfit(shape.value, entry, f"{path}.{key}")
    for constraint in constraints_of(shape):
        if not constraint.holds(value) and not path.endswith(_MODELLED_WRONG):
            yield f"{path} is {value!r}: {constraint.phrase}"


def _unfit_members(shape: StructureShape, value: Any, path: str) -> Iterator[str]:
    yield from (f"{path}.{name} is unknown" for name in value.keys() - shape.members.keys())
    yield from (f"{path}.{name} is missing" for name in set(shape.required_members) - value.keys())
    for name in value.keys() & shape.members.keys():
        yield from _unfit(shape.members[name], value[name], f"{path}.{name}")
