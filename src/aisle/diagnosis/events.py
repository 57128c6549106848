"""Interactions as numbers: what the checks of behaviour count on."""

from collections.abc import Callable

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.diagnosis.inputs import Inputs
from aisle.diagnosis.tables import Table
from aisle.diagnosis.thresholds import DAY, Thresholds
from aisle.diagnosis.timestamps import TimeFaults, in_seconds, time_faults, understood, whole


class Events(msgspec.Struct, frozen=True):
    """The usable rows, ordered by user and time; those of one time keep their order.

    Times are read generously, and brought to seconds where they are finer. Rows whose time is out
    of the plausible range are left out, unless all are.
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
    def of_items(self) -> NDArray[np.int64]:
        """Events of every item."""
        return np.bincount(self.item, minlength=len(self.item_ids))

    @property
    def pair(self) -> NDArray[np.int64]:
        """One number for each user and item."""
        return self.user.astype(np.int64) * len(self.item_ids) + self.item

    def starts_of(self, moment: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where the runs of one user and one `moment` begin; `moment` grows with time."""
        changed = (np.diff(self.user) != 0) | (np.diff(moment) != 0)
        return np.flatnonzero(np.concatenate([np.ones(min(1, len(self)), bool), changed]))

    def in_whole(self, seconds: int, share: float) -> bool:
        """Whether so many times are whole days, hours or the like, from whatever second on."""
        return self.share_at_one_second_of(seconds) > share

    def share_at_one_second_of(self, seconds: int = DAY) -> float:
        """The commonest second of the day, the hour or the like among the events.

        0 where there is one time only.
        """
        if not len(self) or self.time.min() == self.time.max():
            return 0.0
        return float(np.bincount(self.time % seconds, minlength=1).max() / len(self))


def events_of(rows: pl.DataFrame, table: Table, inputs: Inputs, limits: Thresholds) -> Events:
    """From `encoded` rows; those that lack a key are left out."""
    whole_rows = rows.drop_nulls(("user", "item", "time"))
    usable = _plausible(whole_rows, inputs.now, limits)
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
        time_faults=time_faults(rows["time"], _unreadable(rows, table), inputs.now, limits),
        duplicates=len(rows) - rows["row"].n_unique(),
        first_of_row=usable["row"].is_first_distinct().to_numpy(),
    )


_CODED = ("user", "item", "type")


def distinct(numbers: NDArray[np.int64]) -> int:
    """How many different ones; by hashing in parallel, which beats NumPy's way many times."""
    return pl.Series(numbers).n_unique()


def encoded(table: Table) -> pl.DataFrame:
    """`user`, `item` and `type` as categories, `time` as it was understood, and `row`, a hash.

    The column `whole` says whether the time is written as the import reads it.
    """
    found = _read(table, whole)
    column = table.column("TIMESTAMP")
    if column and found["whole"].sum() < column.filled:
        found = _read(table, understood)
    return found


def _read(table: Table, time_of: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    has_type = table.column("EVENT_TYPE") is not None
    type_ = pl.col("EVENT_TYPE").fill_null("") if has_type else pl.lit("")
    texts = (pl.col("USER_ID"), pl.col("ITEM_ID"), type_)
    coded = [
        text.cast(pl.Categorical(pl.Categories.random())).alias(name)
        for name, text in zip(_CODED, texts, strict=True)
    ]
    time = pl.col("TIMESTAMP")
    row = pl.struct(pl.all()).hash().alias("row")
    return table.rows.select(
        *coded, time_of(time).alias("time"), whole(time).is_not_null().alias("whole"), row
    ).collect(engine="streaming")


def _unreadable(rows: pl.DataFrame, table: Table) -> int:
    column = table.column("TIMESTAMP")
    return (column.filled if column else 0) - int(rows["whole"].sum())


def _plausible(rows: pl.DataFrame, now: int, limits: Thresholds) -> pl.DataFrame:
    time = pl.col("time")
    seconds = rows.with_columns(in_seconds(time, limits))
    usable = seconds.filter(time.is_between(limits.oldest, now + limits.ahead))
    return usable if len(usable) else seconds.filter(time.abs() < limits.seconds)


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
