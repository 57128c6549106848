"""The blend of ridge and transformer, as the recipe trains it."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from aisle.recipes.base import Config, Query, StreamedEvents, TrainingData
from aisle.recipes.blend_tuning import Grid, best_blend
from aisle.recipes.blended import BlendedModel
from aisle.recipes.blended_live import LiveBlend
from aisle.recipes.registry import recipes
from tests.recipes.sample import of_sequences, quiet, walks

RECIPE = recipes()["aws-user-personalization"]
CONFIG = Config({"transformer": "on", "most_epochs": "4", "hidden_dimension": "32"}, seed=2)


@pytest.fixture(scope="module")
def model() -> BlendedModel:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    fitted = RECIPE.fit(TrainingData(walks()), CONFIG, quiet)
    torch.set_num_threads(threads)
    assert isinstance(fitted, BlendedModel)
    return fitted


def query(*history: int, now: float = 100.0) -> Query:
    return Query(np.array(history, np.int32), np.arange(len(history), dtype=np.int64), now)


def test_the_answer_is_the_mean_of_both_logarithms(model: BlendedModel) -> None:
    asked = query(4, 5, 6)
    weighed = msgspec.structs.replace(model, transformer_share=0.3, repeat_factor=0.5)
    assert weighed.transformer is not None
    of_ridge = 0.97 * weighed.ridge.personal(asked.history) + 0.03 * weighed.ridge.shares
    of_transformer = np.exp(weighed.transformer.log_probabilities(asked))
    expected = of_ridge.astype(np.float64) ** 0.7 * of_transformer.astype(np.float64) ** 0.3
    expected /= expected.sum()
    expected[[4, 5, 6]] *= 0.5
    np.testing.assert_allclose(weighed.score(asked), expected / expected.sum(), rtol=2e-3)


@pytest.mark.parametrize("history", [(), (3,), (7, 7, 7), tuple(range(60)) * 3])
def test_every_history_has_a_distribution(model: BlendedModel, history: tuple[int, ...]) -> None:
    scores = model.score(query(*history))
    assert scores.dtype == np.float32
    assert scores.sum() == pytest.approx(1, abs=1e-4)


def test_the_blend_falls_behind_neither_part(model: BlendedModel) -> None:
    unseen = TrainingData(walks(users=60, seed=3))
    solvers = tuple(model.ridges)
    both = best_blend(model, unseen, Grid(solvers)).ndcg
    assert both >= best_blend(model, unseen, Grid(solvers, transformer_shares=(0.0,))).ndcg
    assert both >= best_blend(model, unseen, Grid(solvers, transformer_shares=(1.0,))).ndcg


def test_where_the_past_tells_nothing_the_blend_does_not_fall_behind_popularity() -> None:
    chance = np.random.default_rng(11)
    odds = 1 / np.arange(1, 401)
    # The ridge can only mistake chance for order, and the more so the more users teach it.
    rows = chance.choice(400, (900, 8), p=odds / odds.sum()).tolist()
    data, first = of_sequences(rows), np.arange(900 * 8) < 600 * 8
    fitted = RECIPE.fit(TrainingData(data.where(first)), Config({"transformer": "off"}), quiet)
    assert isinstance(fitted, BlendedModel)
    unseen = TrainingData(data.where(~first))
    whole = Grid(tuple(fitted.ridges), transformer_shares=(0.0,))
    popular = best_blend(fitted, unseen, msgspec.structs.replace(whole, popularity_shares=(1.0,)))
    ridge = best_blend(fitted, unseen, msgspec.structs.replace(whole, popularity_shares=(0.03,)))
    assert best_blend(fitted, unseen, whole).ndcg >= popular.ndcg > ridge.ndcg
    tuned = RECIPE.tuned(fitted, RECIPE.tune(fitted, unseen, Config()))
    assert isinstance(tuned, BlendedModel)
    assert tuned.ridge.popularity_share > 0.03


def test_tuning_says_what_it_chose(model: BlendedModel) -> None:
    config = RECIPE.tune(model, TrainingData(walks(users=60, seed=3)), CONFIG)
    chosen = set(config.hyperparameters) - set(CONFIG.hyperparameters)
    assert chosen == {"ridge_solver", "popularity_share", "transformer_share", "repeat_factor"}
    tuned = RECIPE.tuned(model, config)
    assert isinstance(tuned, BlendedModel)
    assert tuned.transformer_share == float(config.hyperparameters["transformer_share"])


def test_what_is_saved_answers_the_same(model: BlendedModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = BlendedModel.load(tmp_path)
    assert loaded.solver == model.solver
    # Up to the order of sums: the transformer's output is saved by columns.
    np.testing.assert_allclose(loaded.score(query(1, 2)), model.score(query(1, 2)), rtol=1e-5)


def test_streamed_events_leave_the_transformer_as_it_is(model: BlendedModel) -> None:
    live = LiveBlend(model, walks())
    np.testing.assert_allclose(live.score(query(4, 5)), model.score(query(4, 5)), rtol=1e-5)
    alone = msgspec.structs.replace(model, transformer_share=1.0)
    live = LiveBlend(alone, walks())
    live.absorb(
        StreamedEvents(
            users=["new"] * 2,
            item=np.array([5, 60], np.int32),
            event_type=np.zeros(2, np.uint8),
            value=np.full(2, np.nan, np.float32),
            time=np.arange(2.0),
            known=61,
        )
    )
    asked = query(4, 60, 5)
    scores = live.score(asked)
    assert scores.sum() == pytest.approx(1, abs=1e-4)
    expected = alone.score(asked.only(asked.history < 60))
    # What the new item takes goes from all alike.
    np.testing.assert_allclose(scores[:60] / scores[0], expected / expected[0], rtol=1e-4)


def test_few_events_and_no_budget_train_no_transformer() -> None:
    few = RECIPE.fit(TrainingData(walks(users=30)), Config(), quiet)
    none = RECIPE.fit(
        TrainingData(walks(users=30)), msgspec.structs.replace(CONFIG, most_positions=0), quiet
    )
    assert isinstance(few, BlendedModel)
    assert isinstance(none, BlendedModel)
    assert few.transformer is None
    assert none.transformer is None
