"""Popularity: the share of unique users who interacted with each item."""

from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.recipes import artefact
from aisle.recipes.base import Config, Progress, Query, RecipeType, StreamedEvents, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.encounters import NEVER, Encounters


def distinct_pairs(data: Interactions) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """`[pairs]` users and items of the distinct (user, item) pairs, by user, then item."""
    width = max(len(data.items), 1)
    keys = np.unique(data.user_of_rows() * np.int64(width) + data.item)
    users, items = np.divmod(keys, width)
    return users.astype(np.int32), items.astype(np.int32)


def unique_users(data: Interactions) -> NDArray[np.int64]:
    """`[items]` how many users interacted with each item."""
    _, items = distinct_pairs(data)
    return np.bincount(items, minlength=len(data.items))


def popularity(data: Interactions) -> NDArray[np.float32]:
    """`[items]` unique users of each item, scaled to sum to 1 (all zero without an event)."""
    return _shares(unique_users(data))


def _shares(users: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.asarray(users / max(int(users.sum()), 1), np.float32)


class PopularityModel(msgspec.Struct, frozen=True):
    """The same answer for everybody."""

    items: IdIndex
    users: NDArray[np.int64]
    """`[items]` unique users of each."""

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[items]` each item's share of all users' items, whoever asks."""
        del query
        return _shares(self.users)

    def save(self, folder: Path) -> None:
        """Write `users` beside the ids."""
        artefact.save(folder, "unique-users", self.items, {"users": self.users})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, _ = artefact.load(folder, "unique-users")
        return cls(items, arrays["users"])


class LivePopularity:
    """The model's counts and those of the users who came since, each once an item."""

    def __init__(self, model: PopularityModel, encounters: Encounters) -> None:
        self._users = np.array(model.users, np.int64)
        self._encounters = encounters

    def absorb(self, events: StreamedEvents) -> None:
        """Count users who meet an item for the first time."""
        meet = self._encounters.meet
        triples = zip(events.users, events.item.tolist(), events.time.tolist(), strict=True)
        first = [item for user, item, time in triples if meet(user, item, time) == NEVER]
        self._users = grown(self._users, events.known)
        np.add.at(self._users, np.array(first, np.int64), 1)

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[known]` as the model's."""
        del query
        return _shares(self._users)


def grown(array: NDArray[Any], length: int) -> NDArray[Any]:
    """The same values, and zeros from there up to a length."""
    more = length - len(array)
    return np.concatenate([array, np.zeros(more, array.dtype)]) if more > 0 else array


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
        self.check(config.hyperparameters)
        progress(0.0, "counting users")
        return PopularityModel(data.interactions.items, unique_users(data.interactions))

    def live(self, model: PopularityModel, histories: Interactions) -> LivePopularity:
        """The same counts, which go on."""
        return LivePopularity(model, Encounters(histories, self.event_type))
