"""What the datasets Users and Items say of the users and items of a training."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.ids import IdIndex
from aisle.recipes.metadata_features import Features, FeatureSpace, learn


class Traits(msgspec.Struct, frozen=True, eq=False):
    """The features of a training's users, or of its items."""

    space: FeatureSpace
    """Reads any one's row, then as now."""
    features: Features
    """Of the rows of the dataset."""
    row_of: NDArray[np.int64]
    """`[users]` or `[items]` the row of each; -1 for one that has none."""

    def of(
        self, codes: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
        """For each of some where its features begin, and all of their codes and values."""
        rows = self.row_of[codes]
        starts = self.features.offsets[np.maximum(rows, 0)]
        stops = np.where(rows < 0, starts, self.features.offsets[np.maximum(rows, 0) + 1])
        counts = stops - starts
        offsets = np.cumsum(counts) - counts
        entries = np.repeat(starts - offsets, counts) + np.arange(counts.sum())
        return offsets, self.features.features[entries], self.features.values[entries]


def traits_of(ids: IdIndex, catalogue: Catalogue) -> Traits | None:
    """Categories and numbers, no free text; None where the dataset has none of them."""
    if not len(catalogue):
        return None
    space, features = learn(catalogue, kinds=("values", "number"))
    if not len(space.hashes):
        return None
    rows = np.array([catalogue.code(one) for one in ids], np.int64)
    return Traits(space, features, rows)
