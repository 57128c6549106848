"""The OpenAPI document of operations, written from their declarations."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from allstore.web.operations import HEADERS, Operation, Refusal

_JSON = "application/json"
_TEXT = {"type": "string"}
_FIRST_SENTENCE = re.compile(r"[^.]*\.")

Schema = Mapping[str, Any]


def document(operations: Sequence[Operation], title: str, version: str) -> dict[str, Any]:
    """An OpenAPI 3.1 document; a summary is a handler's docstring."""
    types = [Refusal, *(kind for each in operations for kind in _types(each))]
    schemas, components = msgspec.json.schema_components(
        types, ref_template="#/components/schemas/{name}"
    )
    schema_of = {repr(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        described = _described(each, schema_of)
        paths.setdefault(each.path, {})[each.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": components},
    }


def _types(operation: Operation) -> Iterable[Any]:
    yield operation.answer
    if operation.asked is not None:
        if operation.reads_body:
            yield operation.asked
        else:
            yield from (field.type for field in msgspec.structs.fields(operation.asked))


def _described(operation: Operation, schema_of: Mapping[str, Schema]) -> dict[str, Any]:
    said = " ".join((operation.handler.__doc__ or "").split())
    slash = " The path may end with a slash." if operation.slash else ""
    described: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": _first_sentence(said),
        "description": f"{said}{slash}",
        "responses": _responses(operation, schema_of),
    }
    if operation.reads_body:
        described["requestBody"] = {
            "required": True,
            "content": {_JSON: {"schema": schema_of[repr(operation.asked)]}},
        }
    elif operation.asked is not None:
        fields = msgspec.structs.fields(operation.asked)
        described["parameters"] = [
            _parameter(operation, field, schema_of[repr(field.type)]) for field in fields
        ]
    return described


def _first_sentence(said: str) -> str:
    found = _FIRST_SENTENCE.match(said)
    return found[0] if found else said


def _parameter(
    operation: Operation, field: msgspec.structs.FieldInfo, schema: Schema
) -> dict[str, Any]:
    in_path = f"{{{field.name}}}" in operation.path
    given = _given(schema)
    if field.default not in {None, msgspec.NODEFAULT}:
        given["default"] = field.default
    return {
        "name": field.name,
        "in": "path" if in_path else "query",
        "required": in_path or field.required,
        "schema": given,
    }


def _given(schema: Schema) -> dict[str, Any]:
    """A parameter is given or not; it is never null."""
    kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return dict(kinds[0] if len(kinds) == 1 else schema)


def _responses(operation: Operation, schema_of: Mapping[str, Schema]) -> dict[str, Any]:
    headers = {name: {"description": HEADERS[name], "schema": _TEXT} for name in operation.headers}
    answers: dict[str, Any] = {
        "200": {
            "description": "The answer; it is of the moment and never stored."
            if operation.fresh
            else "The answer, with an ETag.",
            "headers": headers
            | ({} if operation.fresh else {"ETag": {"required": True, "schema": _TEXT}}),
            "content": {_JSON: {"schema": schema_of[repr(operation.answer)]}},
        }
    }
    if not operation.fresh:
        answers["304"] = {"description": "The client's If-None-Match names the answer."}
    for status, description in _refusals(operation).items():
        answers[str(status)] = {
            "description": description,
            "content": {_JSON: {"schema": schema_of[repr(Refusal)]}},
        }
    return answers


def _refusals(operation: Operation) -> dict[int, str]:
    if operation.reads_body:
        read = {400: "The body cannot be read.", 413: "The body is too large."}
        return {**read, **operation.refusals}
    return {400: "A parameter is missing or not as it must be.", **operation.refusals}
