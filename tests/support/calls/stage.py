"""Schemas and CSV files of all five dataset types, about the sample's four tastes."""

import csv
import json
import random
from collections.abc import Iterable
from pathlib import Path

from sample import ITEMS_EACH, START, TASTES, interactions, item

ACTIONS = tuple(f"action-{number}" for number in range(8))
USERS = 200

_FIELDS: dict[str, tuple[dict[str, object], ...]] = {
    "Interactions": (
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "EVENT_TYPE", "type": "string"},
        {"name": "EVENT_VALUE", "type": ["null", "float"]},
        {"name": "DEVICE", "type": ["null", "string"], "categorical": True},
        {"name": "TIMESTAMP", "type": "long"},
    ),
    "Items": (
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TITLE", "type": ["null", "string"], "textual": True},
        {"name": "CATEGORY_L1", "type": ["null", "string"], "categorical": True},
        {"name": "PRICE", "type": ["null", "float"]},
        {"name": "CREATION_TIMESTAMP", "type": ["null", "long"]},
    ),
    "Users": (
        {"name": "USER_ID", "type": "string"},
        {"name": "AGE", "type": ["null", "int"]},
        {"name": "MEMBERSHIP", "type": ["null", "string"], "categorical": True},
    ),
    "Actions": (
        {"name": "ACTION_ID", "type": "string"},
        {"name": "VALUE", "type": ["null", "long"]},
        {"name": "TYPE", "type": ["null", "string"], "categorical": True},
    ),
    "Action_Interactions": (
        {"name": "USER_ID", "type": "string"},
        {"name": "ACTION_ID", "type": "string"},
        {"name": "EVENT_TYPE", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
    ),
}
TYPES = tuple(_FIELDS)
"""The dataset types, spelt as a request may spell them."""


def schema_of(dataset_type: str, *more: dict[str, object]) -> str:
    """The Avro schema of a type, with more fields behind its own."""
    return json.dumps(
        {
            "type": "record",
            "name": dataset_type.replace("_", ""),
            "namespace": "com.amazonaws.personalize.schema",
            "fields": [*_FIELDS[dataset_type], *more],
            "version": "1.0",
        }
    )


def write_stage(folder: Path) -> None:
    """One file a type, such as `Action_Interactions.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(11)
    rows: dict[str, Iterable[tuple[object, ...]]] = {
        "Interactions": (
            (user, shown, kind, len(shown) % 5, ("phone", "desk")[int(time) % 2], time)
            for user, shown, kind, time in interactions(USERS)
        ),
        "Items": (
            (item(taste, number), f"The {taste} number {number}", taste, number + 0.5, START)
            for taste in TASTES
            for number in range(ITEMS_EACH)
        ),
        "Users": (
            (f"user-{user:04d}", 18 + user % 50, ("free", "gold")[user % 2])
            for user in range(USERS)
        ),
        "Actions": ((action, 5, "offer") for action in ACTIONS),
        "Action_Interactions": (
            (
                f"user-{chance.randrange(USERS):04d}",
                chance.choice(ACTIONS),
                chance.choice(("Taken", "Not Taken", "Viewed")),
                START + number,
            )
            for number in range(2000)
        ),
    }
    for dataset_type, lines in rows.items():
        with (folder / f"{dataset_type}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(field["name"] for field in _FIELDS[dataset_type])
            writer.writerows(lines)
