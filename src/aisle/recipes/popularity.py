"""Popularity: the share of unique users who interacted with each item.

Where events have weights a user counts by the heaviest of theirs with the item, as a run of events
does in a sequence.
"""

from pathlib import Path
from typing import Any, ClassVar, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.distinct import distinct
from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.recipes import artefact
from aisle.recipes.base import Config, Progress, Query, RecipeType, StreamedEvents, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.encounters import Encounters

Counts = NDArray[np.int64 | np.float64]
"""Whole numbers where events have no weights."""


def distinct_pairs(data: Interactions) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """`[pairs]` users and items of the distinct (user, item) pairs, by user, then item."""
    width = max(len(data.items), 1)
    keys = distinct(data.user_of_rows() * np.int64(width) + data.item)
    users, items = np.divmod(keys, width)
    return users.astype(np.int32), items.astype(np.int32)


def unique_users(data: Interactions) -> NDArray[np.int64]:
    """`[items]` how many users interacted with each item."""
    from aisle.recipes import kernels  # noqa: PLC0415 - serving must not import Numba

    return kernels.unique_users(np.asarray(data.offsets), np.asarray(data.item), len(data.items))


def heaviest(
    keys: NDArray[np.int64], weight: NDArray[np.float32] | None
) -> tuple[NDArray[np.int64], NDArray[np.float32] | None]:
    """`[distinct]` the keys of events, ascending, and the greatest weight of each one's events."""
    if weight is None or not len(keys):
        return distinct(keys), weight
    order = np.argsort(keys, kind="stable")
    first = np.flatnonzero(np.diff(keys[order], prepend=keys[order[0]] - 1))
    return keys[order[first]], np.maximum.reduceat(weight[order], first)


def weighed_users(data: Interactions) -> Counts:
    """`[items]` the users of each item, by their heaviest events with it."""
    if data.weight is None:
        return unique_users(data)
    width = max(len(data.items), 1)
    pairs, weight = heaviest(data.user_of_rows() * np.int64(width) + data.item, data.weight)
    return np.bincount(pairs % width, weight, len(data.items))


def popularity(data: Interactions) -> NDArray[np.float32]:
    """`[items]` users of each item, scaled to sum to 1 (all zero without an event)."""
    return _shares(weighed_users(data))


def _shares(users: Counts) -> NDArray[np.float32]:
    return np.asarray(users / (users.sum() or 1), np.float32)


class PopularityModel(msgspec.Struct, frozen=True):
    """The same answer for everybody."""

    reads_traits: ClassVar[bool] = False

    items: IdIndex
    users: Counts
    """`[items]` unique users of each, or the sum of what they count."""

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
        """`encounters` tell of weights."""
        self._users: Counts = np.array(model.users)
        self._encounters = encounters

    def absorb(self, events: StreamedEvents) -> None:
        """Count users who meet an item for the first time, or in a way that weighs more."""
        weight = np.ones(len(events)) if events.weight is None else events.weight
        triples = zip(events.users, events.item.tolist(), weight.tolist(), strict=True)
        before = np.array([self._encounters.meet(*triple) for triple in triples], np.float64)
        more = np.maximum(weight - np.maximum(before, 0), 0).astype(self._users.dtype)
        self._users = grown(self._users, events.known)
        np.add.at(self._users, events.item, more)

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[known]` as the model's."""
        del query
        return _shares(self._users)


def grown(array: NDArray[Any], length: int) -> NDArray[Any]:
    """The same values, and zeros from there up to a length."""
    more = length - len(array)
    return np.concatenate([array, np.zeros(more, array.dtype)]) if more > 0 else array


class PopularityRecipe(Declaration, frozen=True, kw_only=True):
    """Counts unique users, over all events or those of one type, by the weights that events have;
    there is nothing to set.
    """

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
        return PopularityModel(data.interactions.items, weighed_users(data.interactions))

    def live(self, model: PopularityModel, histories: Interactions) -> LivePopularity:
        """The same counts, which go on."""
        weight = histories.weight
        if weight is None:
            weight = np.broadcast_to(np.float32(1), len(histories))
        return LivePopularity(model, Encounters(histories, self.event_type, of=weight))
