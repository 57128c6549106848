"""Popularity: the share of unique users who interacted with each item."""

from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.recipes import artefact
from aisle.recipes.base import Config, Progress, Query, RecipeType, TrainingData
from aisle.recipes.declaration import Declaration


def distinct_pairs(data: Interactions) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """`[pairs]` users and items of the distinct (user, item) pairs, by user, then item."""
    width = max(len(data.items), 1)
    keys = np.unique(data.user_of_rows() * np.int64(width) + data.item)
    users, items = np.divmod(keys, width)
    return users.astype(np.int32), items.astype(np.int32)


def popularity(data: Interactions) -> NDArray[np.float32]:
    """`[items]` unique users of each item, scaled to sum to 1 (all zero without an event)."""
    _, items = distinct_pairs(data)
    counts = np.bincount(items, minlength=len(data.items))
    return np.asarray(counts / max(counts.sum(), 1), np.float32)


class PopularityModel(msgspec.Struct, frozen=True):
    """The same answer for everybody."""

    items: IdIndex
    shares: NDArray[np.float32]
    """`[items]`"""

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[items]` the shares, whoever asks."""
        del query
        return self.shares.copy()

    def save(self, folder: Path) -> None:
        """Write `shares` beside the ids."""
        artefact.save(folder, "popularity", self.items, {"shares": self.shares})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, _ = artefact.load(folder, "popularity")
        return cls(items, arrays["shares"])


class PopularityRecipe(Declaration, frozen=True, kw_only=True):
    """Counts unique users, over all events or those of one type; there is nothing to set."""

    recipe_type: RecipeType = RecipeType.USER_PERSONALIZATION
    model_name: str = "popularity"

    @property
    def model_type(self) -> type[PopularityModel]:
        """What `fit` returns."""
        return PopularityModel

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> PopularityModel:
        """Count."""
        del start
        events = data.interactions
        self.check(config.hyperparameters)
        progress(0.0, "counting users")
        return PopularityModel(events.items, popularity(events))
