"""The context of events and of requests, such as the device, as rows of one table of vectors."""

from collections.abc import Mapping
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.context import code_of
from aisle.data.interactions import Interactions


class ContextSpace(msgspec.Struct, frozen=True):
    """Which row a value of a column has; row 0 is read where nothing is known, and adds nothing."""

    columns: Mapping[str, tuple[str, ...]] = {}
    """By the column's name the values' names, as in `data/context.ContextColumn`."""

    @classmethod
    def of_events(cls, events: Interactions) -> Self:
        """All columns of the events."""
        return cls({name: column.names for name, column in events.context.items()})

    @property
    def values(self) -> int:
        """How many rows there are after row 0."""
        return sum(len(names) - 1 for names in self.columns.values())

    def rows(self, events: Interactions) -> NDArray[np.int32]:
        """`[events, columns]` the rows of events whose columns are those of this space."""
        rows = np.zeros((len(events), len(self.columns)), np.int32)
        first = 0
        for column, (name, names) in enumerate(self.columns.items()):
            codes = events.context[name].codes
            rows[:, column] = np.where(codes, codes.astype(np.int32) + first, 0)
            first += len(names) - 1
        return rows

    def rows_of(self, context: Mapping[str, str]) -> NDArray[np.int64]:
        """`[columns]` the rows of what a request says, 0 for what is not said or unknown."""
        rows = np.zeros(len(self.columns), np.int64)
        first = 0
        for column, (name, names) in enumerate(self.columns.items()):
            code = code_of(names, context.get(name, ""))
            rows[column] = code + first if code else 0
            first += len(names) - 1
        return rows

    def moved(self, vectors: NDArray[np.float32], older: "ContextSpace") -> NDArray[np.float32]:
        """`[1 + values, width]` the older space's `vectors` in this one, zero for new values."""
        moved = np.zeros((1 + self.values, vectors.shape[1]), np.float32)
        for name, names in self.columns.items():
            for value in names[1:]:
                told = {name: value}
                moved[self.rows_of(told).max()] = vectors[older.rows_of(told).max()]
        return moved


NO_CONTEXT = ContextSpace()
