"""From the spool to the files: filters over all rows, then writing, with the counts kept true."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.loading import baskets, filters
from aisle.loading.filters import Counts
from aisle.loading.kinds import KEYS, Table
from aisle.loading.options import LoadError, LoadOptions, Progress
from aisle.loading.report import FileReport, Note
from aisle.loading.spool import FILE, Spool
from aisle.loading.staging import OUTPUTS
from aisle.loading.writing import write_products, write_table


class Events(msgspec.Struct, frozen=True):
    """What the interactions that stay come to."""

    interactions: int = 0
    users: int = 0
    items: int = 0
    first_time: int | None = None
    last_time: int | None = None


class Finished(msgspec.Struct, frozen=True):
    """What was written, and the files' reports with what the filters took off."""

    files: tuple[FileReport, ...]
    events: Events
    items_described: int
    users_described: int
    notes: tuple[Note, ...]
    written: tuple[str, ...]


def finish(
    spool: Spool,
    files: Sequence[FileReport],
    stage: Path,
    options: LoadOptions,
    progress: Progress,
) -> Finished:
    """Filter what the spool holds and write it to `stage`. Raises LoadError if nothing stays."""
    finishing = _Finishing(spool, files, stage, options)
    progress("looking for duplicates", 0.8)
    rows = finishing.filter_events()
    progress("writing interactions", 0.88)
    events = finishing.write_events(rows)
    progress("writing items", 0.95)
    items = finishing.describe("items", rows)
    progress("writing users", 0.98)
    users = finishing.describe("users", None)
    written = tuple(name for name in OUTPUTS if (stage / name).exists())
    return Finished(tuple(finishing.files), events, items, users, tuple(finishing.notes), written)


class _Finishing:
    """The steps of `finish`. `files` and `notes` grow true as they are taken."""

    def __init__(
        self, spool: Spool, files: Sequence[FileReport], stage: Path, options: LoadOptions
    ) -> None:
        self._spool = spool
        self._stage = stage
        self._work = stage / "work"
        self._options = options
        self.files = list(files)
        self.notes: list[Note] = []

    def filter_events(self) -> pl.LazyFrame | None:
        """The interactions that stay; None where there never were any."""
        rows = self._spool.scan("interactions")
        if rows is None:
            return None
        repeats = filters.repeated(rows, self._spool.rows("interactions"))
        self._count_repeats(repeats)
        if self._options.drop_duplicates and len(repeats):
            rows = self._kept(filters.without(rows, repeats), "distinct")
        if self._options.core is not None:
            before = filters.per_file(rows, len(self.files))
            rows = self._kept(filters.core_of(rows, self._options.core), "core")
            self._take_off("outside_core", before - filters.per_file(rows, len(self.files)))
        return rows

    def _kept(self, rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
        """The rows on disk, so that what made them is not done again at each use."""
        path = self._work / f"{name}-rows.parquet"
        rows.sink_parquet(path)
        return pl.scan_parquet(path)

    def _count_repeats(self, repeats: NDArray[np.int64]) -> None:
        ends = np.cumsum([file.kept if file.table == "interactions" else 0 for file in self.files])
        counts = np.bincount(
            np.searchsorted(ends, repeats, side="right"), minlength=len(self.files)
        )
        self._count("duplicates", counts)
        if self._options.drop_duplicates:
            self._take_off("duplicates_dropped", counts)

    def _count(self, count: str, counts: Counts) -> None:
        self.files = [
            msgspec.structs.replace(file, **{count: getattr(file, count) + int(number)})
            for file, number in zip(self.files, counts, strict=True)
        ]

    def _take_off(self, count: str, counts: Counts) -> None:
        """Count rows as gone that counted as kept."""
        self._count(count, counts)
        self.files = [
            msgspec.structs.replace(file, kept=file.kept - int(number))
            for file, number in zip(self.files, counts, strict=True)
        ]

    def write_events(self, rows: pl.LazyFrame | None) -> Events:
        """Write `interactions.csv` and say what is in it."""
        if rows is None:
            return Events()
        time = pl.col("TIMESTAMP")
        count, first, last = (
            rows.select(pl.len(), time.min().alias("first"), time.max().alias("last"))
            .collect(engine="streaming")
            .row(0)
        )
        users, items = (filters.distinct(rows, name) for name in ("USER_ID", "ITEM_ID"))
        events = Events(count, users, items, first, last)
        if not events.interactions:
            raise LoadError(
                f"No interaction is left: no users and items have {self._options.core} each."
            )
        self._write("interactions", rows)
        return events

    def _write(self, table: Table, rows: pl.LazyFrame) -> None:
        self.notes += [Note(text) for text in write_table(self._stage, table, rows)]

    def describe(self, table: Table, events: pl.LazyFrame | None) -> int:
        """Write what is known of items or users; how many are described."""
        rows = self._spool.scan(table)
        told = self._facts(table)
        parts = [part for part in (told, rows) if part is not None]
        if not parts:
            return 0
        (key,), path = KEYS[table], self._work / f"all-{table}.parquet"
        whole = pl.concat(parts, how="diagonal_relaxed")
        filters.merged(whole, key).sink_parquet(path)
        self._count_gone("merged", table, pl.scan_parquet(path))
        if table == "items" and self._options.cold_items is not None:
            path = self._without_cold(path, events)
        self._write(table, pl.scan_parquet(path))
        if table == "items":
            write_products(self._stage, path)
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())

    def _facts(self, table: str) -> pl.LazyFrame | None:
        facts = self._spool.scan("facts")
        if facts is None:
            return None
        told = (baskets.items_of if table == "items" else baskets.users_of)(facts)
        return told.with_columns(pl.lit(len(self.files), pl.UInt32).alias(FILE))

    def _count_gone(self, count: str, table: str, rows: pl.LazyFrame) -> None:
        left = filters.per_file(rows, len(self.files) + 1)
        gone = [
            file.kept - left[number] if file.table == table else 0
            for number, file in enumerate(self.files)
        ]
        self._take_off(count, np.array(gone))

    def _without_cold(self, path: Path, events: pl.LazyFrame | None) -> Path:
        used = (
            pl.DataFrame(schema={"ITEM_ID": pl.String})
            if events is None
            else events.select(pl.col("ITEM_ID").unique()).collect(engine="streaming")
        )
        target = path.with_name("used-items.parquet")
        share = self._options.cold_items or 0.0
        filters.with_cold_share(
            pl.scan_parquet(path), used, share, self._options.seed
        ).sink_parquet(target)
        self._count_gone("cold_dropped", "items", pl.scan_parquet(target))
        return target
