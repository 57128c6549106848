"""What the readers of every kind of file have in common."""

from typing import Literal, Protocol

import msgspec
import polars as pl

Table = Literal["interactions", "items", "users"]
"""A dataset, and the CSV file of that name."""

KEYS: dict[Table, tuple[str, ...]] = {
    "interactions": ("USER_ID", "ITEM_ID", "TIMESTAMP"),
    "items": ("ITEM_ID",),
    "users": ("USER_ID",),
}
"""Columns that every row of a dataset must fill."""

TITLES = ("TITLE", "NAME", "ITEM_NAME", "PRODUCT_NAME")
"""Columns that name an item, the best first."""

Name = Literal[
    "reviews", "events", "metadata", "ratings", "films", "people", "baskets", "personalize"
]
"""What a file is recognised as."""


class Judged(msgspec.Struct, frozen=True):
    """A block of rows as Personalize's columns, and why some of them are rejected."""

    frame: pl.DataFrame
    """Row for row what was judged; the rejected rows' values mean nothing."""
    reasons: pl.Series
    """`[rows]` null where a row is sound."""
    facts: pl.DataFrame | None = None
    """Of baskets: what each line says of its item and user, rejected or not."""


class Kind(Protocol):
    """Judges the rows of one file, block by block in their order."""

    name: str
    """As the report says it, such as `reviews`."""
    table: Table
    """Where sound rows go."""

    def judge(self, frame: pl.DataFrame) -> Judged:
        """Turn a block of the file's own columns into Personalize's."""
