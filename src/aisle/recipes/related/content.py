"""Neighbours of an item by its row of the Items dataset alone, found at the request."""

from collections.abc import Mapping
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.recipes.metadata_features import Features, FeatureSpace
from aisle.recipes.related.neighbours import Neighbours

_MOST_READ = 60_000
"""Entries of the index that a request reads, those of the features that tell most first."""
_ALIKE = 50
"""Items whose neighbours speak for those of an item like them."""


class Content(msgspec.Struct, frozen=True, eq=False):
    """Which items have which features: an inverted index over the model's items."""

    space: FeatureSpace
    field_weights: NDArray[np.float32]
    """`[fields]` how much each field says about which items go together; they sum to 1."""
    offsets: NDArray[np.int64]
    """`[features + 1]`: the items of each feature are at these places of `codes` and `values`."""
    codes: NDArray[np.int32]
    values: NDArray[np.float32]

    def alike(self, traits: Mapping[str, str | float], count: int) -> NDArray[np.float32]:
        """`[count]` how like each of the model's items a row is: 1 if equal in every field."""
        row = self.space.row(traits)
        weights = row.values * self.field_weights[self.space.field_of[row.features]]
        strongest = np.argsort(-weights, kind="stable")
        features = row.features[strongest]
        read = np.cumsum(self.offsets[features + 1] - self.offsets[features])
        features = features[: max(np.searchsorted(read, _MOST_READ), 1)]
        if not len(features):
            return np.zeros(count, np.float32)
        places = [slice(*self.offsets[feature : feature + 2]) for feature in features]
        weights = weights[strongest[: len(features)]]
        found = [self.values[at] * weight for at, weight in zip(places, weights, strict=True)]
        codes = np.concatenate([self.codes[at] for at in places])
        return np.bincount(codes, np.concatenate(found), count).astype(np.float32)

    def neighbours(
        self, traits: Mapping[str, str | float], known: Neighbours, asked: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Codes and values of a row's neighbours, in the order of codes.

        They are the items most like it and, half of the value, what goes with those.
        """
        count = len(known.offsets) - 1
        like = self.alike(traits, count)
        if asked >= 0:
            like[asked] = 0
        nearest = np.argpartition(-like, _ALIKE)[:_ALIKE] if count > _ALIKE else np.arange(count)
        nearest = nearest[like[nearest] > 0]
        values = np.zeros(count, np.float64)
        for code in nearest.tolist():
            codes, strengths = known.of(code)
            if len(codes):
                values[codes] += float(like[code]) ** 2 * strengths / strengths[0]
        values /= values.max(initial=0) or 1
        values += like / (like.max(initial=0) or 1)
        if asked >= 0:
            values[asked] = 0
        codes = np.flatnonzero(values).astype(np.int32)
        return codes, values[codes].astype(np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `of_arrays` makes the index from again; for an artefact."""
        return self.space.arrays() | {
            "content_field_weights": self.field_weights,
            "content_offsets": self.offsets,
            "content_codes": self.codes,
            "content_values": self.values,
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The index that `arrays` was asked of."""
        return cls(
            FeatureSpace.of_arrays(arrays),
            arrays["content_field_weights"],
            arrays["content_offsets"],
            arrays["content_codes"],
            arrays["content_values"],
        )


def indexed(space: FeatureSpace, features: Features, weights: NDArray[np.float32]) -> Content:
    """The index of items whose rows of features stand in the order of their codes."""
    owners = np.repeat(
        np.arange(len(features.offsets) - 1, dtype=np.int32), np.diff(features.offsets)
    )
    order = np.argsort(features.features, kind="stable")
    sought = np.arange(features.width + 1)
    offsets = np.searchsorted(features.features[order], sought).astype(np.int64)
    return Content(space, weights, offsets, owners[order], features.values[order])
