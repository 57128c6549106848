"""Events on disk between playing and writing: a file for each part, read back slice by slice of
time, so that a run of any size is sorted in bounded memory.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from allstore.simulator.funnel import EVENTS, Events
from allstore.simulator.goods import Integers
from allstore.simulator.settings import DAY, Settings
from allstore.simulator.whole import whole

Records = NDArray[Any]
RECORD = np.dtype([("time", "i8"), ("shopper", "i4"), ("product", "i4"), ("kind", "i1")])
SLICE = 500_000
"""Events in a slice of time, on average."""


class Piece(msgspec.Struct, frozen=True):
    """The events of one part: a file of `RECORD`s by time, shopper and kind."""

    path: Path
    edges: Integers
    """(slices + 1) rows where the slices of time begin, and the end of the last."""
    sessions: int
    kinds: Integers
    """How many events there are of each of `EVENTS`."""


def spool(events: Events, path: Path, settings: Settings) -> Piece:
    """Write the events of one part to `path`."""
    order = np.lexsort((events.kind, events.shopper, events.time))
    records = np.empty(len(order), RECORD)
    records["time"] = events.time[order]
    records["shopper"] = events.shopper[order]
    records["product"] = events.product[order]
    records["kind"] = events.kind[order]
    with whole(path), path.open("wb") as file:
        file.write(records.data)
    return Piece(
        path,
        np.searchsorted(events.time[order], _slices(settings)),
        len(np.unique(events.session)),
        np.bincount(events.kind, minlength=len(EVENTS)),
    )


def by_time(pieces: list[Piece]) -> Iterator[Records]:
    """All events, oldest first, slice by slice. Those of one second stand in the order of the
    pieces.
    """
    for number in range(len(pieces[0].edges) - 1):
        records = np.concatenate([_read(piece, number) for piece in pieces])
        yield records[np.argsort(records["time"], kind="stable")]


def _read(piece: Piece, number: int) -> Records:
    first, last = piece.edges[number : number + 2].tolist()
    return np.fromfile(piece.path, RECORD, last - first, offset=first * RECORD.itemsize)


def _slices(settings: Settings) -> Integers:
    """The times at which slices begin, and the end of the last."""
    count = -(-settings.interactions // SLICE)
    begin, span = settings.end - settings.days * DAY, settings.days * DAY
    return np.array([begin + number * span // count for number in range(count + 1)])
