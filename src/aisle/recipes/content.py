"""What a user may like by what the Items dataset says of what they had: a part of the blend.

A history is the sum of its items' features, weighed as the ridge weighs their steps back; an item
is as likely as the square of its dot product with that (the profile of Pazzani & Billsus 2007,
"Content-based recommendation systems"). It knows nothing of what goes with what, but it has an
opinion on items that few had, where the other parts have little to go by.
"""

from itertools import pairwise
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.recipes import artefact
from aisle.recipes.ridge_model import Recent
from aisle.recipes.traits import Traits

NAME = "content-profile"
Floats = NDArray[np.float32]

_POPULARITY = np.float32(0.05)
"""The part of the probabilities that is popularity: items without a word of metadata stay."""
_LEAST = np.float32(1e-9)


class ContentModel(msgspec.Struct, frozen=True, eq=False):
    """The features of the items that have any, in jagged diagonals (Saad 1989, "Krylov Subspace
    Methods on Supercomputers"): the first feature of every item, then the second of those that have
    two, and so on, with items of more features in front. So a score takes as many passes over the
    items as one of them has features.
    """

    place_of: NDArray[np.int32]
    """`[items]` where an item stands in a diagonal; for one without features, after the longest."""
    starts: NDArray[np.int64]
    """`[most features + 1]` where each diagonal begins."""
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
        likeness = np.zeros(self.starts[1] + 1, np.float32)  # the last is of items without features
        for start, stop in pairwise(self.starts.tolist()):
            part = profile.take(self.features[start:stop], mode="clip")
            part *= self.values[start:stop]
            likeness[: stop - start] += part
        likeness *= likeness
        likeness *= (1 - _POPULARITY) / likeness.sum()
        alike = shares * _POPULARITY
        alike += _LEAST
        alike += likeness.take(self.place_of, mode="clip")
        np.log(alike, out=alike)
        return alike

    def _profile(self, recent: Recent) -> Floats | None:
        """`[features]` the weighted sum over the items."""
        places = self.place_of[recent.items]
        known = places < self.starts[1]
        if not known.any():
            return None
        entries = self.starts[:-1, None] + places[known]
        there = entries < self.starts[1:, None]
        parts = self.values[entries[there]]
        parts = parts * np.broadcast_to(recent.weights[known], there.shape)[there]
        return np.bincount(self.features[entries[there]], parts, self.width).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        names = ("place_of", "starts", "features", "values")
        arrays = {name: getattr(self, name) for name in names}
        artefact.save_arrays(folder, NAME, arrays, {"width": self.width})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        arrays, settings = artefact.load_arrays(folder, NAME)
        if arrays.pop("codes", None) is not None:  # as it was saved before places told that alone
            places, none = arrays["place_of"], arrays["starts"][1]
            arrays["place_of"] = np.where(places < 0, none, places).astype(np.int32)
            arrays["features"] = arrays["features"].astype(np.int32)
        return cls(**arrays, width=int(settings["width"]))


def content_of(traits: Traits | None) -> ContentModel | None:
    """Of the items' traits; None where no item has any."""
    if traits is None:
        return None
    begins, features, values = traits.of(np.arange(len(traits.row_of)))
    counts = np.diff(begins, append=len(features))
    codes = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    if not len(codes):
        return None
    place_of = np.full(len(counts), len(codes), np.int32)
    place_of[codes] = np.arange(len(codes))
    having = np.searchsorted(-counts[codes], -np.arange(counts.max()))
    entries = np.concatenate([begins[codes[:many]] + at for at, many in enumerate(having.tolist())])
    return ContentModel(
        place_of=place_of,
        starts=np.append(0, np.cumsum(having)),
        features=features[entries].astype(np.int32),
        values=values[entries],
        width=traits.features.width,
    )
