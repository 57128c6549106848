"""The transformer and the context of what is to be predicted."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import sparse

from aisle.data.context import ContextColumn
from aisle.data.interactions import Interactions
from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.blend_tuning import Grid, best_blend
from aisle.recipes.blended import BlendedModel
from aisle.recipes.registry import recipes
from aisle.recipes.transformer.begin import begin
from aisle.recipes.transformer.context import ContextSpace
from aisle.recipes.transformer.model import TransformerModel
from aisle.recipes.transformer.network import Network, reads
from aisle.recipes.transformer.positions import positions_of, rows_of
from aisle.recipes.transformer.shape import Shape
from tests.recipes.sample import quiet, walks

DEVICES, MOODS = ("", "desk", "phone", "tv"), ("", "calm", "late")
NO_WEIGHTS = sparse.csr_array(np.zeros((60, 60), np.float32))


def in_context(data: Interactions, devices: tuple[str, ...] = DEVICES) -> Interactions:
    """With two columns by chance, some of their values unknown."""
    rng = np.random.default_rng(2)
    columns = {
        name: ContextColumn(names, rng.integers(0, len(names), len(data)).astype(np.uint16))
        for name, names in (("DEVICE", devices), ("MOOD", MOODS))
    }
    return msgspec.structs.replace(data, context=columns)


def by_chance(data: Interactions) -> TransformerModel:
    """Every parameter by chance, but that nothing known adds nothing."""
    space = ContextSpace.of_events(data)
    shape = Shape(items=60, event_types=2, width=16, length=24, context=space.values)
    model = begin(data, NO_WEIGHTS, shape, 0).model
    rng = np.random.default_rng(1)
    chance = {
        name: rng.normal(0, 0.3, value.shape).astype(np.float32)
        for name, value in model.parameters.items()
    }
    chance["inputs.context.weight"][0] = 0
    return msgspec.structs.replace(model, parameters=chance)


def asked(data: Interactions, user: int, context: dict[str, str]) -> Query:
    """What is asked when the user's last event is to be predicted."""
    last = int(data.offsets[user + 1]) - 1
    rows = slice(int(data.offsets[user]), last)
    return Query(
        history=data.item[rows],
        times=data.timestamp[rows],
        now=float(data.timestamp[last]),
        event_type=data.event_type[rows],
        context=context,
    )


def test_answers_in_a_context_are_those_of_training() -> None:
    data = in_context(walks(users=30, length=11))
    model = by_chance(data)
    positions = positions_of(data, model.shape, model.usual, model.edges, model.context)
    lasts = data.offsets[1:] - 1
    positions.context[np.setdiff1d(np.arange(len(data)), lasts)] = 0  # a history tells no context
    network = Network(model.shape, dropout=0.5).eval()
    network.load_state_dict({k: torch.tensor(v) for k, v in model.parameters.items()})
    compared = told = 0
    with torch.inference_mode():
        for rows in rows_of(data.offsets, model.shape.length, 4, np.random.default_rng(0)):
            vectors = network(reads(positions, rows, torch.device("cpu")), torch.tensor(rows.user))
            for row, column in np.argwhere((rows.user >= 0) & np.isin(rows.positions, lasts)):
                user, last = int(rows.user[row, column]), int(rows.positions[row, column])
                if data.offsets[user] in rows.positions[row]:
                    query = asked(data, user, data.context_of(last))
                    answer = model.vector(query)
                    np.testing.assert_allclose(answer, vectors[row, column], rtol=1e-3, atol=1e-4)
                    nothing = model.vector(msgspec.structs.replace(query, context={}))
                    assert np.allclose(answer, nothing) is not bool(query.context)
                    compared, told = compared + 1, told + bool(query.context)
    assert compared > 15
    assert told > 5


def test_what_is_not_known_of_a_context_changes_nothing() -> None:
    data = in_context(walks(users=3))
    model = by_chance(data)
    plain = model.vector(asked(data, 0, {}))
    for context in ({"DEVICE": "fridge"}, {"DEVICE": ""}, {"WEATHER": "phone"}, {"MOOD": "phone"}):
        np.testing.assert_array_equal(model.vector(asked(data, 0, context)), plain)
    phone, both = ({"DEVICE": "phone"}, {"DEVICE": "phone", "MOOD": "fair"})
    np.testing.assert_array_equal(
        model.vector(asked(data, 0, phone)), model.vector(asked(data, 0, both))
    )


def test_a_training_goes_on_with_new_values_of_context(tmp_path: Path) -> None:
    data = in_context(walks(users=100))
    by_chance(data).save(tmp_path)
    older = TransformerModel.load(tmp_path)
    devices = ("", "car", "phone", "tv")
    more = in_context(walks(users=100, seed=3), devices)
    space = ContextSpace.of_events(more)
    shape = msgspec.structs.replace(older.shape, context=space.values)
    started = begin(more, NO_WEIGHTS, shape, 0, start=older)
    assert started.trained
    newer = started.model
    for context in ({"DEVICE": "phone"}, {"DEVICE": "tv", "MOOD": "late"}, {"MOOD": "calm"}):
        query = asked(more, 0, context)
        np.testing.assert_array_equal(newer.vector(query), older.vector(query))
    new, none = asked(more, 0, {"DEVICE": "car"}), asked(more, 0, {})
    np.testing.assert_array_equal(newer.vector(new), newer.vector(none))
    other = msgspec.structs.replace(more, context={"DEVICE": more.context["DEVICE"]})
    shape = msgspec.structs.replace(shape, context=len(devices) - 1)
    assert not begin(other, NO_WEIGHTS, shape, 0, start=older).trained


def test_the_blend_is_tuned_for_requests_with_and_without_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = in_context(walks(users=100))
    recipe = recipes()["aws-user-personalization"]
    fitted = recipe.fit(TrainingData(data), Config({"transformer": "off"}), quiet)
    assert isinstance(fitted, BlendedModel)
    blend = msgspec.structs.replace(fitted, transformer=by_chance(data))
    queries: list[Query] = []

    def scores(model: TransformerModel, query: Query) -> NDArray[np.float32]:
        queries.append(query)
        return model.parameters["bias"]

    monkeypatch.setattr(TransformerModel, "scores", scores)
    best_blend(blend, TrainingData(data), Grid(tuple(blend.ridges), repeat_factors=(1.0,)))
    lasts = (data.offsets[1:] - 1).tolist()
    told = [{} if number % 2 else data.context_of(last) for number, last in enumerate(lasts)]
    assert [query.context for query in queries] == told
