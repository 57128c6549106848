"""What a user may like by what the Items dataset says of what they had: a part of the blend.

A history is the sum of its items' features, weighed as the ridge weighs their steps back; an item
is as likely as the square of its dot product with that (the profile of Pazzani & Billsus 2007,
"Content-based recommendation systems"). It knows nothing of what goes with what, but it has an
opinion on items that few had, where the other parts have little to go by.
"""

from pathlib import Path
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.ids import IdIndex
from aisle.recipes import artefact
from aisle.recipes.metadata_features import learn

NAME = "content-profile"
Floats = NDArray[np.float32]

_POPULARITY = np.float32(0.05)
"""The part of the probabilities that is popularity: items without a word of metadata stay."""
_LEAST = np.float32(1e-9)


class ContentModel(msgspec.Struct, frozen=True, eq=False):
    """The features of the items that have any, one item after the other."""

    items: IdIndex
    codes: NDArray[np.int32]
    """`[described]` the items, ascending."""
    starts: NDArray[np.int64]
    """`[described]` where each one's features begin."""
    features: NDArray[np.int32]
    values: Floats
    """Beside `features`: a field's part of an item has length 1."""
    shares: Floats
    """`[items]` popularity, summing to 1."""

    def log_probabilities(self, recent: NDArray[np.int32], weights: Floats) -> Floats | None:
        """`[items]` for a user who had `recent` `[events]`, by their weights; None where nothing
        is known of any of them.
        """
        profile = self._profile(recent, weights)
        if profile is None:
            return None
        alike = np.zeros(len(self.items), np.float32)
        alike[self.codes] = np.add.reduceat(self.values * profile[self.features], self.starts)
        alike *= alike
        alike *= (1 - _POPULARITY) / alike.sum()
        alike += _POPULARITY * self.shares
        alike += _LEAST
        return np.log(alike, out=alike)

    def _profile(self, recent: NDArray[np.int32], weights: Floats) -> Floats | None:
        """`[features]` the weighted sum over the items."""
        place = np.searchsorted(self.codes, recent)
        place[place == len(self.codes)] = 0
        known = self.codes[place] == recent
        if not known.any():
            return None
        begins = self.starts[place[known]]
        ends = np.append(self.starts, len(self.features))[place[known] + 1]
        counts = ends - begins
        entries = np.repeat(begins - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        parts = self.values[entries] * np.repeat(weights[known], counts)
        width = int(self.features.max()) + 1
        return np.bincount(self.features[entries], parts, width).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the arrays beside the ids."""
        names = ("codes", "starts", "features", "values", "shares")
        artefact.save(folder, NAME, self.items, {name: getattr(self, name) for name in names})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, _ = artefact.load(folder, NAME)
        return cls(items=items, **arrays)


def content_of(items: IdIndex, catalogue: Catalogue, shares: Floats) -> ContentModel | None:
    """Categories and numbers, no free text; None where the dataset has none of them."""
    if not len(catalogue):
        return None
    _, learnt = learn(catalogue, kinds=("values", "number"))
    rows = np.array([catalogue.code(item_id) for item_id in items], np.int64)
    counts = np.where(rows < 0, 0, np.diff(learnt.offsets)[np.maximum(rows, 0)])
    codes = np.flatnonzero(counts)
    if not len(codes):
        return None
    counts = counts[codes]
    starts = np.cumsum(counts) - counts
    entries = np.repeat(learnt.offsets[rows[codes]] - starts, counts) + np.arange(counts.sum())
    return ContentModel(
        items=items,
        codes=codes.astype(np.int32),
        starts=starts,
        features=learnt.features[entries],
        values=learnt.values[entries],
        shares=shares,
    )
