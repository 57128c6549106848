"""Which of the sound rows stay: duplicates, the core, cold items; all on lazy frames."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.loading.spool import FILE

_PART_ROWS = 1_000_000
_SAME = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE")
_ROW = "_row"

Counts = NDArray[np.int64]
"""`[files]` rows by the number of their file."""


def per_file(rows: pl.LazyFrame, files: int) -> Counts:
    """How many rows each file has."""
    counted = rows.group_by(FILE).len().collect(engine="streaming")
    counts = np.zeros(files, np.int64)
    counts[counted[FILE].to_numpy()] = counted["len"].to_numpy()
    return counts


def distinct(rows: pl.LazyFrame, name: str) -> int:
    """How many ids a column has, by a hash of 64 bits, which takes less memory than the ids."""
    hashed = rows.select(pl.col(name).hash()).group_by(name).len().select(pl.len())
    return int(hashed.collect(engine="streaming").item())


def without(rows: pl.LazyFrame, numbers: NDArray[np.int64]) -> pl.LazyFrame:
    """The rows but those with these numbers; 0 is the first."""
    unwanted = pl.LazyFrame({_ROW: numbers})
    numbered = rows.with_row_index(_ROW).with_columns(pl.col(_ROW).cast(pl.Int64))
    return numbered.join(unwanted, on=_ROW, how="anti", maintain_order="left").drop(_ROW)


def repeated(rows: pl.LazyFrame, total: int) -> NDArray[np.int64]:
    """Numbers of the rows that have the user, item, time and event type of a row before them.

    Rows are compared by a hash of 64 bits, some millions at a time: among 100 million different
    rows, the chance that any two are taken for one is 1 in 3,700.
    """
    same = [name for name in _SAME if name in rows.collect_schema().names()]
    hashed = rows.select(pl.struct(same).hash().alias("hash")).with_row_index(_ROW)
    parts = 1 + total // _PART_ROWS
    found = [_repeated_in(hashed.filter(pl.col("hash") % parts == part)) for part in range(parts)]
    return np.sort(np.concatenate(found))


def _repeated_in(hashed: pl.LazyFrame) -> NDArray[np.int64]:
    frame = hashed.collect(engine="streaming").sort("hash", _ROW)
    again = frame.filter(pl.col("hash") == pl.col("hash").shift(1))
    return again[_ROW].cast(pl.Int64).to_numpy()


def core_of(rows: pl.LazyFrame, least: int) -> pl.LazyFrame:
    """Rows of users and items that have `least` rows each among those that stay, in their order."""
    kept, before = rows, -1
    while True:
        ids = {name: _frequent(kept, name, least) for name in ("USER_ID", "ITEM_ID")}
        kept = rows
        for name, column in ids.items():
            kept = kept.join(column.lazy(), on=name, how="semi", maintain_order="left")
        count = kept.select(pl.len()).collect(engine="streaming").item()
        if count == before or not count:
            return kept
        before = count


def _frequent(rows: pl.LazyFrame, name: str, least: int) -> pl.DataFrame:
    counted = rows.group_by(name).len().filter(pl.col("len") >= least)
    return counted.select(name).collect(engine="streaming")


def merged(rows: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """One row an id: of each column the last value that is not null, from the first row's file."""
    if distinct(rows, key) == rows.select(pl.len()).collect(engine="streaming").item():
        return rows
    others = pl.exclude(key, FILE)
    return rows.group_by(key, maintain_order=True).agg(
        others.drop_nulls().last(), pl.col(FILE).first()
    )


def with_cold_share(
    items: pl.LazyFrame, used: pl.DataFrame, share: float, seed: int
) -> pl.LazyFrame:
    """The items that are used, and a random share of the others, in their order."""
    cold = items.select("ITEM_ID").join(used.lazy(), on="ITEM_ID", how="anti").collect()
    drawn = cold.sort("ITEM_ID").sample(fraction=share, seed=seed)
    wanted = pl.concat([used, drawn]).lazy()
    return items.join(wanted, on="ITEM_ID", how="semi", maintain_order="left")
