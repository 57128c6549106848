"""How popularity and freshness weigh in where a campaign says so."""

from typing import cast

import numpy as np
import pytest

from aisle.recipes.deployable import Deployable
from aisle.serving.influence import influenced
from tests.serving.catalogues import space_of
from tests.serving.test_exploration import DAY, NEWEST, Learnt

SPACE = space_of(
    ["old", "fresh", "known"],
    {"old": {"CREATION_TIMESTAMP": NEWEST - 300 * DAY}, "fresh": {"CREATION_TIMESTAMP": NEWEST}},
)
LEARNT = cast("Deployable", Learnt(np.array([40, 10, 20]), np.full(3, NEWEST - 30 * DAY)))
SCORES = np.array([0.2, 0.4, -np.inf], np.float32)


def weighed(**influence: float) -> list[float]:
    """The scores of old, fresh and known."""
    found = influenced(LEARNT, SPACE, {"rankingInfluence": influence}, SCORES)
    return [float(score) for score in found]


def test_without_an_influence_the_scores_stay() -> None:
    assert influenced(LEARNT, SPACE, {}, SCORES) is SCORES


def test_popularity_adds_its_share_of_the_most_popular() -> None:
    assert weighed(POPULARITY=1.0)[:2] == pytest.approx([0.5 + 1.0, 1.0 + 0.25])


def test_freshness_halves_in_thirty_days() -> None:
    assert weighed(FRESHNESS=0.5)[:2] == pytest.approx([0.5 + 0.5 * 2.0**-10, 1.0 + 0.5])


def test_what_cannot_be_recommended_stays_so() -> None:
    assert weighed(POPULARITY=1.0, FRESHNESS=1.0)[2] == -np.inf
