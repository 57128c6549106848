"""Dataset schemas: the Avro JSON of CreateSchema, read into fields and held to the service's rules.

See https://docs.aws.amazon.com/personalize/latest/dg/how-it-works-dataset-schema.html.
"""

import json
import re
from functools import lru_cache
from typing import Any

import msgspec

from aisle.data.schema_rules import Field, FieldType, check_rules, folded
from aisle.records.errors import InvalidInputException

__all__ = ["DATASET_TYPES", "DatasetSchema", "Field", "FieldType", "parse_schema"]


class DatasetSchema(msgspec.Struct, frozen=True):
    """A checked schema; `name` is the record's own, such as `ActionInteractions`."""

    name: str
    fields: tuple[Field, ...]

    @property
    def dataset_type(self) -> str:
        """The type as datasets name it, such as `ACTION_INTERACTIONS`."""
        return DATASET_TYPES[self.name]

    @property
    def context(self) -> tuple[str, ...]:
        """The columns of an Interactions schema that say in what context an event took place.

        They are the categorical ones: no rule lets a field with a meaning of its own be that.
        """
        return tuple(field.name for field in self.fields if field.categorical)

    def field(self, name: str) -> Field | None:
        """The field of that name, whatever its case and underscores."""
        wanted = folded(name)
        return next((field for field in self.fields if folded(field.name) == wanted), None)


DATASET_TYPES = {
    "Interactions": "INTERACTIONS",
    "Items": "ITEMS",
    "Users": "USERS",
    "Actions": "ACTIONS",
    "ActionInteractions": "ACTION_INTERACTIONS",
}

_NAMESPACE = "com.amazonaws.personalize.schema"
_TYPES: dict[str, FieldType] = {
    "float": "float",
    "double": "double",
    "int": "int",
    "long": "long",
    "string": "string",
    "boolean": "boolean",
}
_AVRO_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_QUOTE = 100


@lru_cache(maxsize=1024)
def parse_schema(text: str, domain: str | None) -> DatasetSchema:
    """Read a schema; `domain` is ECOMMERCE, VIDEO_ON_DEMAND or None for a custom group.

    Raises InvalidInputException where the text is no such schema; the message names the field.
    """
    document = _document(text)
    name = document.get("name")
    if not isinstance(name, str) or name not in DATASET_TYPES:
        raise InvalidInputException(
            f"Schema name must be one of {', '.join(DATASET_TYPES)}; found {_shown(name)}."
        )
    listed = document.get("fields")
    if not isinstance(listed, list) or not listed:
        raise InvalidInputException(
            f"Schema fields must be a list of at least one field; found {_shown(listed)}."
        )
    schema = DatasetSchema(name, tuple(_field(entry) for entry in listed))
    check_rules(schema.dataset_type, schema.fields, domain)
    return schema


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInputException(f"Schema is not valid JSON: {error}.") from error
    if not isinstance(document, dict):
        raise InvalidInputException(f"Schema must be a JSON object; found {_shown(document)}.")
    for member, expected in (("type", "record"), ("namespace", _NAMESPACE)):
        if document.get(member) != expected:
            raise InvalidInputException(
                f"Schema {member} must be {expected}; found {_shown(document.get(member))}."
            )
    return document


def _field(entry: Any) -> Field:
    if not isinstance(entry, dict):
        raise InvalidInputException(f"Schema field must be a JSON object; found {_shown(entry)}.")
    name = entry.get("name")
    if not isinstance(name, str) or not _AVRO_NAME.fullmatch(name):
        raise InvalidInputException(
            "Schema field name must be letters, digits and underscores and not begin with a "
            f"digit; found {_shown(name)}."
        )
    kind, nullable = _type(name, entry.get("type"))
    return Field(
        name=name,
        type=kind,
        nullable=nullable,
        categorical=_flag(name, kind, entry, "categorical"),
        textual=_flag(name, kind, entry, "textual"),
        item_name=_flag(name, kind, entry, "itemName"),
    )


def _type(name: str, declared: Any) -> tuple[FieldType, bool]:
    """The one type beside null, and whether null is there; a type alone is a union of one."""
    members = declared if isinstance(declared, list) else [declared]
    unknown = [m for m in members if not isinstance(m, str) or (m != "null" and m not in _TYPES)]
    if unknown:
        raise InvalidInputException(
            f"Field {name} must have a type of {', '.join(_TYPES)} or a union of one with null; "
            f"found {_shown(unknown[0])}. Nested, array and map types are not supported."
        )
    kinds = [member for member in members if member != "null"]
    if len(kinds) != 1 or len(set(members)) != len(members):
        raise InvalidInputException(
            f"Field {name} must have one type, alone or in a union with null; "
            f"found {_shown(declared)}."
        )
    return _TYPES[kinds[0]], "null" in members


def _flag(name: str, kind: FieldType, entry: dict[str, Any], flag: str) -> bool:
    value = entry.get(flag, False)
    if not isinstance(value, bool):
        raise InvalidInputException(
            f"Field {name}: {flag} must be true or false; found {_shown(value)}."
        )
    if value and kind != "string":
        raise InvalidInputException(f"Field {name}: {flag} needs type string; found {kind}.")
    return value


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
