"""How much popularity and freshness weigh in an answer, where a campaign says so.

https://docs.aws.amazon.com/personalize/latest/dg/API_CampaignConfig.html
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aisle.recipes.deployable import Deployable
from aisle.serving.answer_space import AnswerSpace
from aisle.serving.exploration import created

_HALF_LIFE = 30 * 86_400.0
"""Seconds in which an item loses half its freshness."""


def influenced(
    deployed: Deployable,
    space: AnswerSpace,
    config: Mapping[str, Any],
    scores: NDArray[np.float32],
) -> NDArray[np.float32]:
    """`[space]` the scores, popularity and freshness, each as a share of its highest value.

    `rankingInfluence` gives POPULARITY and FRESHNESS a weight between 0 and 1 each, beside the
    scores' own of 1. What cannot be recommended (minus infinity) stays so.
    """
    influence = config.get("rankingInfluence") or {}
    popularity = float(influence.get("POPULARITY", 0.0))
    freshness = float(influence.get("FRESHNESS", 0.0))
    if not popularity and not freshness:
        return scores
    events = np.zeros(len(space))
    events[space.of_model[: len(deployed.events)]] = deployed.events
    ages = np.maximum(deployed.newest - created(deployed, space), 0.0)
    together = (
        _share(np.where(np.isfinite(scores), scores, 0.0))
        + popularity * _share(events)
        + freshness * 2.0 ** (-ages / _HALF_LIFE)
    )
    return np.where(np.isfinite(scores), together, scores).astype(np.float32)


def _share(values: NDArray[Any]) -> NDArray[np.float64]:
    highest = float(values.max(initial=0.0))
    return values / highest if highest > 0 else np.zeros(len(values))
