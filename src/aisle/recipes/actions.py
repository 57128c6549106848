"""The next best action: how likely a user is to take each action, from rates with shrinkage."""

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
from aisle.recipes.hyperparameters import Hyperparameter, Whole

NAME = "action-propensity"
TAKEN = "taken"
DECLARED: tuple[Hyperparameter, ...] = (Whole("action_optimization_period", 14, 7, 28),)

_LEAST_OF_EACH = 50
_PRIOR_EVENTS = 20.0
"""Events with the average rate that every action is given on top of its own."""
_USER_PRIOR = 5.0
"""Events of an average user that every user is given on top of their own."""


def rates(item: NDArray[np.int32], positive: NDArray[np.bool_], count: int) -> NDArray[np.float32]:
    """`[count]` the share of an action's events in which it was taken, drawn to that of all."""
    events = np.bincount(item, minlength=count)
    taken = np.bincount(item, positive.astype(np.float64), count)
    overall = positive.mean() if len(positive) else 0.0
    return np.asarray((taken + _PRIOR_EVENTS * overall) / (events + _PRIOR_EVENTS), np.float32)


class ActionModel(msgspec.Struct, frozen=True):
    """Each action's rate, tilted by how readily the user takes actions, and this one."""

    items: IdIndex
    """The actions."""
    rates: NDArray[np.float32]
    """`[actions]`; all 0 where the events were too few to say."""

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[actions]` propensities between 0 and 1.

        The odds of every action are multiplied by the user's ratio of actions taken to those
        expected; the user's own events with an action then weigh in against that.
        """
        if query.positive is None or not len(query.history) or not self.rates.any():
            return self.rates.copy()
        expected = self.rates[query.history].sum() + _USER_PRIOR
        ratio = (query.positive.sum() + _USER_PRIOR) / expected
        tilted = self.rates * ratio / (1 - self.rates + self.rates * ratio)
        count = len(self.items)
        events = np.bincount(query.history, minlength=count)
        taken = np.bincount(query.history, query.positive.astype(np.float64), count)
        return np.asarray((taken + _USER_PRIOR * tilted) / (events + _USER_PRIOR), np.float32)

    def save(self, folder: Path) -> None:
        """Write the rates beside the ids."""
        artefact.save(folder, NAME, self.items, {"rates": self.rates})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, _ = artefact.load(folder, NAME)
        return cls(items, arrays["rates"])


class ActionRecipe(Declaration, frozen=True, kw_only=True):
    """Learns from the events of the last optimisation periods, as many as carry its weight.

    Every propensity is 0 while there are fewer than 50 events in which an action was taken, or
    fewer than 50 in which it was not taken or only viewed.
    """

    recipe_type: RecipeType = RecipeType.PERSONALIZED_ACTIONS
    declared: tuple[Hyperparameter, ...] = DECLARED
    learns_from: str = "ACTION_INTERACTIONS"
    shows_scores: bool = True
    model_name: str = NAME

    @property
    def model_type(self) -> type[ActionModel]:
        """What `fit` returns."""
        return ActionModel

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> ActionModel:
        """Count; `item` of the data are the actions."""
        del start
        events = data.interactions
        self.check(config.hyperparameters)
        progress(0.0, "counting actions")
        positive = taken(events)
        count = len(events.items)
        if min(np.count_nonzero(positive), np.count_nonzero(~positive)) < _LEAST_OF_EACH:
            return ActionModel(events.items, np.zeros(count, np.float32))
        return ActionModel(events.items, rates(events.item, positive, count))


def taken(data: Interactions) -> NDArray[np.bool_]:
    """`[events]` whether the action was taken."""
    kinds = np.array([kind == TAKEN for kind in data.event_types], np.bool_)
    return kinds[data.event_type] if len(kinds) else np.zeros(len(data), np.bool_)
