"""The next item from a decayed history: a linear model, scored as a distribution.

Weights of the history's last items, which fall with the steps back, times the rows of a ridge
regression of the next item on such histories. It is EASE (Steck 2019,
https://arxiv.org/abs/1905.03375) with the order of events in place of the bag of items.
"""

import math
from pathlib import Path
from typing import NamedTuple, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.recipes import artefact

NAME = "next-item-ridge"

LASTING = np.ones(1, np.float32)
"""For `fading`: what happened counts alike however many days ago."""
_DAY = 86_400
_MOST_DAYS = 2**30
"""What lies between two of them fits 32 bits."""
_LEAST = np.float32(1e-9)
"""Added to probabilities of which a logarithm is taken."""


class Recent(NamedTuple):
    """What of a history counts, newest first."""

    items: NDArray[np.int32]
    """`[steps]` a run of events with one item as one."""
    weights: NDArray[np.float32]
    """`[steps]` what each counts."""

    def among(self, count: int) -> "Recent":
        """Only the first `count` items of the catalogue."""
        known = self.items < count
        return Recent(self.items[known], self.weights[known])


class RidgeModel(msgspec.Struct, frozen=True, kw_only=True):
    """Sparse rows of the regression, blended with popularity."""

    items: IdIndex
    shares: NDArray[np.float32]
    """`[items]` popularity, summing to 1."""
    row_of: NDArray[np.int32]
    """`[items]` an item's row below, or -1 for one known by popularity alone."""
    columns: NDArray[np.int32]
    """`[rows, kept]` codes of the items that an item points to."""
    values: NDArray[np.float16]
    """`[rows, kept]`"""
    mass: NDArray[np.float32]
    """`[rows]` what the regression knows of each row's item: the diagonal of H'H plus the ridge."""
    decay: NDArray[np.float32]
    """`[length]` weight of an item by steps back."""
    popularity_share: float
    """The part of the answer that is popularity, 0 to 1."""
    fading: NDArray[np.float32] = LASTING
    """`[days]` by what that weight is multiplied after so many days; the last entry stands for all
    beyond."""

    def personal(
        self,
        history: NDArray[np.int32],
        times: NDArray[np.int64] | None = None,
        now: float = float("nan"),
    ) -> NDArray[np.float32]:
        """`[items]` what the history alone says: no value below 0, sum 1, or all 0.

        A run of events with one item is one step, as in training. `times` as in `Query`; without
        them nothing fades.
        """
        return self.personal_of(self.recent(history, times, now))

    def personal_of(self, recent: Recent) -> NDArray[np.float32]:
        """`[items]` as `personal`."""
        return distribution(self.totals(recent, len(self.items)))

    def totals(self, recent: Recent, size: int) -> NDArray[np.float32]:
        """`[size]` the sum of the items' rows by their weights; nothing beyond the items."""
        rows = self.row_of[recent.items]
        known = rows >= 0
        rows = rows[known]
        # Half precision turns into double at twice the speed of single, and double is counted in.
        weighted = self.values[rows] * recent.weights[known].astype(np.float64)[:, None]
        totals = np.bincount(self.columns[rows].ravel(), weighted.ravel(), size)
        return totals.astype(np.float32)

    def recent(
        self,
        history: NDArray[np.int32],
        times: NDArray[np.int64] | None = None,
        now: float = float("nan"),
    ) -> Recent:
        """What of the history counts; where the time of the request is not known, at that of the
        last event.
        """
        kept = first_of_runs(history)[: -len(self.decay) - 1 : -1]
        weights = self.decay[: len(kept)].copy()
        if times is not None and len(kept) and len(self.fading) > 1:
            asked = times[-1] if math.isnan(now) else now
            weights *= self.faded(days_of(np.array([asked])) - days_of(times[kept]))
        return Recent(history[kept], weights)

    def faded(self, days: NDArray[np.int32]) -> NDArray[np.float32]:
        """What is left of a weight after so many days, for each of `days`."""
        return self.fading.take(days, mode="clip")

    def log_probabilities(
        self, personal: NDArray[np.float32], shares: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """`[items]` of what `personal` gave and the share of popularity; of popularity alone where
        the history says nothing. Items seen are not lowered. `shares` are newer ones, if any.
        """
        popular = self.shares if shares is None else shares
        share = np.float32(self.popularity_share if personal.any() else 1.0)
        mixed = personal * (1 - share)
        mixed += popular * share
        mixed += _LEAST
        np.log(mixed, out=mixed)
        return mixed

    def save(self, folder: Path) -> None:
        """Write the arrays beside the ids."""
        names = ("shares", "row_of", "columns", "values", "mass", "decay", "fading")
        settings = {"popularity_share": self.popularity_share}
        arrays = {name: getattr(self, name) for name in names}
        artefact.save(folder, NAME, self.items, arrays, settings)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, settings = artefact.load(folder, NAME)
        return cls(
            items=items,
            shares=arrays["shares"],
            row_of=arrays["row_of"],
            columns=arrays["columns"],
            values=arrays["values"],
            mass=arrays["mass"],
            decay=arrays["decay"],
            fading=arrays["fading"],
            popularity_share=settings["popularity_share"],
        )


def days_of(times: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.int32]:
    """The day of each time, counted from the epoch's in UTC; 2^30 for one beyond."""
    return np.clip(times // _DAY, -_MOST_DAYS, _MOST_DAYS).astype(np.int32)


def first_of_runs(history: NDArray[np.int32]) -> NDArray[np.int64]:
    """The rows at which runs of one item begin, oldest first."""
    begins = np.ones(len(history), np.bool_)
    begins[1:] = history[1:] != history[:-1]
    return np.flatnonzero(begins)


def distribution(totals: NDArray[np.float32]) -> NDArray[np.float32]:
    """`totals` themselves, made to sum 1 without what is below 0; all 0 where nothing is above."""
    np.maximum(totals, 0, out=totals)
    total = totals.sum()
    if total:
        totals /= total
    return totals
