"""What a catalogue costs: loading it, a request that finds nothing new, one behind a few puts.

Run: `python -m benchmarks.serving.catalogue [--items 100000]`. Milliseconds, the median of several
runs in one process. Beside them two floors: Polars reading the same Parquet file, and the one query
that finds out whether anything is new.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from aisle.data.entities import Entity
from aisle.data.state import State
from aisle.data.user_index import write_index
from aisle.data.values import Value
from aisle.records import Dataset, Schema, Status
from aisle.records.dataset import dataset_arn
from aisle.serving.catalogues import CatalogueCache
from aisle.serving.loading import NotHereError
from aisle.settings import Settings
from aisle.storage.migrations import migrate

GROUP = "arn:aws:personalize:us-east-1:000000000000:dataset-group/films"
SCHEMA_ARN = "arn:aws:personalize:us-east-1:000000000000:schema/films"
KINDS = {
    "ITEM_ID": "string",
    "PRICE": "float",
    "CREATION_TIMESTAMP": "long",
    "RATING": "double",
    "BRAND": "string",
    "CATEGORY": "string",
    "DESCRIPTION": "string",
    "ADULT": "boolean",
}
FLAGS = {"BRAND": "categorical", "CATEGORY": "categorical", "DESCRIPTION": "textual"}


def schema_text() -> str:
    fields = [
        {
            "name": name,
            "type": kind if name == "ITEM_ID" else ["null", kind],
            **({FLAGS[name]: True} if name in FLAGS else {}),
        }
        for name, kind in KINDS.items()
    ]
    document = {
        "type": "record",
        "name": "Items",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": fields,
        "version": "1.0",
    }
    return msgspec.json.encode(document).decode()


def write_part(path: Path, items: int) -> None:
    """Products with 500 brands, 2,000 sets of categories and a description each."""
    random = np.random.default_rng(7)
    names = np.array([f"category-{number}" for number in range(60)])
    sets = ["|".join(random.choice(names, random.integers(1, 4))) for _ in range(2000)]
    pl.DataFrame(
        {
            "ITEM_ID": [f"item-{number:07d}" for number in range(items)],
            "PRICE": pl.Series(np.round(random.random(items) * 100, 2), dtype=pl.Float32),
            "CREATION_TIMESTAMP": random.integers(1_600_000_000, 1_700_000_000, items),
            "RATING": random.random(items),
            "BRAND": [f"brand-{number}" for number in random.integers(0, 500, items)],
            "CATEGORY": [sets[number] for number in random.integers(0, 2000, items)],
            "DESCRIPTION": [f"{number} " + "a fine thing indeed " * 10 for number in range(items)],
            "ADULT": random.random(items) < 0.1,
        }
    ).write_parquet(path)


def prepare(state: State, items: int) -> Path:
    migrate(state.database)
    part = state.settings.data_dir / "objects" / "datasets" / "part.parquet"
    part.parent.mkdir(parents=True)
    write_part(part, items)
    shared = {"name": "films", "status": Status.ACTIVE}
    times = {"creation_date_time": 0.0, "last_updated_date_time": 0.0}
    with state.write() as transaction:
        transaction.resources.add(
            Schema(arn=SCHEMA_ARN, schema=schema_text(), **shared, **times)  # type: ignore[arg-type]
        )
        transaction.resources.add(
            Dataset(
                arn=dataset_arn(GROUP, "ITEMS"),
                dataset_group_arn=GROUP,
                dataset_type="ITEMS",
                schema_arn=SCHEMA_ARN,
                parts=("datasets/part.parquet",),
                **shared,  # type: ignore[arg-type]
                **times,  # type: ignore[arg-type]
            )
        )
    return part


def median_ms(run: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


class Bench:
    """One installation with one Items dataset."""

    def __init__(self, folder: Path, items: int) -> None:
        self.state = State(Settings(data_dir=folder))
        self.part = prepare(self.state, items)
        self.cache = CatalogueCache(self.state)
        with self.state.read() as transaction:
            self.seq = transaction.resources.seq(dataset_arn(GROUP, "ITEMS")) or 0
        self.items = items
        self.puts = 0

    def load(self) -> None:
        self.cache = CatalogueCache(self.state)
        self.ask()

    def ask(self) -> None:
        while True:
            try:
                with self.state.read() as transaction:
                    self.cache.current(transaction, GROUP, "ITEMS")
                    return
            except NotHereError as missing:
                load = missing.load
            load()

    def query(self) -> None:
        with self.state.read() as transaction:
            transaction.resources.row(Dataset, dataset_arn(GROUP, "ITEMS"))

    def put(self, *, new: bool) -> None:
        batch = []
        for _ in range(10):
            self.puts += 1
            number = self.items + self.puts if new else (self.puts * 7919) % self.items
            values: dict[str, Value] = {
                "PRICE": float(self.puts),
                "RATING": 0.5,
                "BRAND": "brand-7",
                "CATEGORY": "category-1|category-2",
                "DESCRIPTION": f"changed {self.puts}",
                "ADULT": False,
            }
            batch.append(
                Entity(dataset=self.seq, entity_id=f"item-{number:07d}", values=values, put_at=0.0)
            )
        self.state.entities.append(batch).result()

    def follow(self, *, new: bool) -> float:
        """The request behind a call of ten puts."""
        taken = []
        for _ in range(20):
            self.put(new=new)
            taken.append(median_ms(self.ask, 1))
        return statistics.median(taken)


def index_seconds(folder: Path, rows: int) -> float:
    random = np.random.default_rng(7)
    path = folder / "interactions.parquet"
    pl.DataFrame(
        {
            "USER_ID": random.integers(0, 200_000, rows).astype(str),
            "ITEM_ID": random.integers(0, 20_000, rows).astype(str),
            "EVENT_TYPE": random.choice(["View", "Purchase"], rows),
            "TIMESTAMP": random.integers(1_600_000_000, 1_700_000_000, rows),
        }
    ).write_parquet(path)
    (folder / "index").mkdir()
    started = time.perf_counter()
    write_index(path, folder / "index")
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "data", options.items)
        figures = {
            "polars reads the part": median_ms(lambda: pl.read_parquet(bench.part), 5),
            "catalogue loaded": median_ms(bench.load, 5),
            "query of the dataset's row": median_ms(bench.query, 500),
            "request, nothing new": median_ms(bench.ask, 500),
            "request after 10 new items": bench.follow(new=True),
            "request after 10 changed items": bench.follow(new=False),
            f"index of {options.events} events by user": 1000
            * index_seconds(Path(folder), options.events),
        }
        bench.state.close()
    for name, value in figures.items():
        print(f"{name:40} {value:10.3f} ms")
    if options.out:
        options.out.write_bytes(msgspec.json.encode({"items": options.items, **figures}))


if __name__ == "__main__":
    main()
