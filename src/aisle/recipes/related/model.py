"""The model of every related-items recipe: lists of neighbours, and how to answer without one."""

from pathlib import Path
from typing import ClassVar, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.recipes import artefact
from aisle.recipes.base import Query
from aisle.recipes.related.content import Content
from aisle.recipes.related.neighbours import Neighbours

NAME = "related-items"
_ENOUGH = 25
"""An item with fewer neighbours gets more of them by its metadata."""
_LOOKED_BACK = 10


class RelatedModel(msgspec.Struct, frozen=True):
    """Each item's neighbours; then those its metadata suggest; then popular items."""

    reads_traits: ClassVar[bool] = False

    items: IdIndex
    shares: NDArray[np.float32]
    """`[items]` popularity, summing to 1."""
    neighbours: Neighbours
    content: Content | None = None
    """None where the model uses no metadata, or has none."""
    tilt: float = 0.0
    """How far the user's own items lift those of the neighbours that go with them."""

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[items]`: neighbours above 2, up to 3; suggestions above 1; the others by popularity.

        The item asked about is minus infinity. An item that is neither known nor described gives
        popular items.
        """
        scores = self.shares.copy()
        codes, values = self._known(query.item)
        if self.content is not None and query.item_traits and len(codes) < _ENOUGH:
            found, worth = self.content.neighbours(query.item_traits, self.neighbours, query.item)
            scores[found] = 1 + worth / worth.max(initial=1)
        if len(codes):
            scores[codes] = 2 + self._tilted(codes, values / values.max(), query)
        if query.item >= 0:
            scores[query.item] = -np.inf
        return scores

    def _known(self, item: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        if item < 0:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        return self.neighbours.of(item)

    def _tilted(
        self, codes: NDArray[np.int32], values: NDArray[np.float32], query: Query
    ) -> NDArray[np.float32]:
        """Values up to 1, lifted by what goes with the user's newest items."""
        if not self.tilt or not len(query.history):
            return values
        liked = np.zeros(len(self.items), np.float32)
        newest = [item for item in query.history[::-1].tolist() if item != query.item]
        for back, item in enumerate(newest[:_LOOKED_BACK]):
            theirs, strengths = self.neighbours.of(item)
            if len(theirs):
                liked[theirs] += strengths / (strengths[0] * np.float32(1 + back))
        lift = liked[codes] / (liked.max() or np.float32(1))
        return np.asarray(values * (1 + self.tilt * lift) / (1 + self.tilt), np.float32)

    def save(self, folder: Path) -> None:
        """Write the arrays beside the ids."""
        arrays = {"shares": self.shares} | self.neighbours.arrays()
        if self.content is not None:
            arrays |= self.content.arrays()
        settings = {"tilt": self.tilt, "content": float(self.content is not None)}
        artefact.save(folder, NAME, self.items, arrays, settings)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, settings = artefact.load(folder, NAME)
        return cls(
            items,
            arrays["shares"],
            Neighbours.of_arrays(arrays),
            Content.of_arrays(arrays) if settings["content"] else None,
            settings["tilt"],
        )
