"""What is known of items, as the transformer reads it."""

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.interactions import Interactions
from aisle.data.schema import DatasetSchema, Field
from aisle.recipes.base import Query
from aisle.recipes.traits import Traits, traits_of
from aisle.recipes.transformer.begin import begin
from aisle.recipes.transformer.item_vectors import ItemVectors
from aisle.recipes.transformer.model import TransformerModel
from aisle.recipes.transformer.network import Network
from aisle.recipes.transformer.plan import Plan
from aisle.recipes.transformer.shape import Shape
from aisle.recipes.transformer.training import fit, parameters_of, take
from tests.recipes.sample import of_sequences, quiet

KINDS = 5
ITEMS = 200
SHAPE = Shape(items=ITEMS, event_types=2, width=16, length=24)
SCHEMA = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("KIND", "string", nullable=True, categorical=True),
        Field("PRICE", "float", nullable=True),
    ),
)


def kind_of(item: int) -> int:
    return item * 7 % KINDS


def of_kinds(users: int, seed: int) -> Interactions:
    """Each event is of the kind after that of the one before, whichever item of it."""
    rng = np.random.default_rng(seed)
    by_kind = [[item for item in range(ITEMS) if kind_of(item) == kind] for kind in range(KINDS)]
    sequences = [
        [int(rng.choice(by_kind[(user + n) % KINDS])) for n in range(8)] for user in range(users)
    ]
    # Every item has a code, whatever was drawn.
    return of_sequences([*sequences, list(range(ITEMS))])


def catalogue(kinds: int = KINDS) -> Catalogue:
    builder = CatalogueBuilder(SCHEMA)
    builder.put(
        [
            Change(n, f"i{n:03}", {"KIND": f"k{kind_of(n) % kinds}", "PRICE": n % 13}, 0.0)
            for n in range(ITEMS)
        ]
    )
    return builder.catalogue()


def traits(data: Interactions, kinds: int = KINDS) -> Traits:
    found = traits_of(data.items, catalogue(kinds))
    assert found is not None
    return found


CATALOGUE = catalogue()
TRAITS = traits(of_kinds(5, seed=2))


def no_weights() -> "sparse.csr_array[np.float32, tuple[int, int]]":
    return sparse.csr_array(np.zeros((ITEMS, ITEMS), np.float32))


def right_kind(model: TransformerModel, data: Interactions) -> float:
    """The mean probability of the items of the kind that comes next."""
    found = []
    for user in range(len(data.users) - 1):
        rows = data.rows_of(user)
        history = data.item[rows][:-1]
        asked = Query(history, data.timestamp[rows][:-1], now=float("nan"))
        chances = np.exp(model.log_probabilities(asked))
        right = kind_of(int(data.item[rows.stop - 1]))
        found.append(sum(chances[item] for item in range(ITEMS) if kind_of(item) == right))
    return float(np.mean(found))


@pytest.fixture(scope="module")
def learnt() -> TransformerModel:
    data = of_kinds(150, seed=0)
    plan = Plan(epochs=12, rows=4, rate=1e-2, watched=20)
    start = begin(data, no_weights(), SHAPE, 0, of_items=traits(data))
    return fit(data, start, plan, quiet)


def test_items_that_few_had_borrow_from_their_kind(learnt: TransformerModel) -> None:
    data, unseen = of_kinds(150, seed=0), of_kinds(40, seed=1)
    plan = Plan(epochs=12, rows=4, rate=1e-2, watched=20)
    alone = fit(data, begin(data, no_weights(), SHAPE, 0), plan, quiet)
    assert right_kind(learnt, unseen) > right_kind(alone, unseen) + 0.1


def test_a_network_takes_what_it_gave(learnt: TransformerModel) -> None:
    data = of_kinds(150, seed=0)
    network = Network(SHAPE, 0.0, traits(data))
    take(network, learnt.parameters)
    for name, value in parameters_of(network).items():
        np.testing.assert_allclose(value, learnt.parameters[name], atol=1e-5)
    own = network.output.weight.detach().numpy()
    assert np.abs(own - learnt.parameters["output.weight"]).max() > 0.01


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, ITEMS), min_size=1, max_size=12))
def test_a_vector_is_the_items_own_and_the_sum_of_its_features(codes: list[int]) -> None:
    found, described = TRAITS, CATALOGUE
    table = ItemVectors(ITEMS + 1, 8, found, sparse=False)
    assert table.trait is not None
    torch.nn.init.normal_(table.trait)
    features = np.zeros((ITEMS + 1, len(found.space.hashes)), np.float32)
    for item in range(ITEMS):
        row = found.space.row(described.traits(f"i{item:03}"))
        features[item, row.features] = row.values
    expected = (table.weight + torch.from_numpy(features) @ table.trait).detach()
    with torch.no_grad():
        torch.testing.assert_close(table.whole(), expected, rtol=1e-4, atol=1e-5)
        some = torch.tensor(codes)
        torch.testing.assert_close(table(some), expected[some], rtol=1e-4, atol=1e-5)


def test_features_that_are_still_there_keep_what_was_learnt(learnt: TransformerModel) -> None:
    data = of_kinds(150, seed=0)
    fewer = traits(data, kinds=KINDS - 1)
    begun = begin(data, no_weights(), SHAPE, 0, of_items=fewer, start=learnt)
    assert begun.trained
    assert learnt.of_items is not None
    known, features = learnt.of_items.find(fewer.space.hashes)
    assert known.any()
    now, before = (m.parameters["output.trait"] for m in (begun.model, learnt))
    np.testing.assert_array_equal(now[known], before[features])
    again = fit(data, begun, msgspec.structs.replace(Plan(epochs=1), rows=4), quiet)
    assert again.of_items is fewer.space
