"""What is trending: the items that users turn to faster and faster, then those popular of late.

https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-trending-now.html
"""

import time
from pathlib import Path
from typing import Any, ClassVar, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.recipes import artefact, hyperparameters
from aisle.recipes.base import Config, Progress, Query, RecipeType, StreamedEvents, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.encounters import Encounters
from aisle.recipes.growth import Rates, no_later, nothing
from aisle.recipes.hyperparameters import Choice
from aisle.recipes.popularity import grown, unique_users

NAME = "rate-of-growth"
FREQUENCY = "trend_discovery_frequency"
_SECONDS = {
    "30 minutes": 1800,
    "1 hour": 3600,
    "2 hours": 7200,
    "3 hours": 10_800,
    "1 day": 86_400,
}
FEATURES = (Choice(FREQUENCY, "2 hours", tuple(_SECONDS)),)
_LATELY, _EVER = 1e-4, 1e-6
"""What popularity of late, and ever, weigh beside growth: they order what does not grow."""


def visits(data: Interactions, period: float) -> NDArray[np.bool_]:
    """`[events]` those that count: a user's with an item, a period or more after the last one."""
    keys = data.user_of_rows() * np.int64(max(len(data.items), 1)) + data.item
    order = np.lexsort((data.timestamp, keys))
    same = np.diff(keys[order]) == 0
    near = np.diff(data.timestamp[order]) < period
    counts = np.ones(len(data), np.bool_)
    counts[order[1:]] = ~(same & near)
    return counts


def _scores(rates: Rates, users: NDArray[np.int64], now: float) -> NDArray[np.float32]:
    grows = np.maximum(rates.growth(now) - 1, 0)
    popular = _LATELY * _share(rates.long) + _EVER * _share(users)
    return np.asarray(_share(grows + popular), np.float32)


def _share(counts: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(counts / (counts.sum() or 1.0), np.float64)


class TrendModel(msgspec.Struct, frozen=True):
    """Rates as they were at the newest event."""

    reads_traits: ClassVar[bool] = False

    items: IdIndex
    rates: Rates
    users: NDArray[np.int64]
    """`[items]` unique users of each."""

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[items]` as of the query's time, whoever asks; they sum to 1."""
        return _scores(self.rates, self.users, query.now)

    def save(self, folder: Path) -> None:
        """Write the counts beside the ids."""
        arrays = {"short": self.rates.short, "long": self.rates.long, "users": self.users}
        settings = {"period": self.rates.period, "moment": self.rates.moment}
        artefact.save(folder, NAME, self.items, arrays, settings)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, settings = artefact.load(folder, NAME)
        rates = Rates(arrays["short"], arrays["long"], settings["period"], settings["moment"])
        return cls(items, rates, arrays["users"])


class LiveTrend:
    """The model's counts, which go on with the events that come."""

    def __init__(self, model: TrendModel, encounters: Encounters) -> None:
        self._rates = model.rates
        self._users = np.array(model.users, np.int64)
        self._encounters = encounters

    def absorb(self, events: StreamedEvents) -> None:
        """Count visits. An event that says it is yet to come is one of now."""
        times = np.minimum(events.time, time.time())
        triples = zip(events.users, events.item.tolist(), times.tolist(), strict=True)
        before = np.array([self._encounters.meet(*triple) for triple in triples], np.float64)
        counts = times - before >= self._rates.period
        self._rates = self._rates.counting(events.item[counts], times[counts], events.known)
        self._users = grown(self._users, events.known)
        np.add.at(self._users, events.item[np.isinf(before)], 1)

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[known]` as the model's."""
        return _scores(self._rates, self._users, query.now)


class TrendingRecipe(Declaration, frozen=True, kw_only=True):
    """The interval in which trends are to be discovered is the short window's half-life."""

    recipe_type: RecipeType = RecipeType.USER_PERSONALIZATION
    features: tuple[Choice, ...] = FEATURES
    model_name: str = NAME
    learns_runs: bool = True

    @property
    def model_type(self) -> type[TrendModel]:
        """What `fit` returns."""
        return TrendModel

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> TrendModel:
        """Count over all users; the seed plays no part."""
        del start
        events = data.interactions
        self.check(config.hyperparameters)
        chosen = hyperparameters.parse(self.features, config.features)
        progress(0.0, "counting visits of late")
        period = float(_SECONDS[str(chosen[FREQUENCY])])
        counts = visits(events, period)
        times = no_later(events.timestamp[counts], time.time()).astype(np.float64)
        rates = nothing(len(events.items), period)
        rates = rates.counting(events.item[counts], times, len(events.items))
        return TrendModel(events.items, rates, unique_users(events))

    def live(self, model: TrendModel, histories: Interactions) -> LiveTrend:
        """The same counts, which go on."""
        return LiveTrend(model, Encounters(histories, self.event_type))
