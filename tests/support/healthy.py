"""A small shop's data with nothing wrong, as text columns, to break on purpose."""

import json
from functools import cache

import msgspec
import numpy as np
import polars as pl

from aisle.data.schema import DatasetSchema, parse_schema
from aisle.diagnosis import Inputs, Rejected

WEEK = 7 * 86_400
START = 1_704_672_000
"""A Monday."""
WEEKS = 10
NOW = START + WEEKS * WEEK
USERS, ITEMS, SESSIONS, SESSION = 400, 300, 9, 4


class Shop(msgspec.Struct, frozen=True):
    """Frames to change; one without columns is a dataset that is not there."""

    interactions: pl.DataFrame
    items: pl.DataFrame
    users: pl.DataFrame
    schemas: tuple[DatasetSchema, ...]
    rejected: tuple[Rejected, ...] = ()

    def inputs(self) -> Inputs:
        return Inputs(
            interactions=self.interactions.lazy(),
            items=self.items.lazy() if self.items.width else None,
            users=self.users.lazy() if self.users.width else None,
            schemas=self.schemas,
            rejected=self.rejected,
            now=NOW,
        )


def text(frame: pl.DataFrame) -> pl.DataFrame:
    """As a CSV file would be read."""
    return frame.cast(pl.String)


def events(user: list[int], item: list[int], time: list[int]) -> pl.DataFrame:
    """Interactions of one type."""
    frame = pl.DataFrame({"USER_ID": user, "ITEM_ID": item, "TIMESTAMP": time})
    named = pl.format("user-{}", "USER_ID"), pl.format("item-{}", "ITEM_ID")
    return text(frame.with_columns(named[0].alias("USER_ID"), named[1].alias("ITEM_ID")))


@cache
def healthy() -> Shop:
    """Ten weeks of 400 users, who come nine times and look at four of 300 items each time."""
    return Shop(_interactions(), _items(), _users(), tuple(map(_schema, _SCHEMAS)))


def _interactions() -> pl.DataFrame:
    draw = np.random.default_rng(7)
    count = USERS * SESSIONS * SESSION
    popular = 1 / np.arange(3, ITEMS + 3) ** 0.8
    start = np.sort(draw.integers(START, NOW - 3600, (USERS, SESSIONS, 1)), axis=1)
    time = (start + np.cumsum(draw.integers(5, 200, (USERS, SESSIONS, SESSION)), axis=2)).ravel()
    frame = pl.DataFrame(
        {
            "USER_ID": np.repeat(np.arange(USERS), SESSIONS * SESSION),
            "ITEM_ID": draw.choice(ITEMS, count, p=popular / popular.sum()),
            "TIMESTAMP": time,
            "EVENT_TYPE": draw.choice(["View", "Purchase"], count, p=[0.8, 0.2]),
            "EVENT_VALUE": draw.integers(1, 6, count),
            "DEVICE": draw.choice(["phone", "tablet", "desk"], count),
        }
    )
    named = pl.format("user-{}", "USER_ID"), pl.format("item-{}", "ITEM_ID")
    return text(frame.with_columns(named[0].alias("USER_ID"), named[1].alias("ITEM_ID")))


def _items() -> pl.DataFrame:
    draw = np.random.default_rng(8)
    return text(
        pl.DataFrame(
            {
                "ITEM_ID": [f"item-{i}" for i in range(ITEMS)],
                "CREATION_TIMESTAMP": draw.integers(START - 9 * WEEK, START, ITEMS),
                "PRICE": draw.integers(100, 9000, ITEMS) / 100,
                "CATEGORY_L1": draw.choice(["garden", "kitchen", "books", "toys"], ITEMS),
                "DESCRIPTION": [
                    f"A thing of the {i}th kind, made with care for those who like such things."
                    for i in range(ITEMS)
                ],
            }
        )
    )


def _users() -> pl.DataFrame:
    draw = np.random.default_rng(9)
    return text(
        pl.DataFrame(
            {
                "USER_ID": [f"user-{i}" for i in range(USERS)],
                "AGE": draw.integers(18, 90, USERS),
                "GENDER": draw.choice(["F", "M"], USERS),
            }
        )
    )


_SCHEMAS: dict[str, list[dict[str, object]]] = {
    "Interactions": [
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
        {"name": "EVENT_TYPE", "type": "string"},
        {"name": "EVENT_VALUE", "type": "float"},
        {"name": "DEVICE", "type": ["null", "string"], "categorical": True},
    ],
    "Items": [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "CREATION_TIMESTAMP", "type": "long"},
        {"name": "PRICE", "type": "float"},
        {"name": "CATEGORY_L1", "type": "string", "categorical": True},
        {"name": "DESCRIPTION", "type": "string", "textual": True},
    ],
    "Users": [
        {"name": "USER_ID", "type": "string"},
        {"name": "AGE", "type": "int"},
        {"name": "GENDER", "type": "string", "categorical": True},
    ],
}


def _schema(name: str) -> DatasetSchema:
    return schema_of(name, _SCHEMAS[name])


def schema_of(name: str, fields: list[dict[str, object]]) -> DatasetSchema:
    """The schema of a custom dataset group."""
    namespace = "com.amazonaws.personalize.schema"
    record = {"type": "record", "name": name, "namespace": namespace, "fields": fields}
    return parse_schema(json.dumps({**record, "version": "1.0"}), None)


def schema_with(name: str, field: dict[str, object]) -> DatasetSchema:
    """The healthy shop's, and one field more."""
    return schema_of(name, [*_SCHEMAS[name], field])
