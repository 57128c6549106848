"""One result each, as a table and as JSON."""

from collections.abc import Sequence
from pathlib import Path

import msgspec


class Row(msgspec.Struct, frozen=True):
    """A number and how it came about."""

    section: str
    dataset: str
    model: str
    metric: str
    value: float
    seconds: float
    """Wall time of the training, compilation included."""
    peak_mib: int
    """The whole process's peak resident memory."""
    seed: int
    note: str


def show(rows: Sequence[Row]) -> None:
    """Print the rows of one data set and model as one line of a table."""
    for row in rows[:1]:
        values = "  ".join(f"{each.metric} {each.value:.4f}" for each in rows)
        where = f"{row.dataset:8} {row.model:18}"
        print(
            f"{where} {values}  {row.seconds:6.1f} s {row.peak_mib:6} MiB  {row.note}", flush=True
        )


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write all rows as one JSON array."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(rows)))
