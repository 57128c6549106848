"""The content part of the blend: what the items' metadata says."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aisle.data.catalogue import EMPTY, Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.data.schema import DatasetSchema, Field
from aisle.recipes import artefact
from aisle.recipes.base import Config, Query, StreamedEvents, TrainingData
from aisle.recipes.blended import BlendedModel
from aisle.recipes.blended_live import LiveBlend
from aisle.recipes.content import ContentModel, content_of
from aisle.recipes.metadata_features import learn
from aisle.recipes.registry import recipes
from aisle.recipes.ridge_model import Recent
from aisle.recipes.traits import traits_of
from tests.recipes.sample import of_sequences, quiet

ITEMS = 40
KINDS = 4
RECIPE = recipes()["aws-user-personalization"]
SCHEMA = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("KIND", "string", nullable=True, categorical=True),
        Field("PRICE", "float", nullable=True),
    ),
)


def catalogue() -> Catalogue:
    """Every fifth item has no row; the others have a kind each, and every third a price."""
    builder = CatalogueBuilder(SCHEMA)
    builder.put(
        [
            Change(
                n,
                f"i{n:03}",
                {"KIND": f"k{n % KINDS}", "PRICE": float(n) if n % 3 == 0 else None},
                0.0,
            )
            for n in range(ITEMS)
            if n % 5
        ]
    )
    return builder.catalogue()


CATALOGUE = catalogue()
IDS = IdIndex.of([f"i{n:03}" for n in range(ITEMS)])
SHARES = np.full(ITEMS, 1 / ITEMS, np.float32)


def content() -> ContentModel:
    found = content_of(traits_of(IDS, CATALOGUE))
    assert found is not None
    return found


CONTENT = content()


@settings(deadline=None)
@given(st.lists(st.integers(0, ITEMS - 1), max_size=9))
def test_likelihood_is_the_square_of_the_likeness_to_the_history(history: list[int]) -> None:
    space, _ = learn(CATALOGUE, kinds=("values", "number"))
    features = np.zeros((ITEMS, len(space.hashes)))
    for item in range(ITEMS):
        row = space.row(CATALOGUE.traits(IDS[item]))
        features[item, row.features] = row.values
    recent = np.array(history, np.int32)
    weights = (1 / np.arange(1, len(history) + 1)).astype(np.float32)
    found = CONTENT.log_probabilities(Recent(recent, weights), SHARES)
    alike = (features @ (weights @ features[recent])) ** 2
    if not alike.any():
        assert found is None
    else:
        assert found is not None
        expected = 0.95 * alike / alike.sum() + 0.05 * SHARES
        np.testing.assert_allclose(np.exp(found), expected, rtol=1e-3, atol=1e-6)


def test_nothing_is_said_without_metadata() -> None:
    assert content_of(traits_of(IDS, EMPTY)) is None


def test_what_is_saved_says_the_same(tmp_path: Path) -> None:
    CONTENT.save(tmp_path)
    asked = Recent(np.array([1, 7], np.int32), np.array([1.0, 0.5], np.float32))
    before, after = (
        CONTENT.log_probabilities(asked, SHARES),
        ContentModel.load(tmp_path).log_probabilities(asked, SHARES),
    )
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(after, before)


def test_what_was_saved_with_the_items_of_the_diagonals_says_the_same(tmp_path: Path) -> None:
    described = int(CONTENT.starts[1])
    order = np.argsort(CONTENT.place_of)[:described].astype(np.int32)
    older: dict[str, NDArray[Any]] = {
        "codes": order,
        "place_of": np.where(CONTENT.place_of < described, CONTENT.place_of, -1).astype(np.int32),
        "starts": CONTENT.starts,
        "features": CONTENT.features.astype(np.int64),
        "values": CONTENT.values,
    }
    artefact.save_arrays(tmp_path, "content-profile", older, {"width": CONTENT.width})
    loaded = ContentModel.load(tmp_path)
    np.testing.assert_array_equal(loaded.place_of, CONTENT.place_of)
    asked = Recent(np.array([1, 7], np.int32), np.array([1.0, 0.5], np.float32))
    found, expected = (one.log_probabilities(asked, SHARES) for one in (loaded, CONTENT))
    assert found is not None
    assert expected is not None
    np.testing.assert_array_equal(found, expected)


def of_kinds(users: int, seed: int) -> Interactions:
    """Users who stay with a kind, whichever item of it: nothing but the kind tells what is next."""
    rng = np.random.default_rng(seed)
    rows = [
        (int(rng.integers(KINDS)) + KINDS * rng.permutation(ITEMS // KINDS)[:4]).tolist()
        for _ in range(users)
    ]
    return of_sequences([*rows, list(range(ITEMS))])


@pytest.fixture(scope="module")
def model() -> BlendedModel:
    config = Config({"transformer": "off", "ridge_solver": "diagonal"})
    data = TrainingData(of_kinds(60, seed=0), CATALOGUE)
    fitted = RECIPE.fit(data, config, quiet)
    assert isinstance(fitted, BlendedModel)
    config = RECIPE.tune(fitted, TrainingData(of_kinds(60, seed=1), CATALOGUE), config)
    chosen = RECIPE.tuned(fitted, config)
    assert isinstance(chosen, BlendedModel)
    return chosen


def test_tuning_finds_that_kinds_tell(model: BlendedModel) -> None:
    assert model.content_weight > 0


def test_tuning_leaves_a_weight_that_is_given(model: BlendedModel) -> None:
    config = Config({"transformer": "off", "ridge_solver": "diagonal", "content_weight": "0.0"})
    data = TrainingData(of_kinds(60, seed=1), CATALOGUE)
    assert RECIPE.tune(model, data, config).hyperparameters["content_weight"] == "0.0"


def test_the_blend_adds_what_the_content_says(model: BlendedModel, tmp_path: Path) -> None:
    history = np.array([1, 5], np.int32)
    asked = Query(history, np.zeros(2, np.int64), now=0.0)
    without = msgspec.structs.replace(model, content_weight=0.0, repeat_factor=1.0)
    told = msgspec.structs.replace(without, content_weight=0.3)
    assert told.content is not None
    alike = told.content.log_probabilities(
        Recent(history[::-1], told.ridge.decay[:2]), told.ridge.shares
    )
    assert alike is not None
    expected = without.score(asked).astype(np.float64) * np.exp(alike) ** 0.3
    np.testing.assert_allclose(told.score(asked), expected / expected.sum(), rtol=1e-3)
    told.save(tmp_path)
    np.testing.assert_array_equal(BlendedModel.load(tmp_path).score(asked), told.score(asked))


def test_an_item_that_came_later_is_neither_raised_nor_lowered(model: BlendedModel) -> None:
    told = msgspec.structs.replace(model, content_weight=0.3)
    live = LiveBlend(told, of_kinds(60, seed=0))
    live.absorb(
        StreamedEvents(
            users=["u", "u"],
            item=np.array([1, ITEMS], np.int32),
            event_type=np.zeros(2, np.uint8),
            value=np.full(2, np.nan, np.float32),
            time=np.zeros(2),
            known=ITEMS + 1,
        )
    )
    scores = live.score(Query(np.array([1], np.int32), np.zeros(1, np.int64), now=0.0))
    assert len(scores) == ITEMS + 1
    assert scores.sum() == pytest.approx(1, abs=1e-5)
    assert scores[ITEMS] > np.median(scores)
