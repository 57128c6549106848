"""An index by user beside each imported part of interactions, so that one user's events are found
by memory map, without a model.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.storage.objects import Objects

_ROWS_AT_ONCE = 1 << 18
_SPOOL = np.dtype([("user", np.int32), ("item", np.int32), ("kind", np.int32), ("time", np.int64)])


def index_key(part: str) -> str:
    """The object key of a part's index."""
    return f"{part.removesuffix('.parquet')}.users"


def write_index(part: Path, folder: Path) -> None:
    """Write the rows of a Parquet part of interactions (of items or of actions) by user, as
    `Interactions.load` maps them.

    Memory grows with the numbers of users and items, not with the number of rows: those are sorted
    by counting, from one mapped file into others.
    """
    with pq.ParquetFile(part) as file:
        spool = _Spool(file, folder)
    names = ("", *sorted(spool.kinds.keys() - {""}))
    kind_rank = np.array([names.index(name) for name in spool.kinds], np.int64)
    users, user_rank = _sorted(spool.users)
    items, item_rank = _sorted(spool.items)
    counts = np.zeros(len(users), np.int64)
    for rows in spool.chunks():
        counts += np.bincount(user_rank[rows["user"]], minlength=len(users))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    columns = _columns(folder, spool.rows, len(names))
    free = offsets[:-1].copy()
    for rows in spool.chunks():
        user = user_rank[rows["user"]]
        order = np.argsort(user, kind="stable")
        place = _places(user[order], free)
        columns["item"][place] = item_rank[rows["item"][order]]
        columns["event_type"][place] = kind_rank[rows["kind"][order]]
        columns["timestamp"][place] = rows["time"][order]
    spool.remove()
    _sort_by_time(columns, offsets)
    for column in columns.values():
        column.flush()
    np.save(folder / "offsets.npy", offsets)
    users.save(folder, "users")
    items.save(folder, "items")
    (folder / "event_types.json").write_bytes(msgspec.json.encode(names))


class _Spool:
    """The rows in their order, ids as codes in the order of their first appearance."""

    def __init__(self, file: pq.ParquetFile, folder: Path) -> None:
        self.rows = file.metadata.num_rows
        self.users: dict[str, int] = {}
        self.items: dict[str, int] = {}
        self.kinds: dict[str, int] = {}
        self._path = folder / "rows.spool"
        self._held = np.memmap(self._path, _SPOOL, "w+", shape=(self.rows,))
        names = file.schema_arrow.names
        item = "ITEM_ID" if "ITEM_ID" in names else "ACTION_ID"
        wanted = [name for name in ("USER_ID", item, "EVENT_TYPE", "TIMESTAMP") if name in names]
        first = 0
        for batch in file.iter_batches(_ROWS_AT_ONCE, columns=wanted):
            rows = self._held[first : first + len(batch)]
            rows["user"] = _codes(batch["USER_ID"], self.users)
            rows["item"] = _codes(batch[item], self.items)
            rows["time"] = batch["TIMESTAMP"].to_numpy()
            kind = batch["EVENT_TYPE"] if "EVENT_TYPE" in names else pa.nulls(len(batch))
            rows["kind"] = _codes(kind, self.kinds, lower=True)
            first += len(batch)

    def chunks(self) -> Iterator[NDArray[Any]]:
        for first in range(0, self.rows, _ROWS_AT_ONCE):
            yield self._held[first : first + _ROWS_AT_ONCE]

    def remove(self) -> None:
        del self._held
        self._path.unlink()


def _codes(column: "pa.Array[Any]", known: dict[str, int], *, lower: bool = False) -> NDArray[Any]:
    """`[rows]` codes of a column's texts, null as empty; new texts are added to those known."""
    encoded = column.cast(pa.string()).fill_null("").dictionary_encode()
    texts = [str(text).lower() if lower else str(text) for text in encoded.dictionary.to_pylist()]
    codes = np.array([known.setdefault(text, len(known)) for text in texts], np.int32)
    positions: NDArray[Any] = codes[encoded.indices.to_numpy()]
    return positions


def _sorted(known: dict[str, int]) -> tuple[IdIndex, NDArray[np.int32]]:
    """The index of the ids, and each old code's new one."""
    index = IdIndex.of(known)
    rank = np.empty(len(known), np.int32)
    for code, text in enumerate(index):
        rank[known[text]] = code
    return index, rank


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
