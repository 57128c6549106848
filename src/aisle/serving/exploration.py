"""Exploration: new items take some of the places, so that somebody gets to see them.

An item is new where it stands in the Items dataset, has fewer than 10 events and is younger than
the deployment's `explorationItemAgeCutOff` (days, by CREATION_TIMESTAMP, else by its first event,
else new), counted back from the newest event that the model has learnt from. Each place goes to a
new item with the probability of a third of `explorationWeight`; which one is drawn by its score.

Those who see a new item first are to be those who may want it. It takes part in an answer with the
probability of the cube of its appeal, 1 at most: what it scores for this user beside what it scores
for all users taken together, both as a share of the mean of what the model knows.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aisle.evaluation.ranking import top
from aisle.recipes.deployable import Deployable
from aisle.serving.answer_space import AnswerSpace
from aisle.serving.arranging import Positions, interleaved
from aisle.serving.newcomers import placed

_WEIGHT, _CUT_OFF = 0.3, 30.0
_FEW = 10
_DAY = 86_400.0
_PLACES = 1 / 3
_MOST_KEPT = 16


def explored(
    deployed: Deployable,
    space: AnswerSpace,
    config: Mapping[str, Any],
    scores: NDArray[np.float32],
    *,
    places: int,
    chance: np.random.Generator,
) -> NDArray[np.int64]:
    """Positions of the new items that take places among so many, drawn for this answer.

    `scores` `[space]` of minus infinity take no part; `config` is the deployment's.
    """
    given = config.get("itemExplorationConfig") or {}
    weight = float(given.get("explorationWeight", _WEIGHT))
    if weight <= 0:
        return np.empty(0, np.int64)
    few = _few(deployed, space)
    youngest = deployed.newest - float(given.get("explorationItemAgeCutOff", _CUT_OFF)) * _DAY
    able = np.isfinite(scores[few]) & (created(deployed, space)[few] >= youngest)
    able[able] = chance.random(int(able.sum())) < _appeal(deployed, space, scores, few[able]) ** 3
    candidates = few[able]
    wanted = min(int(chance.binomial(places, weight * _PLACES)), len(candidates))
    if not wanted:
        return candidates[:0]
    floor = np.finfo(np.float32).tiny
    keys = np.log(np.maximum(scores[candidates], floor)) + chance.gumbel(size=len(candidates))
    return candidates[np.argsort(-keys)[:wanted]]


def best_and_new(
    deployed: Deployable,
    space: AnswerSpace,
    config: Mapping[str, Any],
    scores: NDArray[np.float32],
    *,
    places: int,
    chance: np.random.Generator,
) -> tuple[Positions, Positions]:
    """So many positions, and which of them are new items that take places of the best.

    As `explored`; a recipe that does not explore has only the best.
    """
    fresh = np.empty(0, np.int64)
    if deployed.recipe.explores:
        fresh = explored(deployed, space, config, scores, places=places, chance=chance)
    others = scores.copy()
    others[fresh] = -np.inf
    best = top(others, places - len(fresh)).astype(np.int64)
    return interleaved(best, fresh, chance), fresh


def _appeal(
    deployed: Deployable, space: AnswerSpace, scores: NDArray[np.float32], rows: Positions
) -> NDArray[np.float64]:
    """`[rows]` how much more than others this user wants each, 1 where there is nothing to tell."""
    able = np.isfinite(scores[space.of_model])
    own, usual = (_lift(space, one, rows, able) for one in (scores, _usual(deployed, space)))
    told = (own > 0) | (usual > 0)
    appeal = np.divide(own, usual, out=np.full(len(rows), np.inf), where=usual > 0)
    return np.where(told, appeal, 1.0)


def _lift(
    space: AnswerSpace, scores: NDArray[np.float32], rows: Positions, able: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """`[rows]` the scores beside the mean of what the model knows and is `able` to be answered."""
    known = scores[space.of_model][able]
    mean = float(known.sum()) / max(len(known), 1)
    return scores[rows].astype(np.float64) / mean if mean > 0 else np.zeros(len(rows))


@lru_cache(_MOST_KEPT)
def _usual(deployed: Deployable, space: AnswerSpace) -> NDArray[np.float32]:
    """`[space]` what all users taken together would be answered: by the number of events."""
    events = np.zeros(len(space.of_model), np.float32)
    events[: len(deployed.events)] = deployed.events
    return placed(space, events, shares=False)


@lru_cache(_MOST_KEPT)
def _few(deployed: Deployable, space: AnswerSpace) -> NDArray[np.int64]:
    """Rows of the items with few events."""
    events = np.zeros(len(space), np.int64)
    events[space.of_model[: len(deployed.events)]] = deployed.events
    return np.flatnonzero(events[: len(space.catalogue)] < _FEW)


@lru_cache(_MOST_KEPT)
def created(deployed: Deployable, space: AnswerSpace) -> NDArray[np.float64]:
    """`[space]` epoch seconds from which an item's age counts."""
    created = np.full(len(space), float(deployed.newest))
    created[space.of_model[: len(deployed.first_seen)]] = deployed.first_seen
    column = space.catalogue.number("CREATION_TIMESTAMP")
    if column is not None:
        said = ~np.isnan(column.numbers)
        created[: len(said)][said] = column.numbers[said]
    return created
