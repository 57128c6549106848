"""A recipe of one's own: what is popular, where an event counts half as much after some days."""

from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.recipes import artefact, hyperparameters
from aisle.recipes.base import Config, Progress, Query, RecipeType, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.hyperparameters import Hyperparameter, Number

NAME = "fading-popularity"


class FadingModel(msgspec.Struct, frozen=True):
    """The share of each item in the events that are left."""

    items: IdIndex
    shares: NDArray[np.float32]

    def score(self, query: Query) -> NDArray[np.float32]:
        """The same for every user; minus infinity for what the user had already."""
        scores = self.shares.copy()
        scores[query.history] = -np.inf
        return scores

    def save(self, folder: Path) -> None:
        artefact.save(folder, NAME, self.items, {"shares": self.shares})

    @classmethod
    def load(cls, folder: Path) -> Self:
        items, arrays, _ = artefact.load(folder, NAME)
        return cls(items, arrays["shares"])


class FadingRecipe(Declaration, frozen=True, kw_only=True):
    """Counts events, the newest one in full."""

    recipe_type: RecipeType = RecipeType.USER_PERSONALIZATION
    declared: tuple[Hyperparameter, ...] = (
        Number("half_life_days", 30.0, 0.01, 3650.0, tunable=(1.0, 365.0)),
    )
    model_name: str = NAME
    model_type: type[FadingModel] = FadingModel

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> FadingModel:
        """Raises ValueError where a hyperparameter is refused."""
        del start
        days = hyperparameters.parse(self.declared, config.hyperparameters)["half_life_days"]
        events = data.interactions
        age = (events.timestamp.max(initial=0) - events.timestamp) / 86_400
        weights = 0.5 ** (age / float(days))
        counts = np.bincount(events.item, weights, minlength=len(events.items))
        progress(1.0, "counted")
        return FadingModel(events.items, (counts / max(counts.sum(), 1e-9)).astype(np.float32))


RECIPE = FadingRecipe(name="own-fading", description="Recommends what is popular of late.")
