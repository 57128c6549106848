"""Related items: which items the same users have, discounted by how popular they are."""

from pathlib import Path
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.recipes import artefact
from aisle.recipes.base import Query

NAME = "item-cooccurrence"


class CooccurrenceModel(msgspec.Struct, frozen=True):
    """Each item's most similar items; popular items where there are none."""

    items: IdIndex
    shares: NDArray[np.float32]
    """`[items]` popularity, summing to 1."""
    neighbours: NDArray[np.int32]
    """`[items, kept]` codes, most similar first; -1 where there are no more."""
    similarities: NDArray[np.float32]
    """`[items, kept]` above 0; 0 where there are no more."""

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[items]`: neighbours above 1 by similarity, then the others by popularity.

        The item asked about is minus infinity.
        """
        scores = self.shares.copy()
        if query.item < 0:
            return scores
        neighbours = self.neighbours[query.item]
        similarities = self.similarities[query.item, neighbours >= 0]
        if len(similarities):
            scores[neighbours[neighbours >= 0]] = 1 + similarities / similarities.max()
        scores[query.item] = -np.inf
        return scores

    def save(self, folder: Path) -> None:
        """Write the arrays beside the ids."""
        arrays = {
            "shares": self.shares,
            "neighbours": self.neighbours,
            "similarities": self.similarities,
        }
        artefact.save(folder, NAME, self.items, arrays)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, _ = artefact.load(folder, NAME)
        return cls(items, arrays["shares"], arrays["neighbours"], arrays["similarities"])
