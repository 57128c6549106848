"""The few items of a large catalogue among which the first places of a blend are decided.

A blend rises with each of its parts, so what stands first in it stands high in one of them: the
strongest items of every part will do in place of millions.
"""

from collections.abc import Iterable
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.recipes.base import Query

Floats = NDArray[np.float32]

_FEW = 20_000
"""Items up to which all are candidates."""
_OF_EACH = 1000


class Among(msgspec.Struct, frozen=True):
    """The candidates of one query."""

    codes: NDArray[np.int64] | None
    """`[candidates]` ascending; None for all items."""
    seen: NDArray[np.integer]
    """Where the items of the history are among them."""
    target: int
    """And where the answer is."""

    @classmethod
    def of(
        cls,
        parts: Iterable[Floats | None],
        query: Query,
        target: int,
        *,
        few: int = _FEW,
        of_each: int = _OF_EACH,
    ) -> Self:
        """The strongest of the `parts` `[items]` that there are, the history and the `target`."""
        strengths = [part for part in parts if part is not None]
        seen = np.unique(query.history)
        if len(strengths[0]) <= few:
            return cls(None, seen, target)
        strongest = [np.argpartition(part, -of_each)[-of_each:] for part in strengths]
        codes = np.unique(np.concatenate([*strongest, seen, [target]]))
        places = np.searchsorted(codes, np.append(seen, target))
        return cls(codes, places[:-1], int(places[-1]))

    def __call__(self, part: Floats) -> Floats:
        """`[candidates]` of `[items]`."""
        return part if self.codes is None else part[self.codes]
