from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.ranking import top
from aisle.recipes import next_item_recipe
from aisle.recipes.base import Config, Query, RecipeType, TrainingData
from aisle.recipes.blend_tuning import Grid, best_blend
from aisle.recipes.blended import BlendedModel
from aisle.recipes.next_item_recipe import NextItemRecipe
from tests.recipes.sample import of_sequences, quiet, walks


def recipe(*, most_items: int = 20_000, kept: int = 400) -> NextItemRecipe:
    return NextItemRecipe(
        name="aws-user-personalization",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="",
        most_items=most_items,
        kept=kept,
    )


def query(*history: int) -> Query:
    return Query(np.array(history, np.int32), np.zeros(len(history), np.int64), 0.0)


def solved(data: Interactions, one: NextItemRecipe | None = None, **given: str) -> BlendedModel:
    """The ridge of the dense solver."""
    config = Config({"ridge_lambda": "1", "ridge_solver": "dense", **given})
    return (one or recipe()).fit(TrainingData(data), config, quiet)


@pytest.fixture(scope="module")
def model() -> BlendedModel:
    return solved(walks())


def dense(model: BlendedModel) -> NDArray[np.float64]:
    ridge = model.ridge
    matrix = np.zeros((len(model.items), len(model.items)))
    for item, row in enumerate(ridge.row_of):
        matrix[item, ridge.columns[row]] = ridge.values[row]
    return matrix


def test_scores_are_the_blend_word_by_word(model: BlendedModel) -> None:
    history = [3, 9, 4, 3]
    weights = [steps**-0.7 for steps in (4, 3, 2, 1)]
    personal = np.maximum(
        sum(w * dense(model)[i] for w, i in zip(weights, history, strict=True)), 0
    )
    expected = 0.97 * personal / personal.sum() + 0.03 * model.ridge.shares
    expected[[3, 4, 9]] *= 0.2
    np.testing.assert_allclose(model.score(query(*history)), expected / expected.sum(), rtol=1e-3)


def test_only_the_last_of_a_long_history_counts(model: BlendedModel) -> None:
    old = [5] * 80
    recent = list(range(50))
    np.testing.assert_array_equal(
        model.ridge.personal(np.array(old + recent, np.int32)),
        model.ridge.personal(np.array(recent, np.int32)),
    )


@pytest.mark.parametrize("history", [[], [1], [2, 2, 2], list(range(60))])
def test_scores_sum_to_one(model: BlendedModel, history: list[int]) -> None:
    scores = model.score(query(*history))
    assert scores.dtype == np.float32
    assert scores.sum() == pytest.approx(1, abs=1e-5)
    assert (scores >= 0).all()


def test_an_empty_history_gives_popularity(model: BlendedModel) -> None:
    np.testing.assert_allclose(model.score(query()), model.ridge.shares, rtol=1e-6)


def test_the_item_that_follows_comes_first(model: BlendedModel) -> None:
    assert [int(top(model.score(query(item)), 1)[0]) for item in (7, 30, 59)] == [8, 31, 0]


