"""Who and what the interactions name, whatever their times."""

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

_CODES = 2**32


class Census(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of all rows that have a user and an item.

    `users`, `items` and `types` have the columns `id` and `events`, the commonest id first, then
    by name. The type of a row without one is `""`.
    """

    rows: int
    users: pl.DataFrame
    items: pl.DataFrame
    types: pl.DataFrame
    pairs: int
    """Different pairs of user and item."""
    of_users: pl.DataFrame
    """`user`, `type` and `events`: a row for each user and type that go together."""

    @property
    def user_counts(self) -> NDArray[np.int64]:
        """Events of each of `users`."""
        return self.users["events"].to_numpy()

    @property
    def item_counts(self) -> NDArray[np.int64]:
        """Events of each of `items`."""
        return self.items["events"].to_numpy()

    @property
    def density(self) -> float:
        """Share of all pairs of a user and an item that occur."""
        return self.pairs / (len(self.users) * len(self.items)) if self.rows else 0.0

    def of_type(self, event_type: str | None) -> pl.Series:
        """Events of every user that has some of the type, in any case; of all types for None."""
        same = pl.lit(value=True)
        if event_type is not None:
            same = pl.col("type").cast(pl.String).str.to_lowercase() == event_type.lower()
        chosen = self.of_users.filter(same)
        return chosen.group_by("user").agg(pl.col("events").sum())["events"]


def census_of(rows: pl.DataFrame) -> Census:
    """Count; `user`, `item` and `type` are categorical, and a row may lack the first two."""
    known = rows.lazy().drop_nulls(("user", "item"))
    pair = pl.col("user").to_physical().cast(pl.Int64) * _CODES + pl.col("item").to_physical()
    events = pl.len().cast(pl.Int64).alias("events")
    sums, pairs, items, of_users = pl.collect_all(
        (
            known.select(pl.len()),
            known.select(pair.n_unique()),
            known.group_by("item").agg(events),
            known.group_by("user", "type").agg(events),
        )
    )
    return Census(
        rows=sums.item(),
        users=_ranked(of_users, "user"),
        items=_ranked(items, "item"),
        types=_ranked(of_users, "type"),
        pairs=pairs.item(),
        of_users=of_users,
    )


def _ranked(counts: pl.DataFrame, name: str) -> pl.DataFrame:
    sums = counts.group_by(pl.col(name).cast(pl.String).alias("id")).agg(pl.col("events").sum())
    return sums.sort(pl.col("events"), "id", descending=[True, False])
