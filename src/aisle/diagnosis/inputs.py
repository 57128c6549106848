"""What a diagnosis starts from."""

import time

import msgspec
import polars as pl

from aisle.data.schema import DatasetSchema


class Rejected(msgspec.Struct, frozen=True):
    """Rows that a loader left out, for one reason."""

    reason: str
    rows: int


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """Frames with Personalize's column names, as text (nothing inferred) or typed."""

    interactions: pl.LazyFrame
    """At least USER_ID, ITEM_ID and TIMESTAMP."""
    items: pl.LazyFrame | None = None
    users: pl.LazyFrame | None = None
    schemas: tuple[DatasetSchema, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    now: int = msgspec.field(default_factory=lambda: int(time.time()))
    """Epoch seconds; later events are in the future."""
