"""One result each, as a table and as JSON."""

from collections.abc import Iterable, Sequence
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

    @property
    def cell(self) -> tuple[str, str, str]:
        """What is measured in one go."""
        return self.section, self.dataset, self.model


def show(rows: Sequence[Row]) -> None:
    """Print the rows of one data set and model as one line of a table."""
    for row in rows[:1]:
        values = "  ".join(f"{each.metric} {each.value:.4f}" for each in rows)
        where = f"{row.section:2} {row.dataset:16} {row.model:20}"
        print(
            f"{where} {values}  {row.seconds:6.1f} s {row.peak_mib:6} MiB  {row.note}", flush=True
        )


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write all rows as one JSON array."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")


def read(path: Path) -> list[Row]:
    """The rows of a file that `write` wrote; none where there is no file."""
    return msgspec.json.decode(path.read_bytes(), type=list[Row]) if path.exists() else []


def merged(old: Iterable[Row], new: Sequence[Row]) -> list[Row]:
    """Rows of a section, data set and model measured again replace the older ones, in their place;
    others follow.
    """
    again = {row.cell for row in new}
    by_cell: dict[tuple[str, str, str], list[Row]] = {}
    for row in old:
        by_cell.setdefault(row.cell, [])
        if row.cell not in again:
            by_cell[row.cell].append(row)
    for row in new:
        by_cell.setdefault(row.cell, []).append(row)
    return [row for rows in by_cell.values() for row in rows]
