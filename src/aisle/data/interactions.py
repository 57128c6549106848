"""Interactions as arrays: one row an event, grouped by user, oldest first within a user."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.data.context import ContextColumn, load_context, save_context
from aisle.data.ids import IdIndex

WEIGHT = "weight of the event"
"""The column of weights in frames; no field of a schema can have a name with a blank."""


class Interactions(msgspec.Struct, frozen=True):
    """All events of a dataset group, in compressed-sparse-row form by user.

    User `u` has rows `offsets[u]:offsets[u + 1]` of the other arrays. Events of one time keep the
    order in which they came.
    """

    users: IdIndex
    items: IdIndex
    event_types: tuple[str, ...]
    """The distinct event types, lower-cased as the service compares them; code 0 is `""`."""
    offsets: NDArray[np.int64]
    """`[users + 1]`"""
    item: NDArray[np.int32]
    """`[events]` codes into `items`."""
    timestamp: NDArray[np.int64]
    """`[events]` epoch seconds."""
    event_type: NDArray[np.uint8]
    """`[events]` codes into `event_types`."""
    value: NDArray[np.float32] | None = None
    """`[events]` EVENT_VALUE, NaN where an event has none; None where no event has one."""
    weight: NDArray[np.float32] | None = None
    """`[events]` how much an event counts in training, above 0; None where all count alike."""
    context: Mapping[str, ContextColumn] = {}
    """By name, in the order of the schema."""

    def __len__(self) -> int:
        return len(self.item)

    def rows_of(self, user: int) -> slice:
        """The rows of a user's events."""
        return slice(int(self.offsets[user]), int(self.offsets[user + 1]))

    def user_of_rows(self) -> NDArray[np.int32]:
        """`[events]` the user's code of every row."""
        return np.repeat(np.arange(len(self.users), dtype=np.int32), np.diff(self.offsets))

    def context_of(self, row: int) -> dict[str, str]:
        """What is known of the context of one event, as a request would say it."""
        told = {name: column.names[column.codes[row]] for name, column in self.context.items()}
        return {name: value for name, value in told.items() if value}

    def where(self, mask: NDArray[np.bool_]) -> "Interactions":
        """The same users and items with only the rows where `mask` `[events]` holds."""
        if mask.all():
            return self
        kept = np.zeros(len(mask) + 1, np.int64)
        np.cumsum(mask, out=kept[1:])
        return msgspec.structs.replace(
            self,
            offsets=kept[self.offsets],
            item=self.item[mask],
            timestamp=self.timestamp[mask],
            event_type=self.event_type[mask],
            value=None if self.value is None else self.value[mask],
            weight=None if self.weight is None else self.weight[mask],
            context={name: column.where(mask) for name, column in self.context.items()},
        )

    def over(self, items: IdIndex) -> "Interactions":
        """The same events by the codes of `items`, which must have every item that occurs."""
        codes = np.array([items.find(item_id) for item_id in self.items], np.int32)
        return msgspec.structs.replace(self, items=items, item=codes[self.item])

    def without_runs(self) -> "Interactions":
        """One event for each run of events that a user has with one item: the first of it.

        A view, the cart and the purchase of one product are one step of a sequence, not three. It
        weighs as much as the heaviest event of the run.
        """
        first = np.ones(len(self), bool)
        first[1:] = self.item[1:] != self.item[:-1]
        starts = self.offsets[:-1][np.diff(self.offsets) > 0]
        first[starts] = True
        steps = self.where(first)
        if self.weight is None or not len(self):
            return steps
        heaviest = np.maximum.reduceat(self.weight, np.flatnonzero(first))
        return msgspec.structs.replace(steps, weight=heaviest)

    def core(self, least: int) -> "Interactions":
        """Only users and items with at least so many events, all of them with such; the rest is
        gone from the ids too.
        """
        kept = self
        while True:
            users, items = np.diff(kept.offsets), np.bincount(kept.item, minlength=len(kept.items))
            often = (users >= least)[kept.user_of_rows()] & (items >= least)[kept.item]
            if often.all():
                return kept.present()
            kept = kept.where(often)

    def present(self) -> "Interactions":
        """Without the ids that have no event; the order of codes is kept."""
        users = np.diff(self.offsets) > 0
        items = np.bincount(self.item, minlength=len(self.items)) > 0
        if users.all() and items.all():
            return self
        codes = np.cumsum(items, dtype=np.int32) - np.int32(1)
        return msgspec.structs.replace(
            self,
            users=IdIndex.of(id_ for id_, there in zip(self.users, users, strict=True) if there),
            items=IdIndex.of(id_ for id_, there in zip(self.items, items, strict=True) if there),
            offsets=self.offsets[np.append(True, users)],
            item=codes[self.item],
        )

    @classmethod
    def from_frame(
        cls, frame: pl.DataFrame | pl.LazyFrame, context: Sequence[str] = ()
    ) -> "Interactions":
        """Build from columns USER_ID, ITEM_ID, TIMESTAMP (epoch s) and, if present, EVENT_TYPE,
        EVENT_VALUE and `WEIGHT`; `context` are the names of text columns.

        Text becomes codes while a lazy frame is read, so that no event holds any.
        """
        coded = _coded(frame.lazy(), context)
        users, user = _codes(coded["USER_ID"])
        items, item = _codes(coded["ITEM_ID"])
        names, kind = _event_types(coded)
        timestamp = coded["TIMESTAMP"].to_numpy()
        order = np.lexsort((timestamp, user))
        return cls(
            users=users,
            items=items,
            event_types=names,
            offsets=np.searchsorted(user[order], np.arange(len(users) + 1)).astype(np.int64),
            item=item[order],
            timestamp=timestamp[order],
            event_type=kind[order],
            value=_values(coded, order),
            weight=coded[WEIGHT].to_numpy()[order] if WEIGHT in coded.columns else None,
            context={name: ContextColumn.of(coded[name], order) for name in context},
        )

    def save(self, folder: Path) -> None:
        """Write every array as `.npy` into a folder that exists."""
        self.users.save(folder, "users")
        self.items.save(folder, "items")
        for name in (*_ARRAYS, *_OPTIONAL):
            array = getattr(self, name)
            if array is not None:
                np.save(folder / f"{name}.npy", array)
        save_context(folder, self.context)
        (folder / "event_types.json").write_bytes(msgspec.json.encode(self.event_types))

    @classmethod
    def load(cls, folder: Path) -> "Interactions":
        """Map what `save` wrote; nothing is read until it is used."""
        names = msgspec.json.decode((folder / "event_types.json").read_bytes(), type=list[str])
        there = [name for name in _OPTIONAL if (folder / f"{name}.npy").exists()]
        return cls(
            users=IdIndex.load(folder, "users"),
            items=IdIndex.load(folder, "items"),
            event_types=tuple(names),
            context=load_context(folder),
            **{
                name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
                for name in (*_ARRAYS, *there)
            },
        )


