"""A simulated store with its events numbered and parted into sessions."""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allstore.simulator import Store, simulate
from allstore.simulator.settings import DAY, Settings

PAUSE = 1800
"""Seconds without an event that part two sessions."""
END = 1_790_000_000
DEFAULT = Settings(end=END)
SMALL = Settings(end=END, shoppers=1500, products=400, interactions=60_000)


class Watched:
    """A store and its events, which carry the rows of their product and shopper (`item`, `user`)
    and the number of the shopper's `session`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store: Store = simulate(settings)
        self.begin = settings.end - settings.days * DAY

    @cached_property
    def events(self) -> pl.DataFrame:
        rows = {product.id: row for row, product in enumerate(self.store.products)}
        numbered = self.store.interactions.with_columns(
            item=pl.col("ITEM_ID").replace_strict(rows, return_dtype=pl.Int64),
            user=pl.col("USER_ID").cast(pl.Int64) - 1,
        ).sort("user", "TIMESTAMP", maintain_order=True)
        begins = pl.col("TIMESTAMP").diff().fill_null(PAUSE + 1) > PAUSE
        return numbered.with_columns(session=begins.over("user").cum_sum().over("user"))

    def of(self, kind: str) -> pl.DataFrame:
        """The events of one type, by shopper and then by time."""
        return self.events.filter(pl.col("EVENT_TYPE") == kind)

    @cached_property
    def views(self) -> pl.DataFrame:
        return self.of("View")

    def rates(self, kind: str, groups: NDArray[np.int64], count: int) -> NDArray[np.float64]:
        """`[count]` events of a kind for each view, in groups that `groups` gives products."""
        items = self.of(kind)["item"].to_numpy()
        viewed = np.bincount(groups[self.views["item"].to_numpy()], minlength=count)
        return np.asarray(np.bincount(groups[items], minlength=count) / viewed)
