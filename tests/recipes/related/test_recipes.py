"""Items of two kinds: those of even numbers are red, the others blue; a user wants one kind."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import pytest

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.ids import IdIndex
from aisle.data.schema import DatasetSchema, Field
from aisle.evaluation.ranking import place, top
from aisle.evaluation.splits import personalize
from aisle.recipes.base import Config, Query, Recipe, RecipeType, TrainingData
from aisle.recipes.registry import recipes
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.training import prepared, train
from tests.recipes.sample import of_sequences, quiet

ITEMS = 40
SCHEMA = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("COLOUR", "string", nullable=True, categorical=True),
        Field("NAME", "string", nullable=True, textual=True),
        Field("NOISE", "string", nullable=True, categorical=True),
    ),
)
RED: Mapping[str, str | float] = {"COLOUR": "red", "NAME": "a rose and a fire engine"}
BLUE: Mapping[str, str | float] = {"COLOUR": "blue", "NAME": "the sea below the sky"}
RELATED = sorted(
    name for name, recipe in recipes().items() if recipe.recipe_type is RecipeType.RELATED_ITEMS
)


def catalogue() -> Catalogue:
    """The items with events and `cold-red` and `cold-blue` without."""
    builder = CatalogueBuilder(SCHEMA)
    random = np.random.default_rng(0)
    rows = {f"i{item:03}": BLUE if item % 2 else RED for item in range(ITEMS)}
    rows |= {"cold-red": RED, "cold-blue": BLUE}
    for number, (item_id, values) in enumerate(rows.items()):
        noise = {"NOISE": str(random.integers(5))}
        builder.put([Change(number + 1, item_id, {**values, **noise}, 0.0)])
    return builder.catalogue()


def taken(event_type: str) -> TrainingData:
    random = np.random.default_rng(1)
    sequences = [
        (2 * random.choice(ITEMS // 2, 8, replace=False) + user % 2).tolist() for user in range(200)
    ]
    return TrainingData(of_sequences(sequences, event_type), catalogue())


def fitted(recipe: Recipe) -> RelatedModel:
    data = prepared(recipe, taken(recipe.event_type or "View"), None)
    model = recipe.fit(data, Config(recipe.defaults), quiet)
    assert isinstance(model, RelatedModel)
    return model


def query(
    item: int, history: tuple[int, ...] = (), traits: Mapping[str, str | float] | None = None
) -> Query:
    events = np.array(history, np.int32)
    return Query(events, np.zeros(len(events), np.int64), 0.0, item, item_traits=traits or {})


def best(model: RelatedModel, asked: Query, count: int = 10) -> list[str]:
    return [model.items[int(code)] for code in top(model.score(asked), count)]


def is_red(item_id: str) -> bool:
    return item_id == "cold-red" or (item_id[0] == "i" and int(item_id[1:]) % 2 == 0)


@pytest.fixture(scope="module")
def models() -> Mapping[str, RelatedModel]:
    return {name: fitted(recipes()[name]) for name in RELATED}


@pytest.fixture(scope="module")
def similar(models: Mapping[str, RelatedModel]) -> RelatedModel:
    return models["aws-similar-items"]


@pytest.mark.parametrize("name", RELATED)
def test_items_of_a_kind_are_neighbours(name: str, models: Mapping[str, RelatedModel]) -> None:
    model = models[name]
    found = best(model, query(model.items.find("i002")))
    assert len(found) == 10
    assert "i002" not in found
    assert all(map(is_red, found))


@pytest.mark.parametrize("name", sorted({*RELATED} - {"aws-sims"}))
def test_an_item_put_after_the_training_gets_neighbours_by_its_row(
    name: str, models: Mapping[str, RelatedModel]
) -> None:
    assert all(map(is_red, best(models[name], query(-1, traits=RED))))


def test_an_item_without_events_is_asked_for_and_recommended(similar: RelatedModel) -> None:
    assert all(map(is_red, best(similar, query(similar.items.find("cold-red")))))
    near = best(similar, query(similar.items.find("i002")), 20)
    assert "cold-red" in near
    assert "cold-blue" not in near


def test_a_field_that_tells_nothing_weighs_little(similar: RelatedModel) -> None:
    content = similar.content
    assert content is not None
    names = [field.name for field in content.space.fields]
    weights = dict(zip(names, content.field_weights.tolist(), strict=True))
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["NOISE"] < 0.1


def test_what_is_saved_scores_the_same(similar: RelatedModel, tmp_path: Path) -> None:
    similar.save(tmp_path)
    loaded = RelatedModel.load(tmp_path)
    for asked in (query(5), query(-1), query(-1, traits=RED)):
        np.testing.assert_array_equal(loaded.score(asked), similar.score(asked))


def test_a_row_like_no_other_gives_popular_items(similar: RelatedModel) -> None:
    np.testing.assert_array_equal(
        similar.score(query(-1, traits={"COLOUR": "green"})), similar.shares
    )


@pytest.mark.parametrize("name", ["item_id_hidden_dim", "item_metadata_hidden_dim"])
def test_the_dimensions_of_the_embeddings_change_the_neighbours(name: str) -> None:
    recipe = recipes()["aws-similar-items"]
    random = np.random.default_rng(2)
    sequences = [random.choice(150, 12, replace=False).tolist() for _ in range(200)]
    builder = CatalogueBuilder(SCHEMA)
    for item in range(150):
        text = " ".join(f"w{word}" for word in random.integers(200, size=6))
        builder.put([Change(item + 1, f"i{item:03}", {"NAME": text}, 0.0)])
    data = TrainingData(of_sequences(sequences), builder.catalogue())
    models = [
        recipe.fit(data, Config({**recipe.defaults, name: value}), quiet) for value in ("30", "120")
    ]
    scores = [model.score(query(0)) for model in models]
    assert top(scores[0], 20).tolist() != top(scores[1], 20).tolist()


def test_a_popularity_discount_lowers_how_popular_neighbours_are() -> None:
    recipe = recipes()["aws-similar-items"]
    random = np.random.default_rng(3)
    chances = 1 / np.arange(1, 61)
    sequences = [
        random.choice(60, 8, replace=False, p=chances / chances.sum()).tolist() for _ in range(300)
    ]
    means = []
    for discount in ("0", "0.5", "1"):
        given = {**recipe.defaults, "popularity_discount_factor": discount}
        model = recipe.fit(TrainingData(of_sequences(sequences)), Config(given), quiet)
        assert isinstance(model, RelatedModel)
        listed = [model.neighbours.of(item)[0][:10] for item in range(60)]
        means.append(float(model.shares[np.concatenate(listed)].mean()))
    assert means[0] > means[1] > means[2]


def test_training_chooses_the_weights_that_were_not_given() -> None:
    recipe = recipes()["aws-similar-items"]
    trained = train(recipe, taken("View"), Config({"metadata_weight": "0.7"}), quiet)
    assert trained.config.hyperparameters["metadata_weight"] == "0.7"
    assert float(trained.config.hyperparameters["behaviour_weight"]) >= 0
    assert {"cold-red", "cold-blue"} < set(trained.model.items)


def test_the_metrics_count_what_the_row_of_the_item_asked_about_suggests() -> None:
    recipe = recipes()["aws-ecomm-frequently-bought-together"]
    random = np.random.default_rng(4)
    builder = CatalogueBuilder(SCHEMA)
    for item in range(400):
        builder.put([Change(item + 1, f"i{item:03}", {"COLOUR": f"c{item % 20}"}, 0.0)])
    sequences = [
        (20 * random.choice(20, 4, replace=False) + user % 20).tolist() for user in range(300)
    ]
    data = TrainingData(of_sequences(sequences, "Purchase"), builder.catalogue())
    whole = prepared(recipe, data, None)
    split = personalize(whole.interactions, 0)
    part = msgspec.structs.replace(whole, interactions=split.train)
    model = recipe.fit(part, Config(), quiet)
    gains = []
    for user in split.users.tolist():
        *_, last = split.given.item[split.given.rows_of(user)].tolist()
        (sought,) = split.truth.item[split.truth.rows_of(user)].tolist()
        traits = {"COLOUR": f"c{int(model.items[last][1:]) % 20}"}
        at = place(model.score(query(last, traits=traits)), sought)
        gains.append(1 / np.log2(at + 2) if at < 25 else 0.0)
    found = train(recipe, data, Config(), quiet).metrics
    assert found["normalized_discounted_cumulative_gain_at_25"] == pytest.approx(
        np.mean(gains), abs=5e-5
    )


def test_the_users_own_items_lift_what_goes_with_them(models: Mapping[str, RelatedModel]) -> None:
    model = models["aws-ecomm-customers-who-viewed-x-also-viewed"]
    codes, _ = model.neighbours.of(2)
    mine = int(codes[-1])
    mates = set(model.neighbours.of(mine)[0][:5].tolist()) & set(codes.tolist())
    tilted = msgspec.structs.replace(model, tilt=50.0)
    without, with_mine = tilted.score(query(2)), tilted.score(query(2, (mine,)))
    before, after = ([top(s, 40).tolist().index(m) for m in mates] for s in (without, with_mine))
    assert mates
    assert sum(after) < sum(before)
    assert set(np.flatnonzero(with_mine > 2).tolist()) == set(codes.tolist())


def test_texts_that_are_not_there_cannot_be_compared() -> None:
    recipe = recipes()["aws-semantic-similarity"]
    with pytest.raises(ValueError, match="no texts"):
        recipe.fit(TrainingData(of_sequences([[1, 2, 3]] * 30)), Config(), quiet)


def test_events_keep_their_items_over_a_larger_index() -> None:
    data = of_sequences([[3, 1], [2, 1]])
    wider = data.over(IdIndex.of(["a", *data.items, "z"]))
    assert [wider.items[code] for code in wider.item] == [data.items[code] for code in data.item]
