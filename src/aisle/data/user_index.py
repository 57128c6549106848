"""An index by user beside each imported part of interactions, so that one user's events are found
by memory map, without a model.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pyarrow.parquet as pq
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.storage.objects import Objects

_ROWS_AT_ONCE = 1 << 18
_KIND = "EVENT_TYPE"


def index_key(part: str) -> str:
    """The object key of a part's index."""
    return f"{part.removesuffix('.parquet')}.users"


def write_index(part: Path, folder: Path) -> None:
    """Write the rows of a Parquet part of interactions (of items or of actions) by user, as
    `Interactions.load` maps them.

    Memory grows with the numbers of users and items, not with the number of rows: those are sorted
    by counting into mapped files.
    """
    rows = pl.scan_parquet(part)
    present = rows.collect_schema().names()
    item_id = "ITEM_ID" if "ITEM_ID" in present else "ACTION_ID"
    counts = _counted(rows, "USER_ID")
    items = _counted(rows, item_id)[item_id]
    kinds = _kinds(rows, present)
    lengths = counts["len"].to_numpy().astype(np.int64)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    columns = _columns(folder, int(offsets[-1]), len(kinds))
    free = offsets[:-1].copy()
    types = {"user": pl.Enum(counts["USER_ID"]), "item": pl.Enum(items), "kind": pl.Enum(kinds)}
    for batch in _batches(part, item_id, present):
        user = _codes(batch["USER_ID"], types["user"])
        order = np.argsort(user, kind="stable")
        place = _places(user[order], free)
        columns["item"][place] = _codes(batch[item_id], types["item"])[order]
        columns["event_type"][place] = _codes(_kind(batch), types["kind"])[order]
        columns["timestamp"][place] = batch["TIMESTAMP"].to_numpy()[order]
    _sort_by_time(columns, offsets)
    for column in columns.values():
        column.flush()
    np.save(folder / "offsets.npy", offsets)
    IdIndex.of(counts["USER_ID"].to_list()).save(folder, "users")
    IdIndex.of(items.to_list()).save(folder, "items")
    (folder / "event_types.json").write_bytes(msgspec.json.encode(kinds))


def _counted(rows: pl.LazyFrame, name: str) -> pl.DataFrame:
    """The distinct ids in the order of their UTF-8 bytes, as an IdIndex has them, and how many
    rows (`len`) each has.
    """
    return rows.group_by(name).len().collect(engine="streaming").sort(name)


def _kinds(rows: pl.LazyFrame, present: list[str]) -> list[str]:
    """The distinct event types in lower case; the first is empty, for none."""
    if _KIND not in present:
        return [""]
    found = rows.select(pl.col(_KIND).unique()).collect(engine="streaming")
    return ["", *sorted(set(_kind(found).to_list()) - {""})]


def _kind(batch: pl.DataFrame) -> pl.Series:
    if _KIND not in batch.columns:
        return pl.Series([""], dtype=pl.String).new_from_index(0, len(batch))
    return batch[_KIND].fill_null("").str.to_lowercase()


def _batches(part: Path, item_id: str, present: list[str]) -> Iterator[pl.DataFrame]:
    wanted = [name for name in ("USER_ID", item_id, _KIND, "TIMESTAMP") if name in present]
    with pq.ParquetFile(part) as file:
        for batch in file.iter_batches(_ROWS_AT_ONCE, columns=wanted):
            yield pl.DataFrame(pl.from_arrow(batch))


def _codes(column: pl.Series, ids: pl.Enum) -> NDArray[np.int32]:
    return column.cast(pl.String).cast(ids).to_physical().to_numpy().astype(np.int32)


def _columns(folder: Path, rows: int, kinds: int) -> dict[str, "np.memmap[Any, Any]"]:
    types: dict[str, np.dtype[Any]] = {
        "item": np.dtype(np.int32),
        "timestamp": np.dtype(np.int64),
        "event_type": np.min_scalar_type(kinds),
    }
    return {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", dtype, (rows,))
        for name, dtype in types.items()
    }


def _places(user: NDArray[np.int32], free: NDArray[np.int64]) -> NDArray[np.int64]:
    """`[rows]` where rows sorted by user go; `free` `[users]` is moved on behind them."""
    first = np.flatnonzero(np.diff(user, prepend=-1))
    lengths = np.diff(first, append=len(user))
    nth = np.arange(len(user)) - np.repeat(first, lengths)
    place: NDArray[np.int64] = free[user] + nth
    free[user[first]] += lengths
    return place


def _sort_by_time(columns: dict[str, "np.memmap[Any, Any]"], offsets: NDArray[np.int64]) -> None:
    """Oldest first within each user; events of one time stay in their order."""
    first = 0
    while first < len(offsets) - 1:
        reached = int(np.searchsorted(offsets, offsets[first] + _ROWS_AT_ONCE, side="right")) - 1
        last = max(reached, first + 1)
        rows = slice(int(offsets[first]), int(offsets[last]))
        user = np.repeat(np.arange(last - first), np.diff(offsets[first : last + 1]))
        order = np.lexsort((columns["timestamp"][rows], user))
        for column in columns.values():
            column[rows] = column[rows][order]
        first = last


def indexed(objects: Objects, part: str) -> Path:
    """The local folder of a part's index, which is made first where there is none yet."""
    key = index_key(part)
    try:
        return objects.local(key)
    except FileNotFoundError:
        pass
    with objects.staging() as staging:
        write_index(objects.local(part), staging)
        objects.publish(staging, key)
    return objects.local(key)
