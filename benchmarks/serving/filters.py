"""What a filter costs a request, over a catalogue of 100,000 items, in microseconds.

Run: `python -m benchmarks.serving.filters [--out result.json]`. All of it counts: the filter's row,
the user's row and 300 events read from SQLite, and the mask made. `cold` is the first request that
a process gets: the expression is read and every mask computed. `put` is the first one after an item
has changed. `warm` is any other, the median of many. The floor, in the same run, is what cannot be
left out: `row`, a transaction that reads one row, and `pass`, one pass of NumPy over two masks
(`a & b`). `ratio` is `warm` beside both.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import numpy as np

from aisle.filters.parsing import parse_filter
from aisle.serving.call import Call
from benchmarks.serving.shelf import BEYOND, Shelf

WARM = 400
COLD = 15


class Kind(NamedTuple):
    """One line of the table."""

    name: str
    expression: str
    values: tuple[Mapping[str, str], ...] = ({},)
    """Taken in turn by the requests."""


KINDS = (
    Kind("one value", 'INCLUDE ItemID WHERE Items.GENRES IN ("genre-3")'),
    Kind(
        "values and range",
        'INCLUDE ItemID WHERE Items.GENRES IN ("genre-1", "genre-2", "genre-3") '
        "AND Items.PRICE >= 10 AND Items.PRICE < 50 AND Items.YEAR > 1990",
    ),
    Kind(
        "OR of three",
        'INCLUDE ItemID WHERE Items.BRAND IN ("brand-7") OR Items.PRICE < 5 '
        'OR Items.GENRES NOT IN ("genre-1")',
    ),
    Kind(
        "placeholders",
        "INCLUDE ItemID WHERE Items.GENRES IN ($GENRES) AND Items.PRICE < $MOST",
        tuple(
            {"GENRES": f'"genre-{n}","genre-{n + 1}"', "MOST": str(10 * n)} for n in range(1, 17)
        ),
    ),
    Kind("user's events", 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Purchase", "View")'),
    Kind(
        "events and values",
        'INCLUDE ItemID WHERE Items.GENRES IN ("genre-3") AND Items.PRICE < 50 | '
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")',
    ),
    Kind(
        "current user",
        'EXCLUDE ItemID WHERE Items.GENRES IN ("genre-3") IF CurrentUser.AGE < 18 | '
        'EXCLUDE ItemID WHERE Items.GENRES IN ("genre-4") IF CurrentUser.AGE >= 18',
    ),
    Kind(
        "current item",
        "INCLUDE ItemID WHERE Items.GENRES IN CurrentItem.GENRES "
        "AND Items.PRICE < CurrentItem.PRICE",
    ),
)


def microseconds(run: Callable[[], object], times: int) -> float:
    """The median of many runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


class Floor(NamedTuple):
    """What any filter needs."""

    row: float
    masks: float


def floor(shelf: Shelf) -> Floor:
    """One row from the database, and one pass over two masks."""
    random = np.random.default_rng(3)
    first, second = (random.random(shelf.rows + BEYOND) < 0.5 for _ in range(2))
    return Floor(microseconds(shelf.row, WARM), microseconds(lambda: first & second, WARM))


def measure(shelf: Shelf, kind: Kind, least: Floor) -> dict[str, str | float]:
    """One line of the table."""
    arn = shelf.filter(kind.name.replace(" ", "-"), kind.expression)
    values = cycle(kind.values)

    def ask(call: Call) -> None:
        shelf.ask(call, space, arn, dict(next(values)))

    def first() -> None:
        parse_filter.cache_clear()
        ask(shelf.fresh())

    space = shelf.space()
    cold = microseconds(first, COLD)
    puts = []
    for _ in range(COLD):
        shelf.put()
        space = shelf.space()
        puts.append(microseconds(lambda: ask(shelf.call), 1))
    for _ in range(60):
        ask(shelf.call)
    warm = microseconds(lambda: ask(shelf.call), WARM)
    return {
        "filter": kind.name,
        "cold": round(cold),
        "put": round(statistics.median(puts)),
        "warm": round(warm),
        "row": round(least.row),
        "pass": round(least.masks, 1),
        "ratio": round(warm / (least.row + least.masks), 1),
    }


def main() -> None:
    """Print the table; write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    parse_filter(KINDS[0].expression)  # loads the parser
    print(f"{os.cpu_count()} cores, NumPy {np.__version__}, {options.rows:,} items, microseconds")
    lines = []
    with tempfile.TemporaryDirectory() as folder, Shelf(Path(folder), options.rows) as shelf:
        least = floor(shelf)
        for kind in KINDS:
            lines.append(measure(shelf, kind, least))
            if len(lines) == 1:
                print("  ".join(f"{name:>18}" for name in lines[0]))
            print("  ".join(f"{value!s:>18}" for value in lines[-1].values()), flush=True)
    if options.out:
        options.out.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
