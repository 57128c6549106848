"""The three Avro schemas, in the ECOMMERCE domain, of the files that `write` makes."""

import json
from typing import Any

DISCOUNT = "DISCOUNT"
"""The column of the context: `Yes` where the product was on offer, else `No`."""


def _field(name: str, kind: str, **flags: bool) -> dict[str, Any]:
    return {"name": name, "type": kind, **flags}


def _schema(name: str, fields: list[dict[str, Any]]) -> str:
    record = {
        "type": "record",
        "name": name,
        "namespace": "com.amazonaws.personalize.schema",
        "fields": fields,
        "version": "1.0",
    }
    return json.dumps(record, indent=2)


ITEMS = _schema(
    "Items",
    [
        _field("ITEM_ID", "string"),
        _field("PRICE", "float"),
        _field("CATEGORY_L1", "string", categorical=True),
        _field("CATEGORY_L2", "string", categorical=True),
        _field("PRODUCT_DESCRIPTION", "string", textual=True),
        _field("GENDER", "string", categorical=True),
        _field("PROMOTED", "string", categorical=True),
    ],
)

USERS = _schema(
    "Users",
    [
        _field("USER_ID", "string"),
        _field("AGE", "int"),
        _field("GENDER", "string", categorical=True),
    ],
)

_EVENT = [
    _field("ITEM_ID", "string"),
    _field("USER_ID", "string"),
    _field("EVENT_TYPE", "string"),
    _field("TIMESTAMP", "long"),
]
INTERACTIONS = _schema("Interactions", _EVENT)
INTERACTIONS_IN_CONTEXT = _schema(
    "Interactions", [*_EVENT, _field(DISCOUNT, "string", categorical=True)]
)


def by_dataset(*, context: bool = False) -> dict[str, str]:
    """The schemas by the names of their files; with `context` events tell of a discount."""
    interactions = INTERACTIONS_IN_CONTEXT if context else INTERACTIONS
    return {"interactions": interactions, "items": ITEMS, "users": USERS}
