"""What each dataset type asks of its fields: required, reserved and domain-specific ones.

The tables follow the pages "Custom datasets and schemas", "ECOMMERCE datasets and schemas" and
"VIDEO_ON_DEMAND datasets and schemas" of the developer guide, and its quotas page.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec

from aisle.records.errors import InvalidInputException

FieldType = Literal["float", "double", "int", "long", "string", "boolean"]


class Field(msgspec.Struct, frozen=True):
    """One column. `categorical` text may hold several values as `a|b`."""

    name: str
    type: FieldType
    nullable: bool = False
    categorical: bool = False
    textual: bool = False
    item_name: bool = False


def folded(name: str) -> str:
    """What makes two field names the same: letters and digits, without case and underscores."""
    return name.replace("_", "").upper()


class Rule(msgspec.Struct, frozen=True):
    """What a field of a known name must look like; a key is never null and never metadata."""

    types: tuple[str, ...]
    required: bool = False
    key: bool = False
    metadata: bool = False
    flag: Literal["plain", "categorical", "textual", "any"] = "any"


_ID = Rule(("string",), required=True, key=True, flag="plain")
_TIME = Rule(("long",), required=True, key=True)
_TEXT = Rule(("string",), flag="plain")
_LONG = Rule(("long",))
_PRICE = Rule(("float",), metadata=True)
_CATEGORY = Rule(("string",), metadata=True, flag="categorical")
_DESCRIPTION = Rule(("string",), metadata=True, flag="textual")

_RULES: dict[str, dict[str, Rule]] = {
    "INTERACTIONS": {
        "USER_ID": _ID,
        "ITEM_ID": _ID,
        "TIMESTAMP": _TIME,
        "EVENT_TYPE": _TEXT,
        "EVENT_VALUE": Rule(("float",)),
        "IMPRESSION": _TEXT,
        "RECOMMENDATION_ID": _TEXT,
        "EVENT_ATTRIBUTION_SOURCE": _TEXT,
    },
    "USERS": {"USER_ID": _ID},
    "ITEMS": {"ITEM_ID": _ID, "CREATION_TIMESTAMP": _LONG},
    "ACTIONS": {
        "ACTION_ID": _ID,
        "CREATION_TIMESTAMP": _LONG,
        "VALUE": Rule(("long",), metadata=True),
        "TYPE": Rule(("string",), metadata=True),
        "REPEAT_FREQUENCY": Rule(("long",), metadata=True),
        "EXPIRATION_TIMESTAMP": Rule(("long",), metadata=True),
        "ACTION_EXPIRATION_TIMESTAMP": Rule(("long",), metadata=True),
    },
    "ACTION_INTERACTIONS": {
        "USER_ID": _ID,
        "ACTION_ID": _ID,
        "EVENT_TYPE": Rule(("string",), required=True, flag="plain"),
        "TIMESTAMP": _TIME,
        "IMPRESSION": _TEXT,
        "RECOMMENDATION_ID": _TEXT,
    },
}

_NEEDED_EVENT_TYPE = {"EVENT_TYPE": Rule(("string",), required=True, flag="plain")}
_DOMAIN_RULES: dict[str, dict[str, dict[str, Rule]]] = {
    "ECOMMERCE": {
        "INTERACTIONS": _NEEDED_EVENT_TYPE,
        "USERS": {},
        "ITEMS": {
            "PRICE": Rule(("float",), required=True, metadata=True),
            "CATEGORY_L1": Rule(("string",), required=True, metadata=True, flag="categorical"),
            "CATEGORY_L2": _CATEGORY,
            "CATEGORY_L3": _CATEGORY,
            "PRODUCT_DESCRIPTION": _DESCRIPTION,
            "CREATION_TIMESTAMP": Rule(("long", "float")),
            "AGE_GROUP": _CATEGORY,
            "ADULT": _CATEGORY,
            "GENDER": _CATEGORY,
        },
    },
    "VIDEO_ON_DEMAND": {
        "INTERACTIONS": _NEEDED_EVENT_TYPE,
        "USERS": {"SUBSCRIPTION_MODEL": _CATEGORY},
        "ITEMS": {
            "GENRES": Rule(("string",), required=True, metadata=True, flag="categorical"),
            "CREATION_TIMESTAMP": Rule(("long",), required=True),
            "PRICE": _PRICE,
            "DURATION": _PRICE,
            "GENRE_L2": _CATEGORY,
            "GENRE_L3": _CATEGORY,
            "AVERAGE_RATING": _PRICE,
            "PRODUCT_DESCRIPTION": _DESCRIPTION,
            "CONTENT_OWNER": _CATEGORY,
            "CONTENT_CLASSIFICATION": _CATEGORY,
        },
    },
}

_NEEDS_METADATA = {"USERS", "ITEMS", "ACTIONS"}
_MOST_METADATA = {"INTERACTIONS": 5, "USERS": 25, "ITEMS": 100, "ACTIONS": 10}


def check_rules(dataset_type: str, fields: Sequence[Field], domain: str | None) -> None:
    """Raise InvalidInputException for the first rule of the dataset type that is broken."""
    rules = _rules_for(dataset_type, domain)
    _check_names(fields)
    _check_required(dataset_type, fields, rules, domain)
    for field in fields:
        if field.name in rules:
            _check_known(field, rules[field.name])
    _check_text_fields(dataset_type, fields)
    _check_metadata(dataset_type, fields, rules)


def _rules_for(dataset_type: str, domain: str | None) -> dict[str, Rule]:
    if domain is None:
        return _RULES[dataset_type]
    if domain not in _DOMAIN_RULES:
        raise InvalidInputException(
            f"Domain must be one of {', '.join(_DOMAIN_RULES)}; found {domain}."
        )
    if dataset_type not in _DOMAIN_RULES[domain]:
        raise InvalidInputException(f"Domain {domain} does not support {dataset_type} datasets.")
    return _RULES[dataset_type] | _DOMAIN_RULES[domain][dataset_type]


def _check_names(fields: Sequence[Field]) -> None:
    names = Counter(folded(field.name) for field in fields)
    for field in fields:
        if names[folded(field.name)] > 1:
            same = [other.name for other in fields if folded(other.name) == folded(field.name)]
            raise InvalidInputException(
                f"Field {field.name}: names must differ in more than case and underscores; "
                f"found {', '.join(same)}."
            )


def _check_required(
    dataset_type: str, fields: Sequence[Field], rules: dict[str, Rule], domain: str | None
) -> None:
    present = {field.name for field in fields}
    missing = [name for name, rule in rules.items() if rule.required and name not in present]
    if missing:
        where = f" in domain {domain}" if domain else ""
        raise InvalidInputException(
            f"Schema for {dataset_type} datasets{where} is missing required fields: "
            f"{', '.join(missing)}."
        )


def _check_known(field: Field, rule: Rule) -> None:
    if field.type not in rule.types:
        raise InvalidInputException(
            f"Field {field.name} must have type {' or '.join(rule.types)}; found {field.type}."
        )
    if rule.key and field.nullable:
        raise InvalidInputException(f"Field {field.name} is required and cannot be null.")
    if rule.flag == "plain" and (field.categorical or field.textual):
        raise InvalidInputException(f"Field {field.name} cannot be categorical or textual.")
    if rule.flag == "categorical" and not field.categorical:
        raise InvalidInputException(f"Field {field.name} must have categorical set to true.")
    if rule.flag == "textual" and not field.textual:
        raise InvalidInputException(f"Field {field.name} must have textual set to true.")


def _check_text_fields(dataset_type: str, fields: Sequence[Field]) -> None:
    textual = [field.name for field in fields if field.textual]
    names = [field.name for field in fields if field.item_name]
    for flag, marked in (("textual", textual), ("itemName", names)):
        if marked and dataset_type != "ITEMS":
            raise InvalidInputException(
                f"Field {marked[0]}: {flag} is for ITEMS datasets only; found {dataset_type}."
            )
        if len(marked) > 1:
            raise InvalidInputException(
                f"Field {marked[1]}: at most one field can be {flag}; found {', '.join(marked)}."
            )
    both = [field.name for field in fields if field.textual and field.categorical]
    if both:
        raise InvalidInputException(f"Field {both[0]} cannot be both categorical and textual.")


def _check_metadata(dataset_type: str, fields: Sequence[Field], rules: dict[str, Rule]) -> None:
    count = sum(field.name not in rules or rules[field.name].metadata for field in fields)
    if dataset_type in _NEEDS_METADATA and not count:
        raise InvalidInputException(
            f"Schema for {dataset_type} datasets must have at least one metadata field."
        )
    most = _MOST_METADATA.get(dataset_type, count)
    if count > most:
        raise InvalidInputException(
            f"Schema for {dataset_type} datasets can have at most {most} metadata fields; "
            f"found {count}."
        )
