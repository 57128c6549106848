import msgspec
import numpy as np
import pytest

from aisle.evaluation.metrics import EVENT_WEIGHTS
from aisle.evaluation.ranking import top
from aisle.evaluation.splits import personalize
from aisle.recipes.base import Config, Query, RecipeType, TrainingData
from aisle.recipes.popularity import PopularityModel
from aisle.recipes.registry import recipes
from aisle.recipes.training import Start, measure, queries, train
from tests.recipes.sample import named, of_sequences, quiet, walks

NDCG = "normalized_discounted_cumulative_gain_at_10"
NAMES = {
    "coverage",
    "mean_reciprocal_rank_at_25",
    *(f"normalized_discounted_cumulative_gain_at_{cutoff}" for cutoff in (5, 10, 25)),
    *(f"precision_at_{cutoff}" for cutoff in (5, 10, 25)),
}


def test_where_order_matters_the_ridge_beats_popularity() -> None:
    ridge = train(recipes()["aws-user-personalization"], TrainingData(walks()), Config(), quiet)
    popular = train(recipes()["aws-popularity-count"], TrainingData(walks()), Config(), quiet)
    assert ridge.metrics[NDCG] > 2 * popular.metrics[NDCG]


@pytest.mark.parametrize("name", sorted(recipes()))
def test_every_recipe_trains_and_reports_the_services_metrics(name: str) -> None:
    recipe = recipes()[name]
    data = walks(users=100, event_type=recipe.event_type or "View")
    trained = train(recipe, TrainingData(data, named(data.items)), Config(), quiet)
    assert trained.metrics.keys() == NAMES
    assert all(0 <= value <= 1 for value in trained.metrics.values())
    assert list(trained.model.items) == list(data.items)
    assert isinstance(trained.model, recipe.model_type)
    recipe.check(trained.config.hyperparameters)


@pytest.mark.parametrize("name", [name for name, r in recipes().items() if r.event_type])
def test_a_recipe_of_one_event_type_learns_from_no_other(name: str) -> None:
    recipe = recipes()[name]
    with pytest.raises(ValueError, match=f"filtering by event type: {recipe.event_type}"):
        train(recipe, TrainingData(walks(users=100, event_type="Rate")), Config(), quiet)


def test_the_same_seed_gives_the_same_training() -> None:
    recipe = recipes()["aws-personalized-ranking"]
    once, again = (
        train(recipe, TrainingData(walks(users=100)), Config(seed=5), quiet) for _ in range(2)
    )
    assert once.metrics == again.metrics
    assert once.config == again.config
    assert (
        train(recipe, TrainingData(walks(users=100)), Config(seed=6), quiet).metrics != once.metrics
    )


def test_progress_rises_to_one_with_words() -> None:
    told: list[tuple[float, str]] = []
    train(
        recipes()["aws-user-personalization"],
        TrainingData(walks(users=100)),
        Config(),
        lambda share, words: told.append((share, words)),
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert all(words for _, words in told)


def test_progress_that_raises_cancels() -> None:
    def cancel(share: float, words: str) -> None:
        raise KeyboardInterrupt(share, words)

    with pytest.raises(KeyboardInterrupt):
        train(recipes()["aws-popularity-count"], TrainingData(walks(users=100)), Config(), cancel)


def test_a_refused_hyperparameter_stops_before_anything_is_learnt() -> None:
    with pytest.raises(
        ValueError, match="bptt must be a whole number between 2 and 32; it is '33'"
    ):
        train(
            recipes()["aws-user-personalization"],
            TrainingData(of_sequences([])),
            Config({"bptt": "33"}),
            quiet,
        )


def test_related_items_are_asked_about_the_last_item_of_the_history() -> None:
    split = personalize(walks(users=50), 0)
    for query in queries(split, RecipeType.RELATED_ITEMS):
        assert query.item == query.history[-1]
    assert {query.item for query in queries(split, RecipeType.USER_PERSONALIZATION)} == {-1}


def test_the_metrics_are_those_of_the_lists_that_serving_would_give() -> None:
    split = personalize(walks(users=50, length=30), 0)
    model = PopularityModel(split.train.items, np.arange(60, 0, -1))
    asked = [Query(np.empty(0, np.int32), np.empty(0, np.int64), 0.0)] * len(split.users)
    lists = [set(top(model.score(query), 5).tolist()) for query in asked]
    truths = [set(split.truth.item[split.truth.rows_of(int(user))]) for user in split.users]
    found = [len(got & truth) / 5 for got, truth in zip(lists, truths, strict=True)]
    metrics = measure(model, split, RecipeType.USER_PERSONALIZATION)
    assert metrics["precision_at_5"] == pytest.approx(np.mean(found), abs=5e-5)
    assert metrics["coverage"] == pytest.approx(25 / 60, abs=5e-5)


def test_an_update_is_measured_by_what_it_has_not_learnt() -> None:
    recipe = recipes()["aws-user-personalization-v2"]
    config = Config({"transformer": "on", "most_epochs": "1", "transformer_share": "1"})
    whole = walks(users=500, length=6)
    older = train(recipe, TrainingData(whole.where(whole.timestamp < 5)), config, quiet)
    anew = train(recipe, TrainingData(whole), config, quiet)
    known = train(recipe, TrainingData(whole), config, quiet, start=Start(anew.model, 5))
    assert known.metrics == anew.metrics, "all was learnt, so that measured begins anew"
    newer = train(recipe, TrainingData(whole), config, quiet, start=Start(older.model, 4))
    assert newer.metrics[NDCG] > anew.metrics[NDCG], "it goes on from what was learnt"


def test_where_events_weigh_differently_their_weights_are_what_a_hit_gains() -> None:
    data = of_sequences([list(range(20))] * 5)
    heavy = np.where(data.item == 19, 9.0, 1.0).astype(np.float32)
    split = personalize(msgspec.structs.replace(data, weight=heavy), 0, share=1.0)
    light_first = PopularityModel(split.train.items, np.array([*([1] * 18), 9, 5]))
    found = measure(light_first, split, RecipeType.USER_PERSONALIZATION)
    second = 1 / np.log2(3)
    assert found[EVENT_WEIGHTS] == pytest.approx((1 + 9 * second) / (9 + second), abs=5e-5)
