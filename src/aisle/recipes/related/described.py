"""What the Items dataset says of a model's items, and which of it says what goes together."""

import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.ids import IdIndex
from aisle.recipes.metadata_features import Features, FeatureSpace, learn
from aisle.recipes.related.content import Content, indexed
from aisle.recipes.related.neighbours import Neighbours

_MOST_PAIRS = 40_000
_STRANGERS = 3
"""Random pairs for each pair of neighbours."""


def described(
    catalogue: Catalogue, items: IdIndex, neighbours: Neighbours, seed: int
) -> tuple[Content, Features] | None:
    """The index of the items' features, and the features by item; None where there are none.

    A field weighs what it says, beside the others, about which items are neighbours.
    """
    space, by_row = learn(catalogue)
    if not by_row.width:
        return None
    features = _by_code(by_row, np.array([catalogue.code(item_id) for item_id in items], np.int64))
    weights = _field_weights(space, features, neighbours, seed)
    return indexed(space, features, weights), features


def _by_code(features: Features, row_of: NDArray[np.int64]) -> Features:
    """Rows in the order of items; empty where an item has none (-1)."""
    held = row_of >= 0
    many = np.where(held, np.diff(features.offsets)[row_of], 0)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(many)])
    first = np.repeat(features.offsets[np.where(held, row_of, 0)] - offsets[:-1], many)
    places = first + np.arange(len(first))
    return Features(offsets, features.features[places], features.values[places], features.width)


def _field_weights(
    space: FeatureSpace, features: Features, neighbours: Neighbours, seed: int
) -> NDArray[np.float32]:
    """`[fields]` from a regression, without negative weights, of "are neighbours" on the cosines of
    each field; all alike where nothing is learnt.
    """
    from scipy.optimize import nnls  # noqa: PLC0415 - serving must not import SciPy

    random = np.random.default_rng(seed)
    fields = len(space.fields)
    alike = np.full(fields, 1 / fields, np.float32)
    if not len(neighbours.codes):
        return alike
    drawn = random.integers(len(neighbours.codes), size=_MOST_PAIRS)
    one, other = neighbours.rows()[drawn], neighbours.codes[drawn]
    strangers = random.choice(other, _MOST_PAIRS * _STRANGERS)  # as popular as neighbours are
    left = np.concatenate([one, np.repeat(one, _STRANGERS)])
    right = np.concatenate([other, strangers])
    matrix = features.csr()
    cosines = np.empty((len(left), fields))
    for field in range(fields):
        columns = matrix[:, np.flatnonzero(space.field_of == field)]
        cosines[:, field] = columns[left].multiply(columns[right]).sum(axis=1)
    together = np.repeat([1.0, 0.0], [len(one), len(strangers)])
    centred = cosines - cosines.mean(axis=0)
    weights, _ = nnls(centred, together - together.mean())
    total = weights.sum()
    return np.asarray(weights / total, np.float32) if total > 0 else alike
