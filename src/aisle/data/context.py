"""The context of events, such as the device: text columns of interactions that models learn from.

https://docs.aws.amazon.com/personalize/latest/dg/interactions-datasets.html
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

MOST_VALUES = 1000
"""Distinct values of a column; the rarest beyond them are unknown."""

_NAMES = "context.json"


class ContextColumn(msgspec.Struct, frozen=True, eq=False):
    """One column of context, by codes. A value such as `a|b` counts as one."""

    names: tuple[str, ...]
    """The distinct values in ascending order; code 0 is `""`, for an unknown one and for none."""
    codes: NDArray[np.uint16]
    """`[events]` codes into `names`."""

    @classmethod
    def of(cls, values: pl.Series, order: NDArray[np.int64]) -> Self:
        """From categories, `""` where there is none; event `n` is the one at `order[n]`."""
        counts = values.rename("place").to_frame().group_by("place").agg(events=pl.len())
        counts = counts.with_columns(value=pl.col("place").cast(pl.String))
        counts = counts.filter(pl.col("value") != "")
        often = counts.sort("events", "value", descending=[True, False]).head(MOST_VALUES)
        often = often.sort("value")
        coded = values.to_physical().replace_strict(
            often["place"].to_physical(),
            range(1, len(often) + 1),
            default=0,
            return_dtype=pl.UInt16,
        )
        return cls(("", *often["value"]), coded.to_numpy()[order])

    def where(self, mask: NDArray[np.bool_]) -> "ContextColumn":
        """The same values with only the events where `mask` `[events]` holds."""
        return ContextColumn(self.names, self.codes[mask])


def code_of(names: Sequence[str], value: str) -> int:
    """The code of a value among those of a column; 0 for an unknown one."""
    position = bisect_left(names, value)
    return position if position < len(names) and names[position] == value else 0


def save_context(folder: Path, columns: Mapping[str, ContextColumn]) -> None:
    """Write the columns into a folder that exists; nothing where there are none."""
    if not columns:
        return
    names = {name: column.names for name, column in columns.items()}
    (folder / _NAMES).write_bytes(msgspec.json.encode(names))
    for number, column in enumerate(columns.values()):
        np.save(_codes(folder, number), column.codes)


def load_context(folder: Path) -> dict[str, ContextColumn]:
    """Map what `save_context` wrote."""
    file = folder / _NAMES
    if not file.exists():
        return {}
    names = msgspec.json.decode(file.read_bytes(), type=dict[str, tuple[str, ...]])
    return {
        name: ContextColumn(values, np.asarray(np.load(_codes(folder, number), mmap_mode="r")))
        for number, (name, values) in enumerate(names.items())
    }


def _codes(folder: Path, number: int) -> Path:
    return folder / f"context_{number}.npy"
