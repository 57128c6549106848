"""A small world with a known truth: four tastes, and items that follow one another."""

import csv
import json
import random
from pathlib import Path

TASTES = ("drama", "comedy", "horror", "sport")
ITEMS_EACH = 15
START = 1_700_000_000

INTERACTIONS_SCHEMA = json.dumps(
    {
        "type": "record",
        "name": "Interactions",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [
            {"name": "USER_ID", "type": "string"},
            {"name": "ITEM_ID", "type": "string"},
            {"name": "EVENT_TYPE", "type": "string"},
            {"name": "TIMESTAMP", "type": "long"},
        ],
        "version": "1.0",
    }
)


def item(taste: str, number: int) -> str:
    return f"{taste}-{number % ITEMS_EACH:02d}"


def interactions(users: int = 200, events: int = 20, seed: int = 7) -> list[tuple[str, ...]]:
    """(user, item, event type, time): each user walks along the items of one taste, with noise."""
    chance = random.Random(seed)
    rows: list[tuple[str, ...]] = []
    for user in range(users):
        taste = TASTES[user % len(TASTES)]
        position = chance.randrange(ITEMS_EACH)
        for step in range(events):
            shown = item(taste, position)
            if chance.random() < 0.1:
                shown = item(chance.choice(TASTES), chance.randrange(ITEMS_EACH))
            time = START + user + step * 3600
            rows.append((f"user-{user:04d}", shown, "View", str(time)))
            if chance.random() < 0.1:
                rows.append((f"user-{user:04d}", shown, "Purchase", str(time + 60)))
            position += chance.choice((1, 1, 2))
    return rows


def write_interactions(path: Path, rows: list[tuple[str, ...]] | None = None) -> Path:
    """The rows as CSV with a header; `interactions()` where none are given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("USER_ID", "ITEM_ID", "EVENT_TYPE", "TIMESTAMP"))
        writer.writerows(interactions() if rows is None else rows)
    return path
