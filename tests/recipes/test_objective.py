"""Items of which an attribute is high come first, in degrees, and relevance suffers little."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from aisle.data.catalogue import CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.ids import IdIndex
from aisle.data.schema import DatasetSchema, Field
from aisle.evaluation.splits import personalize
from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.objective import Objective, WeighedModel, average_rewards, weighed
from aisle.recipes.registry import recipes
from aisle.recipes.training import listed, train
from tests.recipes.sample import of_sequences, quiet, walks

SCHEMA = DatasetSchema(
    "Items", (Field("ITEM_ID", "string"), Field("MARGIN", "double", nullable=True))
)
RECIPE = recipes()["aws-user-personalization"]
NDCG = "normalized_discounted_cumulative_gain_at_10"
QUERY = Query(np.array([3], np.int32), np.array([0]), 1.0)


def with_margins(margins: NDArray[np.float64]) -> TrainingData:
    """Walks along as many items as there are margins."""
    events = walks(users=600, items=len(margins))
    builder = CatalogueBuilder(SCHEMA)
    pairs = zip(events.items, margins.tolist(), strict=True)
    rows = [Change(n, item, {"MARGIN": value}, 0.0) for n, (item, value) in enumerate(pairs, 1)]
    builder.put(rows)
    return TrainingData(events, builder.catalogue())


MARGINS = np.random.default_rng(1).normal(10.0, 3.0, 60)
DATA = with_margins(MARGINS)


@pytest.fixture(scope="module")
def answers() -> dict[str, tuple[float, float]]:
    """The mean margin of the ten best and their NDCG, by sensitivity."""
    split = personalize(DATA.interactions, 0)
    found = {}
    for sensitivity in ("OFF", "LOW", "MEDIUM", "HIGH"):
        objective = Objective("MARGIN", sensitivity)
        trained = train(RECIPE, DATA, Config(), quiet, objective=objective)
        ranked = listed(trained.model, split, RECIPE.recipe_type)[:, :10]
        found[sensitivity] = (float(MARGINS[ranked].mean()), trained.metrics[NDCG])
    return found


def test_the_attribute_rises_with_the_sensitivity(answers: dict[str, tuple[float, float]]) -> None:
    margins = [answers[name][0] for name in ("OFF", "LOW", "MEDIUM", "HIGH")]
    assert margins == sorted(set(margins))
    assert margins[-1] > margins[0] + 0.1 * MARGINS.std()


def test_relevance_falls_little(answers: dict[str, tuple[float, float]]) -> None:
    assert answers["HIGH"][1] > 0.85 * answers["OFF"][1]


def test_a_training_with_an_objective_measures_its_rewards() -> None:
    trained = train(RECIPE, DATA, Config(), quiet, objective=Objective("MARGIN", "LOW"))
    assert 0 < trained.metrics["average_rewards_at_k"] <= 1
    assert "average_rewards_at_k" not in train(RECIPE, DATA, Config(), quiet).metrics


def test_the_weights_are_part_of_what_is_deployed(tmp_path: Path) -> None:
    trained = train(RECIPE, DATA, Config(), quiet, objective=Objective("MARGIN", "HIGH"))
    assert isinstance(trained.model, WeighedModel)
    trained.model.save(tmp_path)
    plain = RECIPE.model_type.load(tmp_path)
    expected = plain.score(QUERY) * trained.model.weights
    assert trained.model.score(QUERY) == pytest.approx(expected / expected.sum(), rel=1e-4)
    deployed = weighed(plain, tmp_path)
    assert deployed.score(QUERY) == pytest.approx(trained.model.score(QUERY))


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=30))
def test_a_higher_value_never_weighs_less(values: list[float]) -> None:
    weights = Objective("MARGIN", "HIGH").weights(np.array(values))
    assert np.isfinite(weights).all()
    assert (weights > 0).all()
    pairs = list(zip(values, weights.tolist(), strict=True))
    known = [pair for pair in pairs if np.isfinite(pair[0])]
    ordered = [weight for _, weight in sorted(known)]
    assert ordered == sorted(ordered)
    assert {weight for value, weight in pairs if np.isnan(value)} <= {1.0}


def test_an_item_without_a_row_or_an_unknown_column_weighs_as_it_did() -> None:
    items = IdIndex.of(["i000", "stranger"])
    objective = Objective("MARGIN", "HIGH")
    assert objective.values(items, DATA.items).tolist() == pytest.approx(
        [MARGINS[0], np.nan], nan_ok=True
    )
    other = Objective("OTHER", "HIGH")
    assert other.weights(other.values(items, DATA.items)).tolist() == [1, 1]


def test_rewards_are_the_share_of_the_truth_that_is_found() -> None:
    """Two users with one item of truth each; the first one's list finds it."""
    events = of_sequences([[0, 1, 2, 3], [1, 2, 3, 0]])
    split = personalize(events, 0, share=1.0)
    truth = {user: split.truth.item[split.truth.rows_of(user)].tolist() for user in (0, 1)}
    assert truth == {0: [3], 1: [0]}
    ranked = np.array([[3, 1], [2, -1]], np.int32)
    assert average_rewards(ranked, split, np.array([20.0, 5, 5, 40])) == 0.5
    assert average_rewards(ranked, split, np.array([np.nan, 5, 5, 40])) == 1.0
    assert average_rewards(ranked, split, np.array([-1.0, 5, 5, -40])) == 0.0
