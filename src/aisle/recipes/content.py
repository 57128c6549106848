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

from aisle.recipes import artefact
from aisle.recipes.ridge_model import Recent
from aisle.recipes.traits import Traits, stretches

NAME = "content-profile"
Floats = NDArray[np.float32]

_POPULARITY = np.float32(0.05)
"""The part of the probabilities that is popularity: items without a word of metadata stay."""
_LEAST = np.float32(1e-9)


class ContentModel(msgspec.Struct, frozen=True, eq=False):
    """The features of the items that have any, one item after the other."""

    codes: NDArray[np.int32]
    """`[described]` the items, ascending."""
    offsets: NDArray[np.int64]
    """`[described + 1]` where each one's features begin."""
    features: NDArray[np.int32]
    values: Floats
    """Beside `features`: a field's part of an item has length 1."""
    width: int
    """How many features there are."""

    def log_probabilities(self, recent: Recent, shares: Floats) -> Floats | None:
        """`[items]` for a user of `recent` items, by popularity `shares` `[items]`; None where
        nothing is known of any of them.
        """
        profile = self._profile(recent)
        if profile is None:
            return None
        alike = np.zeros(len(shares), np.float32)
        likeness = self.values * profile[self.features]
        alike[self.codes] = np.add.reduceat(likeness, self.offsets[:-1])
        alike *= alike
        alike *= (1 - _POPULARITY) / alike.sum()
        alike += _POPULARITY * shares
        alike += _LEAST
        return np.log(alike, out=alike)

    def _profile(self, recent: Recent) -> Floats | None:
        """`[features]` the weighted sum over the items."""
        place = np.searchsorted(self.codes, recent.items)
        place[place == len(self.codes)] = 0
        known = self.codes[place] == recent.items
        if not known.any():
            return None
        place = place[known]
        entries, counts = stretches(self.offsets[place], self.offsets[place + 1])
        parts = self.values[entries] * np.repeat(recent.weights[known], counts)
        return np.bincount(self.features[entries], parts, self.width).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        names = ("codes", "offsets", "features", "values")
        arrays = {name: getattr(self, name) for name in names}
        artefact.save_arrays(folder, NAME, arrays, {"width": self.width})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        arrays, settings = artefact.load_arrays(folder, NAME)
        return cls(**arrays, width=int(settings["width"]))


def content_of(traits: Traits | None) -> ContentModel | None:
    """Of the items' traits; None where no item has any."""
    if traits is None:
        return None
    begins, features, values = traits.of(np.arange(len(traits.row_of)))
    counts = np.diff(begins, append=len(features))
    codes = np.flatnonzero(counts)
    if not len(codes):
        return None
    return ContentModel(
        codes=codes.astype(np.int32),
        offsets=np.append(begins[codes], len(features)),
        features=features,
        values=values,
        width=traits.features.width,
    )
