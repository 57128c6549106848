"""One similarity of several: what follows an item, embeddings of behaviour and of metadata."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.recipes.base import Progress
from aisle.recipes.related.counting import by_blocks, packed
from aisle.recipes.related.factors import Dense
from aisle.recipes.related.neighbours import Neighbours, kept_of

_CELLS_AT_A_TIME = 4_000_000
_POPULARITY = 0.25
"""How much popularity lifts an item that only embeddings suggest: they know direction, not size."""


class Parts(msgspec.Struct, frozen=True):
    """What the blend is made of."""

    direct: Neighbours
    behaviour: Dense
    """`[items, dimensions]` of length 1, or 0."""
    metadata: Dense
    """`[items, dimensions]` the same."""
    popularity: NDArray[np.float32]
    """`[items]` above 0, the most popular 1."""
    discount: float
    """0 to 1: how much of its popularity an item loses."""

    def followers(self, item: int) -> NDArray[np.float32]:
        """`[items]` the square root of each one's part in what follows the item, highest 1."""
        row = np.zeros(len(self.popularity), np.float32)
        codes, values = self.direct.of(item)
        if len(codes):
            row[codes] = np.sqrt(values / values[0]) * self.popularity[codes] ** self._lost
        return row

    def lifted(self, cosines: Dense) -> Dense:
        """Cosines `[..., items]` weighed by popularity; none below 0."""
        gain = self.popularity ** np.float32(_POPULARITY + self._lost)
        return np.asarray(np.maximum(cosines, 0) * gain, np.float32)

    @property
    def _lost(self) -> np.float32:
        return np.float32(-0.5 * self.discount)


def blended(
    parts: Parts, behaviour_weight: float, metadata_weight: float, progress: Progress
) -> Neighbours:
    """Each item's strongest neighbours by the sum of the three."""
    from aisle.recipes.related import kernels  # noqa: PLC0415 - serving must not import Numba

    count = len(parts.popularity)
    kept = kept_of(count)
    codes = np.empty((count, kept), np.int32)
    values = np.empty((count, kept), np.float32)
    joined = np.hstack(
        [
            parts.behaviour * np.float32(behaviour_weight**0.5),
            parts.metadata * np.float32(metadata_weight**0.5),
        ]
    )
    step = max(min(_CELLS_AT_A_TIME // max(count, 1), 256), 1)

    def fill(first: int) -> None:
        rows = slice(first, min(first + step, count))
        scores = parts.lifted(joined[rows] @ joined.T)
        for row, item in enumerate(range(rows.start, rows.stop)):
            scores[row] += parts.followers(item)
            scores[row, item] = 0
        kernels.strongest_of(scores, codes[rows], values[rows])

    by_blocks(count, step, fill, progress, "comparing items")
    return packed(codes, values)
