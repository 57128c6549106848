"""Rows of a file as columns, whatever the file's layout."""

from collections.abc import Sequence

import msgspec
import polars as pl

from aisle.loading.lines import Broken


class Rows(msgspec.Struct, frozen=True):
    """A block of rows. Columns are as the file names them, of strings or numbers."""

    frame: pl.DataFrame
    lines: Sequence[int]
    """`[rows]` the line on which each row begins."""
    texts: Sequence[bytes]
    """`[rows]` each row as it stands in the file."""
    broken: tuple[Broken, ...] = ()
    """What could not be read as a row at all."""
