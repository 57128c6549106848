"""Each item's neighbours, strongest first."""

from collections.abc import Mapping
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

KEPT = 300
"""Neighbours of an item that are kept at most."""
_MOST_ENTRIES = 20_000_000
_LEAST_KEPT = 50


def kept_of(items: int) -> int:
    """How many neighbours an item may have, so that all lists together stay within bounds."""
    affordable = max(_MOST_ENTRIES // max(items, 1), _LEAST_KEPT)
    return max(min(KEPT, affordable, items - 1), 0)


class Neighbours(msgspec.Struct, frozen=True, eq=False):
    """Lists end to end: item `i` has the places `offsets[i]:offsets[i + 1]` of the other arrays."""

    offsets: NDArray[np.int64]
    """`[items + 1]`"""
    codes: NDArray[np.int32]
    values: NDArray[np.float32]
    """Above 0, falling within a list; equal ones by ascending code."""

    def of(self, item: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Codes and values of one item's neighbours."""
        places = slice(int(self.offsets[item]), int(self.offsets[item + 1]))
        return self.codes[places], self.values[places]

    def rows(self) -> NDArray[np.int32]:
        """`[entries]` whose neighbour each one is."""
        count = len(self.offsets) - 1
        return np.repeat(np.arange(count, dtype=np.int32), np.diff(self.offsets))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `of_arrays` makes them from again; for an artefact."""
        return {
            "neighbour_offsets": self.offsets,
            "neighbour_codes": self.codes,
            "neighbour_values": self.values,
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The lists that `arrays` was asked of."""
        return cls(
            arrays["neighbour_offsets"], arrays["neighbour_codes"], arrays["neighbour_values"]
        )
