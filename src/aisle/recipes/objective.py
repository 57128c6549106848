"""An objective beside relevance: items of which a numerical attribute is high come first.

https://docs.aws.amazon.com/personalize/latest/dg/optimizing-solution-for-objective.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.evaluation.splits import Split
from aisle.recipes.base import Live, Model, Query, Recipe, StreamedEvents, reads_traits

METRIC = "average_rewards_at_k"
"""The service's name of what lists gain of the attribute."""
STRENGTH: Mapping[str, float] = {"OFF": 0.0, "LOW": 0.05, "MEDIUM": 0.12, "HIGH": 0.25}
"""By `objectiveSensitivity`: an item one spread above the middle counts e to the power of this."""
_SPREAD = 1.349
"""Quartiles of a normal distribution are this many standard deviations apart."""
_FARTHEST = 2.0


class Objective(msgspec.Struct, frozen=True):
    """Which column of the Items dataset is to be high, and how much that counts."""

    attribute: str
    sensitivity: str = "OFF"

    def values(self, items: IdIndex, catalogue: Catalogue) -> NDArray[np.float64]:
        """`[items]` the attribute, NaN where an item has none."""
        column = catalogue.number(self.attribute)
        if column is None:
            return np.full(len(items), np.nan)
        rows = np.array([catalogue.code(item_id) for item_id in items], np.int64)
        return np.where(rows < 0, np.nan, column.numbers[rows])

    def weights(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        """`[items]` what to multiply each probability by; 1 for an item without a value."""
        known = values[np.isfinite(values)]
        if not len(known):
            return np.ones(len(values), np.float32)
        low, middle, high = np.percentile(known, [25, 50, 75])
        spread = (high - low) / _SPREAD or known.std() or 1.0
        away = np.clip(np.nan_to_num((values - middle) / spread), -_FARTHEST, _FARTHEST)
        weights: NDArray[np.float32] = np.exp(STRENGTH[self.sensitivity] * away).astype(np.float32)
        return weights


class WeighedModel(msgspec.Struct, frozen=True):
    """A model whose probabilities are multiplied by weights of the items."""

    plain: Model
    weights: NDArray[np.float32]
    """`[items]`"""

    @property
    def items(self) -> IdIndex:
        """Those of the plain model."""
        return self.plain.items

    @property
    def reads_traits(self) -> bool:
        """As the plain model."""
        return reads_traits(self.plain)

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[items]` probabilities that sum to 1 again."""
        scores = self.plain.score(query) * self.weights
        total = scores.sum(where=np.isfinite(scores))
        return scores / total if total > 0 else scores

    def save(self, folder: Path) -> None:
        """The plain model's files, and the weights beside them."""
        self.plain.save(folder)
        np.save(folder / _FILE, self.weights)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Refused: only what loads the plain model knows its class; see `weighed`."""
        raise TypeError(f"{folder}: load the plain model, and give it to weighed().")


class WeighedLive(msgspec.Struct, frozen=True):
    """A model's companion whose answers are weighed as the model's are."""

    plain: Live
    weights: NDArray[np.float32]

    def absorb(self, events: StreamedEvents) -> None:
        """Left to the plain one."""
        self.plain.absorb(events)

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[known]` probabilities that sum to 1; items that came after the training weigh 1."""
        scores = self.plain.score(query)
        scores[: len(self.weights)] *= self.weights
        total = scores.sum(where=np.isfinite(scores))
        return scores / total if total > 0 else scores


def live_of(recipe: Recipe, model: Model, histories: Interactions) -> Live | None:
    """The companion that the recipe has for a model, weighed or not."""
    if not isinstance(model, WeighedModel):
        return recipe.live(model, histories)
    plain = recipe.live(model.plain, histories)
    return None if plain is None else WeighedLive(plain, model.weights)


_FILE = "objective.npy"


def weighed(model: Model, folder: Path) -> Model:
    """A model loaded from a folder, with the weights that `save` may have written there."""
    if not (folder / _FILE).exists():
        return model
    return WeighedModel(model, np.asarray(np.load(folder / _FILE, mmap_mode="r")))


def average_rewards(ranked: NDArray[np.int32], split: Split, values: NDArray[np.float64]) -> float:
    """The share of the attribute's total over a user's truth that the user's list finds, on
    average over the users whose truth has any. Values below 0 and missing ones count as 0.
    """
    gains = np.maximum(np.nan_to_num(values), 0.0)
    shares = []
    for row, user in zip(ranked, split.users, strict=True):
        truth = np.unique(split.truth.item[split.truth.rows_of(user)])
        if (total := gains[truth].sum()) > 0:
            shares.append(gains[np.intersect1d(row, truth)].sum() / total)
    return round(float(np.mean(shares)), 4) if shares else 0.0
