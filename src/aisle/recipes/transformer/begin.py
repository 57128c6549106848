"""The parameters that a training begins with."""

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from aisle.data.interactions import Interactions
from aisle.recipes.metadata_features import FeatureSpace
from aisle.recipes.traits import Traits
from aisle.recipes.transformer.context import ContextSpace
from aisle.recipes.transformer.initial import spectral
from aisle.recipes.transformer.model import TransformerModel
from aisle.recipes.transformer.network import Network
from aisle.recipes.transformer.positions import usual_gaps
from aisle.recipes.transformer.shape import Shape
from aisle.recipes.transformer.values import value_edges

Floats = NDArray[np.float32]

_INPUT, _OUTPUT, _BIAS = "inputs.item.weight", "output.weight", "bias"
_CONTEXT = "inputs.context.weight"
_OF_USERS = "inputs.trait"
_OF_ITEMS = ("inputs.item.trait", "output.trait")


class Begun(msgspec.Struct, frozen=True):
    """Where a training begins."""

    model: TransformerModel
    of_users: Traits | None
    """Features of the users to learn from."""
    of_items: Traits | None
    """And of the items."""
    trained: bool
    """Whether it goes on from a training, so that a part of the epochs will do."""


def begin(
    events: Interactions,
    weights: sparse.csr_array,
    shape: Shape,
    seed: int,
    *,
    of_users: Traits | None = None,
    of_items: Traits | None = None,
    start: TransformerModel | None = None,
) -> Begun:
    """Vectors of items from the ridge's `weights` `[items, items]`, all else by chance.

    The shape's `traits` are those of `of_users`.

    With `start`, an older model of the same shape, its parameters; an item that it does not know
    stands between those that the ridge finds beside it, a feature that it does not know at 0.
    """
    fresh = _fresh(events, weights, shape, seed, of_users=of_users, of_items=of_items)
    if start is None or not _fits(start, fresh):
        return Begun(fresh, of_users, of_items, trained=False)
    return Begun(_resumed(fresh, start, weights), of_users, of_items, trained=True)


def _fresh(
    events: Interactions,
    weights: sparse.csr_array,
    shape: Shape,
    seed: int,
    *,
    of_users: Traits | None,
    of_items: Traits | None,
) -> TransformerModel:
    torch.manual_seed(seed)
    state = Network(shape, 0.0, of_items).state_dict()
    parameters = {name: value.numpy() for name, value in state.items()}
    inputs, outputs = spectral(weights, shape.width, seed)
    parameters[_INPUT][: shape.items] = inputs
    parameters[_OUTPUT][:] = outputs
    counts = np.bincount(events.item, minlength=shape.items) + 1.0
    parameters[_BIAS][:] = np.log(counts / counts.sum())
    return TransformerModel(
        items=events.items,
        shape=shape,
        event_types=events.event_types,
        parameters=parameters,
        usual=usual_gaps(events),
        edges=value_edges(events.value),
        of_users=None if of_users is None else of_users.space,
        of_items=None if of_items is None else of_items.space,
        context=ContextSpace.of_events(events),
    )


def _fits(start: TransformerModel, fresh: TransformerModel) -> bool:
    """Whether all is alike but the numbers of items, of features and of values of context."""
    grown = {name: getattr(fresh.shape, name) for name in ("items", "traits", "context")}
    alike = msgspec.structs.replace(start.shape, **grown) == fresh.shape
    if start.context.columns.keys() != fresh.context.columns.keys():
        return False
    return alike and start.event_types == fresh.event_types


def _resumed(
    fresh: TransformerModel, start: TransformerModel, weights: sparse.csr_array
) -> TransformerModel:
    known = {item_id: code for code, item_id in enumerate(start.items)}
    old = np.array([known.get(item_id, -1) for item_id in fresh.items], np.int64)
    parameters = {
        name: np.array(start.parameters.get(name, value))
        for name, value in fresh.parameters.items()
    }
    beside = abs(weights)
    parameters[_INPUT] = np.concatenate(
        [
            _moved(parameters[_INPUT][:-1], old, beside),
            parameters[_INPUT][-1:],
        ]
    )
    parameters[_OUTPUT] = _moved(parameters[_OUTPUT], old, beside.T.tocsr())
    parameters[_OF_USERS] = _known(parameters[_OF_USERS], start.of_users, fresh.of_users)
    for name in _OF_ITEMS:
        if name in fresh.parameters:
            parameters[name] = _known(parameters[name], start.of_items, fresh.of_items)
    parameters[_BIAS] = np.where(old >= 0, parameters[_BIAS][old], fresh.parameters[_BIAS])
    parameters[_CONTEXT] = fresh.context.moved(parameters[_CONTEXT], start.context)
    return msgspec.structs.replace(
        fresh, parameters=parameters, usual=start.usual, edges=start.edges
    )


def _known(vectors: Floats, before: FeatureSpace | None, now: FeatureSpace | None) -> Floats:
    """`[features, width]` those of the features that there are now; 0 for a new one."""
    found = np.zeros((0 if now is None else len(now.hashes), vectors.shape[1]), np.float32)
    if before is not None and now is not None:
        known, features = before.find(now.hashes)
        found[known] = vectors[features]
    return found


def _moved(vectors: Floats, old: NDArray[np.int64], beside: sparse.csr_array) -> Floats:
    """`[items, width]`: old vectors by their new codes, means of the neighbours for new items."""
    moved = np.zeros((len(old), vectors.shape[1]), np.float32)
    moved[old >= 0] = vectors[old[old >= 0]]
    new = np.flatnonzero(old < 0)
    near = beside[new]
    total = np.asarray(near.sum(axis=1)).ravel()
    moved[new] = (near @ moved) / np.maximum(total, 1e-9)[:, None]
    return moved