_ARRAYS = ("offsets", "item", "timestamp", "event_type")
_OPTIONAL = ("value", "weight")
_MOST_EVENT_TYPES = 255


def _coded(frame: pl.LazyFrame, context: Sequence[str]) -> pl.DataFrame:
    """The columns that count, ids, event types and context as categories."""
    present = frame.collect_schema().names()
    found = [_category("USER_ID"), _category("ITEM_ID"), pl.col("TIMESTAMP").cast(pl.Int64)]
    if "EVENT_TYPE" in present:
        found.append(_category("EVENT_TYPE").fill_null(""))
    if "EVENT_VALUE" in present:
        found.append(pl.col("EVENT_VALUE").cast(pl.Float32))
    if WEIGHT in present:
        found.append(pl.col(WEIGHT))
    found += [_category(name).fill_null("") for name in context]
    return frame.select(found).collect(engine="streaming")


def _category(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Categorical(pl.Categories.random()))


def _codes(column: pl.Series) -> tuple[IdIndex, NDArray[np.int32]]:
    """The distinct ids, and the code of each of a column of categories."""
    distinct = column.unique()
    text = distinct.cast(pl.String)
    ascending = text.arg_sort().to_numpy()
    codes = np.empty(len(text), np.int32)
    codes[ascending] = np.arange(len(text))
    return IdIndex.of(text.to_list()), _mapped(column, distinct, codes)


def _mapped(column: pl.Series, distinct: pl.Series, codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """The code of each row of a column, `codes` being those of its `distinct` categories."""
    places = distinct.to_physical().to_numpy()
    by_place = np.zeros(int(places.max(initial=0)) + 1, np.int32)
    by_place[places] = codes
    mapped: NDArray[np.int32] = by_place[column.to_physical().to_numpy()]
    return mapped


def _values(frame: pl.DataFrame, order: NDArray[np.int64]) -> NDArray[np.float32] | None:
    if "EVENT_VALUE" not in frame.columns:
        return None
    values = frame["EVENT_VALUE"].fill_null(np.nan).to_numpy()
    return None if bool(np.isnan(values).all()) else values[order]


def _event_types(frame: pl.DataFrame) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
    if "EVENT_TYPE" not in frame.columns:
        return ("",), np.zeros(len(frame), np.uint8)
    distinct = frame["EVENT_TYPE"].unique()
    spelt = distinct.cast(pl.String).str.to_lowercase().to_list()
    names = ["", *sorted(set(spelt) - {""})]
    if len(names) > _MOST_EVENT_TYPES:
        raise ValueError(f"{len(names) - 1} distinct event types; at most {_MOST_EVENT_TYPES - 1}")
    codes = np.array([names.index(name) for name in spelt], np.int32)
    return tuple(names), _mapped(frame["EVENT_TYPE"], distinct, codes).astype(np.uint8)
