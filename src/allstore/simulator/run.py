"""One run from settings to interactions, and to a store in memory."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np
import polars as pl

from allstore.simulator import schemas
from allstore.simulator.funnel import EVENTS
from allstore.simulator.goods import Flags
from allstore.simulator.settings import Settings
from allstore.simulator.spool import Piece, Records, by_time
from allstore.simulator.store import Store, Truth
from allstore.simulator.workers import play_parts
from allstore.simulator.worth import offers, on_offer, week


class Run(msgspec.Struct, frozen=True):
    """What was simulated; the events wait on disk."""

    truth: Truth
    pieces: list[Piece]

    def interactions(self, *, context: bool = False) -> Iterator[pl.DataFrame]:
        """ITEM_ID, USER_ID, EVENT_TYPE and TIMESTAMP, oldest first, a slice of time at once. With
        `context` DISCOUNT too: `Yes` where the product was on offer at that time, else `No`.
        """
        item_ids = pl.Series([product.id for product in self.truth.products])
        offered = offers(self.truth.settings)
        for records in by_time(self.pieces):
            frame = _frame(records, item_ids)
            yield frame.with_columns(self._discount(records, offered)) if context else frame

    def _discount(self, records: Records, offered: Flags) -> pl.Series:
        weeks = week(records["time"], self.truth.settings)
        flags = on_offer(self.truth.goods, offered, records["product"], weeks)
        return pl.Series(schemas.DISCOUNT, ("No", "Yes")).gather(flags.astype(np.int64))


def play_all(
    truth: Truth,
    folder: Path,
    *,
    processes: int | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> Run:
    """Simulate; the events lie in `folder` for as long as they are read. `progress` hears the share
    done. The output is the same for any number of processes; by default there are as many as cores
    where that pays.
    """
    return Run(truth, play_parts(truth.world, truth.parts, folder, processes, progress))


def simulate(settings: Settings, *, processes: int | None = None) -> Store:
    """A store in memory: the same for equal settings."""
    truth = Truth.of(settings)
    with TemporaryDirectory() as folder:
        run = play_all(truth, Path(folder), processes=processes)
        interactions = pl.concat(run.interactions())
    shoppers = [shopper for part in truth.parts for shopper in truth.shoppers(part)]
    return Store(truth.products, shoppers, interactions, truth)


def _frame(records: Records, item_ids: pl.Series) -> pl.DataFrame:
    columns = [
        item_ids.gather(records["product"]).alias("ITEM_ID"),
        pl.Series("USER_ID", records["shopper"] + 1).cast(pl.String),
        pl.Series("EVENT_TYPE", EVENTS).gather(records["kind"]),
        pl.Series("TIMESTAMP", records["time"]),
    ]
    return pl.DataFrame(columns)
