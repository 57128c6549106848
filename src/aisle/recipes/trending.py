"""What is trending: popularity of late, an event's weight halving with each interval."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes import hyperparameters
from aisle.recipes.base import Config, Progress, RecipeType, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.hyperparameters import Choice
from aisle.recipes.popularity import PopularityModel, popularity

NAME = "decayed-popularity"
FREQUENCY = "trend_discovery_frequency"
_SECONDS = {
    "30 minutes": 1800,
    "1 hour": 3600,
    "2 hours": 7200,
    "3 hours": 10_800,
    "1 day": 86_400,
}
FEATURES = (Choice(FREQUENCY, "2 hours", tuple(_SECONDS)),)
_FALLBACK = 0.01
"""The part of the answer that is popularity over all time: it orders what nobody had of late."""


def decayed(data: Interactions, half_life: float) -> NDArray[np.float32]:
    """`[items]` users of each item, a user counting 0.5 ^ (age of the user's last event with it /
    half-life), scaled to sum to 1; ages count from the newest event of all.
    """
    width = max(len(data.items), 1)
    keys = data.user_of_rows() * np.int64(width) + data.item
    order = np.lexsort((data.timestamp, keys))
    last = order[np.append(np.diff(keys[order]) != 0, True)] if len(order) else order
    ages = data.timestamp.max(initial=0) - data.timestamp[last]
    weights = np.exp2(-ages / half_life)
    totals = np.bincount(data.item[last], weights, len(data.items))
    return np.asarray(totals / (totals.sum() or 1.0), np.float32)


class TrendingRecipe(Declaration, frozen=True, kw_only=True):
    """The half-life is the interval in which trends are to be discovered."""

    recipe_type: RecipeType = RecipeType.USER_PERSONALIZATION
    features: tuple[Choice, ...] = FEATURES
    model_name: str = NAME

    @property
    def model_type(self) -> type[PopularityModel]:
        """What `fit` returns."""
        return PopularityModel

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> PopularityModel:
        """Count over all users; the seed plays no part."""
        del start
        events = data.interactions
        self.check(config.hyperparameters)
        chosen = hyperparameters.parse(self.features, config.features)
        progress(0.0, "counting users of late")
        recent = decayed(events, _SECONDS[str(chosen[FREQUENCY])])
        shares = recent * np.float32(1 - _FALLBACK) + popularity(events) * np.float32(_FALLBACK)
        return PopularityModel(events.items, shares)