def test_what_is_saved_scores_the_same(model: BlendedModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = BlendedModel.load(tmp_path)
    np.testing.assert_array_equal(loaded.score(query(4, 8)), model.score(query(4, 8)))
    assert list(loaded.items) == list(model.items)


def test_fitting_twice_gives_the_same_model(model: BlendedModel) -> None:
    again = solved(walks())
    np.testing.assert_array_equal(again.score(query(4, 8)), model.score(query(4, 8)))


def test_beyond_the_most_items_popularity_alone_speaks() -> None:
    frequent = [[0, 1, 0, 1, 0, 1]] * 20
    model = solved(of_sequences([*frequent, [2, 0, 1]]), recipe(most_items=2))
    assert model.ridge.row_of.tolist() == [0, 1, -1]
    np.testing.assert_allclose(model.ridge.personal(np.array([2], np.int32)), 0)
    assert model.score(query(0))[2] > 0


def test_keeping_few_entries_keeps_the_answer() -> None:
    cut = solved(walks(), recipe(kept=5))
    assert cut.ridge.columns.shape == (60, 5)
    assert top(cut.score(query(7)), 1).tolist() == [8]


def test_tuning_finds_that_nobody_repeats() -> None:
    data = walks(users=100)
    model = recipe().fit(TrainingData(data), Config(), quiet)
    tuned = recipe().tune(model, TrainingData(walks(users=50, length=8, seed=9)), Config())
    assert float(tuned.hyperparameters["repeat_factor"]) < 1


def test_tuning_finds_that_everybody_repeats() -> None:
    data = of_sequences([[user % 5] * 6 for user in range(100)])
    model = recipe().fit(TrainingData(data), Config(), quiet)
    tuned = recipe().tune(model, TrainingData(data), Config())
    assert recipe().tuned(model, tuned).repeat_factor > 0


def test_tuning_counts_what_is_to_be_predicted_by_its_weight() -> None:
    firsts = [3 * (user % 10) for user in range(200)]
    repeats = np.arange(200) >= 100
    data = of_sequences(
        [
            [first, first + 1, first if again else first + 2]
            for first, again in zip(firsts, repeats, strict=True)
        ]
    )
    model = recipe().fit(TrainingData(data), Config(), quiet)

    def factor(of_repeats: float, of_others: float) -> float:
        weight = np.repeat(np.where(repeats, of_repeats, of_others), 3).astype(np.float32)
        tuned = recipe().tune(model, TrainingData(replace(data, weight=weight)), Config())
        return float(tuned.hyperparameters["repeat_factor"])

    assert factor(0.01, 1.0) < 0.1
    assert factor(1.0, 0.01) == 1


def test_tuning_leaves_what_is_given() -> None:
    given = Config(
        {"popularity_share": "0.11", "repeat_factor": "0.5", "ridge_solver": "diagonal"}, seed=4
    )
    data = walks(users=30)
    tuned = recipe().tune(recipe().fit(TrainingData(data), given, quiet), TrainingData(data), given)
    assert tuned.hyperparameters == given.hyperparameters


def test_an_unmasked_history_weighs_all_its_items_alike() -> None:
    model = recipe().fit(TrainingData(walks(users=30)), Config({"recency_mask": "FALSE"}), quiet)
    assert set(model.ridge.decay.tolist()) == {1.0}


def test_too_many_items_for_the_dense_solver_leave_none_out() -> None:
    model = recipe(most_items=20).fit(TrainingData(walks()), Config(), quiet)
    assert (model.solver, dict(model.others)) == ("diagonal", {})
    assert [int(top(model.score(query(item)), 1)[0]) for item in (7, 30, 59)] == [8, 31, 0]


def test_too_many_items_for_a_vector_each_have_no_transformer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = of_sequences([[0, 1, 2, 3] * 100] * 50)
    config = Config({"ridge_solver": "diagonal"}, most_positions=1)
    monkeypatch.setattr(next_item_recipe, "_MOST_ITEMS", 3)
    assert recipe().fit(TrainingData(data), config, quiet).transformer is None


def test_the_solver_that_predicts_better_is_chosen() -> None:
    fitted = recipe().fit(TrainingData(walks()), Config({"popularity_share": "0"}), quiet)
    assert {fitted.solver, *fitted.others} == {"dense", "diagonal"}
    unseen = walks(users=80, seed=5)
    config = recipe().tune(fitted, TrainingData(unseen), Config({"popularity_share": "0"}))
    alone = {
        one: best_blend(fitted, TrainingData(unseen), Grid((one,), transformer_shares=(0.0,))).ndcg
        for one in fitted.ridges
    }
    assert config.hyperparameters["ridge_solver"] == max(alone, key=lambda name: alone[name])
    tuned = recipe().tuned(fitted, config)
    assert tuned.solver == config.hyperparameters["ridge_solver"]
    assert not tuned.others


def test_an_old_artefact_is_refused(model: BlendedModel, tmp_path: Path) -> None:
    model.ridge.save(tmp_path)
    with pytest.raises(ValueError, match="does not hold a model ridge-transformer-blend"):
        BlendedModel.load(tmp_path)


def test_times_in_nanoseconds_are_learnt_from() -> None:
    data = walks(users=60)
    hours = (1_700_000_000 + data.timestamp * 3600) * 10**9
    model = recipe().fit(TrainingData(replace(data, timestamp=hours)), Config(), quiet)
    assert isinstance(model, BlendedModel)
    rows = data.rows_of(0)
    asked = Query(data.item[rows], hours[rows], float(hours[rows][-1]))
    assert model.score(asked).sum() == pytest.approx(1, abs=1e-4)
