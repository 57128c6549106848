"""Which models have a user's row of the Users dataset looked up at each request."""

from pathlib import Path
from typing import Self, cast

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.ids import IdIndex
from aisle.data.state import State, Transaction
from aisle.recipes import artefact
from aisle.recipes.base import Config, Model, Query, TrainingData
from aisle.recipes.blended import BlendedModel
from aisle.recipes.metadata_features import learn
from aisle.recipes.objective import WeighedModel
from aisle.recipes.registry import recipes
from aisle.recipes.transformer.model import TransformerModel
from aisle.recipes.transformer.shape import Shape
from aisle.serving.catalogues import CatalogueCache
from tests.recipes.sample import named, quiet, walks

USERS = named(["u1", "u2"])
WEIGHTS = np.ones(60, np.float32)


class Own(msgspec.Struct, frozen=True):
    """As a recipe of one's own may have it."""

    items: IdIndex

    def score(self, query: Query) -> NDArray[np.float32]:
        return np.full(len(self.items), len(query.traits), np.float32)

    def save(self, folder: Path) -> None:
        artefact.save(folder, "own", self.items, {}, {})

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(artefact.load(folder, "own")[0])


def trained(name: str) -> Model:
    recipe = recipes()[name]
    config = Config({**recipe.defaults})
    return recipe.fit(TrainingData(walks(users=60)), config, quiet)


def with_transformer(*, of_users: bool) -> BlendedModel:
    blended = trained("aws-user-personalization")
    assert isinstance(blended, BlendedModel)
    transformer = TransformerModel(
        items=blended.items,
        shape=Shape(items=60, event_types=1),
        event_types=("",),
        parameters={},
        usual=np.ones(1, np.bool_),
        edges=np.empty(0, np.float32),
        of_users=learn(USERS)[0] if of_users else None,
    )
    return replace(blended, transformer=transformer)


class Watched(CatalogueCache):
    """It says who looked for what."""

    def __init__(self) -> None:
        super().__init__(cast("State", None))
        self.looked: list[str] = []

    def current(self, transaction: Transaction, group_arn: str, dataset_type: str) -> Catalogue:
        del transaction
        self.looked.append(f"{group_arn}/{dataset_type}")
        return USERS


def looked_up(model: Model) -> list[str]:
    cache = Watched()
    found = cache.traits(cast("Transaction", None), "group", "u2", model)
    assert found == (USERS.traits("u2") if cache.looked else {})
    return cache.looked


@pytest.mark.parametrize(
    "name",
    ["aws-user-personalization", "aws-popularity-count", "aws-trending-now", "aws-sims"],
)
def test_a_model_that_has_not_learnt_of_users_has_no_row_looked_up(name: str) -> None:
    model = trained(name)
    assert looked_up(model) == []
    assert looked_up(WeighedModel(model, WEIGHTS)) == []


def test_a_transformer_that_has_learnt_of_users_has() -> None:
    model = with_transformer(of_users=True)
    assert looked_up(model) == ["group/USERS"]
    assert looked_up(WeighedModel(model, WEIGHTS)) == ["group/USERS"]
    assert looked_up(with_transformer(of_users=False)) == []


def test_a_model_of_one_s_own_has() -> None:
    assert looked_up(Own(IdIndex.of(["i"]))) == ["group/USERS"]
