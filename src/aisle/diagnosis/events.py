"""Interactions as numbers: what the checks of behaviour count on."""

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.diagnosis.inputs import Inputs
from aisle.diagnosis.tables import Table
from aisle.diagnosis.thresholds import DAY, Thresholds


class TimeFaults(msgspec.Struct, frozen=True):
    """Rows by what is wrong with their time."""

    unreadable: int
    negative: int
    not_seconds: int
    future: int
    old: int


class Events(msgspec.Struct, frozen=True):
    """The usable rows, ordered by user and time; those of one time keep their order.

    Times in milliseconds or finer are brought to seconds. Rows whose time is out of the plausible
    range are left out, unless all are.
    """

    user_ids: pl.Series
    """The id of each code in `user`."""
    item_ids: pl.Series
    types: tuple[str, ...]
    """The event type of each code in `type`, as spelt; `""` for none."""
    user: NDArray[np.uint32]
    item: NDArray[np.uint32]
    time: NDArray[np.int64]
    type: NDArray[np.uint32]
    time_faults: TimeFaults
    duplicates: int
    """Rows that repeat an earlier one in every column."""
    first_of_row: NDArray[np.bool_]
    """Whether no earlier row is the same."""

    def __len__(self) -> int:
        return len(self.user)

    @property
    def of_users(self) -> NDArray[np.int64]:
        """Events of every user."""
        return np.bincount(self.user, minlength=len(self.user_ids))

    @property
    def of_items(self) -> NDArray[np.int64]:
        """Events of every item."""
        return np.bincount(self.item, minlength=len(self.item_ids))

    @property
    def of_types(self) -> NDArray[np.int64]:
        """Events of every type."""
        return np.bincount(self.type, minlength=len(self.types))

    @property
    def pair(self) -> NDArray[np.int64]:
        """One number for each user and item."""
        return self.user.astype(np.int64) * len(self.item_ids) + self.item

    def starts_of(self, moment: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where the runs of one user and one `moment` begin; `moment` grows with time."""
        changed = (np.diff(self.user) != 0) | (np.diff(moment) != 0)
        return np.flatnonzero(np.concatenate([np.ones(min(1, len(self)), bool), changed]))

    def in_whole_days(self, share: float) -> bool:
        """Whether so many events fall on one time of the day, over more days than one."""
        return self.share_at_one_time_of_day() > share

    def share_at_one_time_of_day(self) -> float:
        """The commonest second of the day among the events; 0 where there is one day only."""
        if not len(self) or self.time.min() == self.time.max():
            return 0.0
        return float(np.bincount(self.time % DAY, minlength=1).max() / len(self))


def events_of(table: Table, inputs: Inputs, limits: Thresholds) -> Events:
    """Encode the interactions; rows that lack a key are left out."""
    encoded = _encoded(table)
    whole = encoded.drop_nulls(("user", "item", "time"))
    usable = _plausible(whole, inputs.now, limits)
    ids = {name: _ids(usable[name]) for name in _CODED}
    usable = usable.with_columns(_codes(usable[name], ids[name]) for name in _CODED)
    usable = usable.sort("user", "time", maintain_order=True)
    return Events(
        user_ids=ids["user"],
        item_ids=ids["item"],
        types=tuple(ids["type"].to_list()),
        user=usable["user"].to_numpy(),
        item=usable["item"].to_numpy(),
        time=usable["time"].to_numpy(),
        type=usable["type"].to_numpy(),
        time_faults=_time_faults(encoded["time"], table, inputs.now, limits),
        duplicates=len(encoded) - encoded["row"].n_unique(),
        first_of_row=usable["row"].is_first_distinct().to_numpy(),
    )


_CODED = ("user", "item", "type")


def distinct(numbers: NDArray[np.int64]) -> int:
    """How many different ones; by hashing in parallel, which beats NumPy's way many times."""
    return pl.Series(numbers).n_unique()


def _encoded(table: Table) -> pl.DataFrame:
    has_type = table.column("EVENT_TYPE") is not None
    type_ = pl.col("EVENT_TYPE").fill_null("") if has_type else pl.lit("")
    texts = (pl.col("USER_ID"), pl.col("ITEM_ID"), type_)
    coded = [
        text.cast(pl.Categorical(pl.Categories.random())).alias(name)
        for name, text in zip(_CODED, texts, strict=True)
    ]
    time = pl.col("TIMESTAMP").cast(pl.Int64, strict=False).alias("time")
    row = pl.struct(pl.all()).hash().alias("row")
    return table.rows.select(*coded, time, row).collect(engine="streaming")


def _plausible(rows: pl.DataFrame, now: int, limits: Thresholds) -> pl.DataFrame:
    time = pl.col("time")
    finer = (limits.seconds * 1_000_000, limits.seconds * 1000, limits.seconds)
    scaled = time
    for power, start in zip((3, 2, 1), finer, strict=True):
        scaled = pl.when(time >= start).then(time // 1000**power).otherwise(scaled)
    seconds = rows.with_columns(scaled.alias("time"))
    usable = seconds.filter(time.is_between(limits.oldest, now + limits.ahead))
    return usable if len(usable) else seconds.filter(time.abs() < limits.seconds)


def _time_faults(time: pl.Series, table: Table, now: int, limits: Thresholds) -> TimeFaults:
    column = table.column("TIMESTAMP")
    readable = time.drop_nulls()
    filled = column.filled if column else 0
    return TimeFaults(
        unreadable=filled - len(readable),
        negative=int((readable < 0).sum()),
        not_seconds=int((readable >= limits.seconds).sum()),
        future=int(readable.is_between(now + limits.ahead, limits.seconds, "none").sum()),
        old=int(readable.is_between(0, limits.oldest, "left").sum()),
    )


def _ids(column: pl.Series) -> pl.Series:
    """The distinct values, sorted as text."""
    return column.unique().cast(pl.String).sort()


def _codes(column: pl.Series, ids: pl.Series) -> pl.Series:
    """Where each value stands in `ids`."""
    known = column.unique()
    old = known.to_physical().to_numpy()
    new = np.zeros(int(old.max(initial=0)) + 1, np.uint32)
    new[old] = ids.search_sorted(known.cast(pl.String)).to_numpy()
    return pl.Series(column.name, new[column.to_physical().to_numpy()])
