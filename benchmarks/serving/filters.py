"""What a filter costs a request, over a catalogue of 100,000 items, in microseconds.

Run: `python benchmarks/serving/filters.py [--out result.json]`. `cold` is the first request that a
process gets: the expression is parsed and every mask computed. `put` is the first one after an item
has changed. `warm` is any other, the median of many. The floor is one pass of NumPy over two masks
(`a & b`) in the same run: less cannot be done to apply a filter, and `ratio` is warm beside it.
What the database is asked, for the filter's row and the user's events, is not in these figures.
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
import polars as pl
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.schema import DatasetSchema, Field
from aisle.data.values import Value
from aisle.filters.masks import Masks, Request, Row
from aisle.filters.parsing import parse_filter
from aisle.filters.values import filled

ITEMS = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("GENRES", "string", nullable=True, categorical=True),
        Field("BRAND", "string", categorical=True),
        Field("PRICE", "float"),
        Field("YEAR", "int"),
    ),
)
USERS = DatasetSchema("Users", (Field("USER_ID", "string"), Field("AGE", "int")))
BEYOND = 500
"""Items that only a model knows."""
EVENTS = 300
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


def bulk(path: Path, rows: int) -> Path:
    """Items as an import leaves them."""
    random = np.random.default_rng(7)
    genres = [
        "|".join(f"genre-{n}" for n in random.choice(20, random.integers(1, 4), replace=False))
        for _ in range(rows)
    ]
    pl.DataFrame(
        {
            "ITEM_ID": [f"item-{n}" for n in range(rows)],
            "GENRES": genres,
            "BRAND": [f"brand-{n}" for n in random.integers(0, 5000, rows)],
            "PRICE": random.gamma(2.0, 20.0, rows).round(2).astype(np.float32),
            "YEAR": random.integers(1950, 2026, rows).astype(np.int32),
        }
    ).write_parquet(path)
    return path


class Bench:
    """A catalogue, a user with events, and requests for one item after another."""

    def __init__(self, builder: CatalogueBuilder, rows: int) -> None:
        self._builder = builder
        self._rows = rows
        self._puts = 0
        self._random = np.random.default_rng(11)
        users = CatalogueBuilder(USERS)
        users.put([Change(1, "me", {"AGE": 30}, 0.0)])
        self._users = users.catalogue()
        items = self._random.choice(rows, EVENTS, replace=False)
        kinds = ("view", "purchase", "cart")
        self._happened = [(f"item-{n}", kinds[n % 3]) for n in items]
        self._asked = cycle(self._random.choice(rows, 50, replace=False).tolist())

    def put(self) -> None:
        """A price that changes."""
        self._puts += 1
        values: dict[str, Value] = {
            "GENRES": "genre-1",
            "BRAND": "brand-1",
            "PRICE": 1.0 + self._puts,
            "YEAR": 2000,
        }
        self._builder.put([Change(self._puts, "item-5", values, 0.0)])
        self._builder.catalogue()

    def ask(self, masks: Masks, kind: Kind, values: Mapping[str, str]) -> NDArray[np.bool_]:
        """One request, as serving makes it."""
        catalogue = self._builder.catalogue()
        request = Request(
            size=self._rows + BEYOND,
            catalogue=catalogue,
            events=lambda kinds: self._took_part(catalogue, kinds),
            item=Row(catalogue, next(self._asked)),
            user=Row(self._users, 0),
        )
        return masks.allowed(filled(parse_filter(kind.expression), values), request)

    def _took_part(self, catalogue: Catalogue, kinds: frozenset[str] | None) -> NDArray[np.int64]:
        placed = [(catalogue.code(item), kind) for item, kind in self._happened]
        return np.array(
            [at for at, kind in placed if at >= 0 and (kinds is None or kind in kinds)], np.int64
        )


def microseconds(run: Callable[[], object], times: int) -> float:
    """The median of many runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


def floor(size: int) -> float:
    """One pass over two masks."""
    random = np.random.default_rng(3)
    first, second = random.random(size) < 0.5, random.random(size) < 0.5
    return microseconds(lambda: first & second, WARM)


def measure(bench: Bench, kind: Kind, least: float) -> dict[str, str | float]:
    """One line of the table."""
    values = cycle(kind.values)

    def cold() -> None:
        parse_filter.cache_clear()
        bench.ask(Masks(), kind, next(values))

    masks = Masks()
    first = microseconds(cold, COLD)
    puts = []
    for _ in range(COLD):
        bench.put()
        puts.append(microseconds(lambda: bench.ask(masks, kind, next(values)), 1))
    for _ in range(60):
        bench.ask(masks, kind, next(values))
    warm = microseconds(lambda: bench.ask(masks, kind, next(values)), WARM)
    return {
        "filter": kind.name,
        "cold": round(first),
        "put": round(statistics.median(puts)),
        "warm": round(warm, 1),
        "floor": round(least, 1),
        "ratio": round(warm / least, 1),
    }


def main() -> None:
    """Print the table; write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    parse_filter(KINDS[0].expression)  # loads the parser
    with tempfile.TemporaryDirectory() as folder:
        builder = CatalogueBuilder(ITEMS, [bulk(Path(folder) / "items.parquet", options.rows)])
    bench = Bench(builder, options.rows)
    print(f"{os.cpu_count()} cores, NumPy {np.__version__}, {options.rows:,} items, microseconds")
    least = floor(options.rows + BEYOND)
    lines = []
    for kind in KINDS:
        lines.append(measure(bench, kind, least))
        if len(lines) == 1:
            print("  ".join(f"{name:>18}" for name in lines[0]))
        print("  ".join(f"{value!s:>18}" for value in lines[-1].values()), flush=True)
    if options.out:
        options.out.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
