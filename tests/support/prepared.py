"""A folder as `aisle load` leaves it, of the sample's small world."""

import json
from pathlib import Path

from sample import INTERACTIONS_SCHEMA, ITEMS_EACH, TASTES, item, write_interactions

ITEMS_SCHEMA = json.dumps(
    {
        "type": "record",
        "name": "Items",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [
            {"name": "ITEM_ID", "type": "string"},
            {"name": "TITLE", "type": "string", "textual": True},
        ],
        "version": "1.0",
    }
)


def write_prepared(folder: Path, rows: list[tuple[str, ...]] | None = None) -> Path:
    """`interactions.csv`, `items.csv` with titles, and both schemas."""
    write_interactions(folder / "interactions.csv", rows)
    lines = [
        f"{item(taste, number)},The {taste} number {number}"
        for taste in TASTES
        for number in range(ITEMS_EACH)
    ]
    (folder / "items.csv").write_text("\n".join(["ITEM_ID,TITLE", *lines, ""]))
    schemas = folder / "schemas"
    schemas.mkdir(exist_ok=True)
    (schemas / "interactions.json").write_text(INTERACTIONS_SCHEMA)
    (schemas / "items.json").write_text(ITEMS_SCHEMA)
    return folder
