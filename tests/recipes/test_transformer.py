"""The transformer: training in PyTorch, answers in NumPy."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from torch.nn import functional

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.data.schema import parse_schema
from aisle.evaluation.ranking import place
from aisle.recipes.base import Query
from aisle.recipes.traits import traits_of
from aisle.recipes.transformer import loss
from aisle.recipes.transformer.begin import Begun, begin
from aisle.recipes.transformer.initial import spectral
from aisle.recipes.transformer.model import TransformerModel
from aisle.recipes.transformer.network import Network, reads, starts
from aisle.recipes.transformer.plan import Plan
from aisle.recipes.transformer.positions import positions_of, rows_of, within_reach
from aisle.recipes.transformer.shape import Shape
from aisle.recipes.transformer.times import CLASSES, UNKNOWN, gap_classes
from aisle.recipes.transformer.training import fit
from aisle.recipes.transformer.values import value_classes, value_edges
from tests.recipes.sample import of_sequences, quiet, walks

CPU = torch.device("cpu")
SHAPE = Shape(items=60, event_types=2, width=16, length=24)
PLAN = Plan(epochs=14, rows=8, rate=1e-2, watched=40)
NOBODY = np.empty(0, np.int64)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Small products gain nothing from threads, which wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def no_weights(items: int = 60) -> "sparse.csr_array[np.float32, tuple[int, int]]":
    return sparse.csr_array(np.zeros((items, items), np.float32))


def begun(data: Interactions, shape: Shape = SHAPE, seed: int = 0) -> Begun:
    """Every parameter by chance."""
    start = begin(data, no_weights(shape.items), shape, seed)
    rng = np.random.default_rng(seed)
    chance = {
        name: rng.normal(0, 0.3, value.shape).astype(np.float32)
        for name, value in start.model.parameters.items()
    }
    return msgspec.structs.replace(
        start, model=msgspec.structs.replace(start.model, parameters=chance)
    )


def with_values(data: Interactions) -> Interactions:
    rng = np.random.default_rng(3)
    value = rng.integers(1, 6, len(data)).astype(np.float32)
    value[::7] = np.nan
    return msgspec.structs.replace(data, value=value)


def query_at(data: Interactions, row: int, user: int) -> Query:
    """What is asked when event `row` of a user is to be predicted."""
    rows = slice(int(data.offsets[user]), row)
    return Query(
        history=data.item[rows],
        times=data.timestamp[rows],
        now=float(data.timestamp[row]),
        event_type=data.event_type[rows],
        value=None if data.value is None else data.value[rows],
    )


def in_torch(model: TransformerModel, data: Interactions) -> dict[int, NDArray[np.float32]]:
    """Log probabilities by row of `data`, of the rows whose users fit into the length."""
    network = Network(model.shape, dropout=0.5)
    network.load_state_dict({k: torch.tensor(v) for k, v in model.parameters.items()})
    network.eval()
    positions = positions_of(data, model.shape, model.usual, model.edges)
    found: dict[int, NDArray[np.float32]] = {}
    with torch.inference_mode():
        for rows in rows_of(data.offsets, model.shape.length, 4, np.random.default_rng(0)):
            vectors = network(reads(positions, rows, CPU), torch.from_numpy(rows.user))
            scores = (vectors @ network.output.weight.T + network.bias).log_softmax(-1)
            for row, column in np.argwhere(rows.user >= 0):
                user, at = rows.user[row, column], rows.positions[row, column]
                if rows.user[row, 0] != user or data.offsets[user] in rows.positions[row]:
                    found[int(at)] = scores[row, column].numpy()
    return found


@pytest.mark.parametrize("length", [11, 80])
def test_answers_are_those_of_training(length: int) -> None:
    data = with_values(walks(users=20, length=length))
    model = begun(data, msgspec.structs.replace(SHAPE, length=2 * length)).model
    model = msgspec.structs.replace(model, usual=np.arange(CLASSES) > 0)
    expected = in_torch(model, data)
    assert len(expected) > 100
    for user in range(20):
        for row in range(data.offsets[user], data.offsets[user + 1]):
            if row in expected:
                answer = model.log_probabilities(query_at(data, row, user))
                np.testing.assert_allclose(answer, expected[row], rtol=1e-3, atol=1e-4)


def of_taste(users: int) -> tuple[Interactions, Catalogue]:
    """Users of two tastes, which the Users dataset tells: one of low items, one of high ones."""
    rng = np.random.default_rng(5)
    taste = rng.integers(0, 2, users)
    data = of_sequences([rng.integers(0, 30, 8).tolist() for _ in taste])
    moved = data.item + 30 * taste[data.user_of_rows()]
    ids = IdIndex.of([f"i{n:03}" for n in range(60)])
    data = msgspec.structs.replace(data, items=ids, item=moved.astype(np.int32))
    schema = parse_schema(
        json.dumps(
            {
                "type": "record",
                "name": "Users",
                "namespace": "com.amazonaws.personalize.schema",
                "fields": [
                    {"name": "USER_ID", "type": "string"},
                    {"name": "TASTE", "type": "string", "categorical": True},
                    {"name": "AGE", "type": "int"},
                ],
                "version": "1.0",
            }
        ),
        None,
    )
    builder = CatalogueBuilder(schema)
    builder.put(
        [
            Change(n, user, {"TASTE": "high" if high else "low", "AGE": 20 + n % 50}, 0.0)
            for n, (user, high) in enumerate(zip(data.users, taste.tolist(), strict=True))
        ]
    )
    return data, builder.catalogue()


def test_a_user_without_events_is_known_by_the_users_dataset() -> None:
    data, users = of_taste(400)
    traits = traits_of(data.users, users)
    assert traits is not None
    shape = msgspec.structs.replace(SHAPE, traits=len(traits.space.hashes))
    start = begin(data, no_weights(), shape, 0, of_users=traits)
    model = fit(data, start, PLAN, quiet)
    for taste, liked in (("low", slice(0, 30)), ("high", slice(30, 60))):
        nobody = Query(
            np.empty(0, np.int32),
            np.empty(0, np.int64),
            now=float("nan"),
            traits={"TASTE": taste, "AGE": 33.0},
        )
        assert np.exp(model.log_probabilities(nobody))[liked].sum() > 0.8
    # What training makes of the start, NumPy does too.
    network = Network(shape, dropout=0.0).eval()
    network.load_state_dict({k: torch.tensor(v) for k, v in model.parameters.items()})
    positions = positions_of(data, shape, model.usual, model.edges)
    with torch.inference_mode():
        for rows in rows_of(data.offsets, shape.length, 2, np.random.default_rng(0)):
            read = reads(positions, rows, CPU)
            started = starts(traits, rows, read["item"], shape.start, CPU)
            vectors = network(read, torch.from_numpy(rows.user), started)
            for row, column in np.argwhere(rows.user >= 0):
                at, user = int(rows.positions[row, column]), int(rows.user[row, column])
                if data.offsets[user] in rows.positions[row]:
                    asked = query_at(data, at, user)
                    known = users.traits(data.users[user])
                    answer = model.vector(msgspec.structs.replace(asked, traits=known))
                    np.testing.assert_allclose(answer, vectors[row, column], rtol=1e-3, atol=1e-3)
            break


def test_a_training_prepares_no_more_users_than_it_goes_through() -> None:
    data = walks(users=50, length=10)
    some = within_reach(data, 100, NOBODY, np.random.default_rng(0))
    counts = np.diff(some.offsets)
    assert counts.sum() == 100
    assert set(counts.tolist()) == {0, 10}
    assert within_reach(data, 500, NOBODY, np.random.default_rng(0)) is data


def test_a_history_longer_than_the_model_looks_back_counts_by_its_end() -> None:
    data = walks(users=2, length=60)
    model = begun(data).model
    whole = query_at(data, 50, 0)
    recent = msgspec.structs.replace(
        whole,
        history=whole.history[-SHAPE.length - 1 :],
        times=whole.times[-SHAPE.length - 1 :],
        event_type=None if whole.event_type is None else whole.event_type[-SHAPE.length - 1 :],
    )
    np.testing.assert_allclose(
        model.log_probabilities(whole), model.log_probabilities(recent), rtol=1e-5
    )


def test_nobody_at_all_gets_an_answer() -> None:
    model = begun(walks(users=5)).model
    nothing = Query(np.empty(0, np.int32), np.empty(0, np.int64), now=float("nan"))
    assert np.exp(model.log_probabilities(nothing)).sum() == pytest.approx(1, abs=1e-4)


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(2, 7), st.integers(1, 3))
def test_every_position_is_in_one_row(counts: list[int], length: int, rows: int) -> None:
    offsets = np.cumsum([0, *counts])
    seen: list[int] = []
    for batch in rows_of(offsets, length, rows, np.random.default_rng(0)):
        assert batch.user.shape[1] == length
        assert len(batch.user) <= rows
        mine = batch.user >= 0
        owner = np.searchsorted(offsets, batch.positions[mine], side="right") - 1
        np.testing.assert_array_equal(batch.user[mine], owner)
        seen += batch.positions[mine].tolist()
    assert sorted(seen) == list(range(offsets[-1]))


@given(st.lists(st.floats(0, 1e12) | st.just(float("nan")), min_size=1))
def test_longer_gaps_have_no_lower_class(gaps: list[float]) -> None:
    classes = gap_classes(np.sort(np.array(gaps)))  # NaN comes last
    known = classes[classes != UNKNOWN]
    assert len(known) == sum(gap == gap for gap in gaps)  # noqa: PLR0124 - NaN
    assert (np.diff(known) >= 0).all()
    assert classes.max() < CLASSES


def test_values_fall_into_classes_of_about_equal_size() -> None:
    value = np.random.default_rng(0).random(7000).astype(np.float32)
    classes = value_classes(value, value_edges(value), len(value))
    assert np.bincount(classes, minlength=8)[1:].min() > 900
    missing = np.array([np.nan, 0.5], np.float32)
    assert value_classes(missing, value_edges(value), 2)[0] == 0


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_loss_over_the_catalogue_is_that_of_autograd(threads: int) -> None:
    torch.manual_seed(0)
    sizes = {"hidden": (70, 8), "output": (40_000, 8), "bias": (40_000,)}
    given_ = {name: torch.randn(size, requires_grad=True) for name, size in sizes.items()}
    target, weight = torch.randint(0, 40_000, (70,)), torch.rand(70)
    parts = given_["hidden"], given_["output"], given_["bias"]
    ours = loss.whole(*parts, target, weight, threads)
    ours.backward()  # type: ignore[no-untyped-call]
    found = {name: tensor.grad for name, tensor in given_.items()}
    for tensor in given_.values():
        tensor.grad = None
    logits = given_["hidden"] @ given_["output"].T + given_["bias"]
    theirs = (functional.cross_entropy(logits, target, reduction="none") * weight).sum()
    theirs.backward()  # type: ignore[no-untyped-call]
    assert float(ours.detach()) == pytest.approx(float(theirs.detach()), rel=1e-5)
    for name, tensor in given_.items():
        torch.testing.assert_close(found[name], tensor.grad, rtol=1e-3, atol=1e-5)


def test_a_sample_of_all_other_items_gives_the_whole_loss() -> None:
    torch.manual_seed(1)
    hidden, output, bias = torch.randn(5, 4), torch.randn(30, 4), torch.randn(30)
    target, weight = torch.full((5,), 7), torch.rand(5)
    items = torch.arange(30)
    chances = torch.full((30,), 1 / 30).log()
    drawn = loss.Drawn(items, chances, output, bias)
    true = hidden @ output[7] + bias[7]
    torch.testing.assert_close(
        loss.sampled(hidden, true, drawn, target, weight),
        loss.whole(hidden, output, bias, target, weight),
    )


def test_the_beginning_holds_the_strongest_directions() -> None:
    rng = np.random.default_rng(0)
    dense = (rng.random((40, 6)) @ rng.random((6, 40)) * (rng.random((40, 40)) < 0.5)).astype("f4")
    inputs, outputs = spectral(sparse.csr_array(dense), 12, 0)
    left, strengths, right = np.linalg.svd(dense)
    best = (left[:, :12] * strengths[:12]) @ right[:12]
    ours = inputs @ outputs.T
    # Both are scaled to fixed lengths, so they are alike up to a factor.
    factor = float((ours * best).sum() / (ours * ours).sum())
    assert np.linalg.norm(factor * ours - best) < 0.02 * np.linalg.norm(best)


@pytest.fixture(scope="module")
def learnt() -> TransformerModel:
    data = walks(users=150)
    return fit(data, begin(data, no_weights(), SHAPE, 0), PLAN, quiet)


def ndcg(model: TransformerModel, data: Interactions) -> float:
    places = []
    for user in range(len(data.users)):
        last = int(data.offsets[user + 1]) - 1
        scores = model.log_probabilities(query_at(data, last, user))
        places.append(place(scores, int(data.item[last])))
    at = np.array(places)
    return float(np.where(at < 10, 1 / np.log2(at + 2), 0).mean())


def test_it_learns_what_comes_next(learnt: TransformerModel) -> None:
    unseen = walks(users=60, seed=4)
    untrained = begin(walks(users=150), no_weights(), SHAPE, 0).model
    assert ndcg(learnt, unseen) > 2 * ndcg(untrained, unseen)


def test_the_same_seed_gives_the_same_model(learnt: TransformerModel) -> None:
    data = walks(users=150)
    again = fit(data, begin(data, no_weights(), SHAPE, 0), PLAN, quiet)
    for name, value in learnt.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], value)


def test_it_goes_on_from_an_older_model_with_new_items(learnt: TransformerModel) -> None:
    more = walks(users=150, items=64, seed=8)
    near = sparse.csr_array(np.roll(np.eye(64, dtype=np.float32), 1, axis=1))
    start = begin(more, near, msgspec.structs.replace(SHAPE, items=64), 0, start=learnt)
    assert start.trained
    np.testing.assert_array_equal(
        start.model.parameters["output.weight"][:60], learnt.parameters["output.weight"]
    )
    np.testing.assert_allclose(
        start.model.parameters["output.weight"][60], learnt.parameters["output.weight"][59]
    )
    before = ndcg(start.model, walks(users=60, items=64, seed=9))
    after = fit(more, start, PLAN, quiet)
    assert ndcg(after, walks(users=60, items=64, seed=9)) > before


def test_another_shape_begins_anew(learnt: TransformerModel) -> None:
    wider = msgspec.structs.replace(SHAPE, width=32)
    assert not begin(walks(users=30), no_weights(), wider, 0, start=learnt).trained


def test_a_large_catalogue_learns_from_samples_with_sparse_steps() -> None:
    data = walks(users=150)
    plan = msgspec.structs.replace(PLAN, whole_up_to=10, dense_up_to=10, negatives=200)
    model = fit(data, begin(data, no_weights(), SHAPE, 0), plan, quiet)
    untrained = begin(data, no_weights(), SHAPE, 0).model
    assert ndcg(model, walks(users=60, seed=4)) > 2 * ndcg(untrained, walks(users=60, seed=4))


def test_progress_tells_loss_and_validation_and_can_cancel() -> None:
    data = of_sequences([[n % 60 for n in range(start, start + 12)] for start in range(60)])
    words: list[str] = []

    def watch(share: float, text: str) -> None:
        assert 0 <= share <= 1
        words.append(text)
        if "validation" in text:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fit(data, begin(data, no_weights(), SHAPE, 0), PLAN, watch)
    assert "loss" in words[-1]


def test_what_is_saved_answers_the_same(learnt: TransformerModel, tmp_path: Path) -> None:
    learnt.save(tmp_path)
    loaded = TransformerModel.load(tmp_path)
    asked = query_at(walks(users=2), 7, 0)
    found = loaded.log_probabilities(asked)
    np.testing.assert_allclose(found, learnt.log_probabilities(asked), rtol=1e-5)  # by columns
