"""The files of a store: what Personalize imports, and what the shop opens."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec
import numpy as np
import polars as pl
import pyarrow.parquet as pq

from allstore.catalog.models import Product, Shopper
from allstore.simulator import schemas
from allstore.simulator.run import Run, play_all
from allstore.simulator.settings import Settings
from allstore.simulator.store import Truth
from allstore.simulator.whole import whole

FileFormat = Literal["csv", "parquet"]
Progress = Callable[[str, float], None]
"""Hears a step and the share of it that is done."""

SETTINGS_FILE = "simulation.json"
SPOOL = ".events-"
"""How the folder of events that are not sorted yet is called; a run that is killed leaves it."""
BATCH = 50_000
"""Products whose rows are made at once."""


class Written(msgspec.Struct, frozen=True):
    """What a simulation came to."""

    kinds: tuple[int, ...]
    """Events of each of `EVENTS`."""
    sessions: int
    files: tuple[Path, ...]


def write(
    settings: Settings,
    folder: Path,
    *,
    file_format: FileFormat = "csv",
    context: bool = False,
    processes: int | None = None,
    progress: Progress = lambda _step, _share: None,
) -> Written:
    """Simulate into `folder`, which is made where it is missing, in bounded memory.

    There are `items.csv`, `users.csv`, `interactions.csv` or `.parquet` by time, `products.json`,
    `shoppers.json`, a schema for each dataset in `schemas`, and last, as the sign that all is
    there, `simulation.json` with the settings. With `context` the interactions tell in a column
    DISCOUNT whether the product was on offer. Files of an earlier run are replaced.
    """
    _clear(folder)
    truth = Truth.of(settings)
    with TemporaryDirectory(dir=folder, prefix=SPOOL) as spool:
        run = play_all(
            truth,
            Path(spool),
            processes=processes,
            progress=lambda share: progress("Simulating", share),
        )
        target = folder / f"interactions.{file_format}"
        frames = _watched(run, progress, context=context)
        (_write_csv if file_format == "csv" else _write_parquet)(frames, target)
    files = [
        *_write_products(truth.products, folder),
        *_write_shoppers(truth, folder),
        target,
        *_write_schemas(folder / "schemas", context=context),
        folder / SETTINGS_FILE,
    ]
    _write_bytes(files[-1], msgspec.json.format(msgspec.json.encode(settings)))
    kinds = np.sum([piece.kinds for piece in run.pieces], axis=0)
    sessions = sum(piece.sessions for piece in run.pieces)
    return Written(tuple(kinds.tolist()), sessions, tuple(files))


def read_settings(file: Path) -> Settings:
    """The settings in a `simulation.json`; those left out have their defaults. Raises ValueError,
    with the file's name, where it does not hold settings.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=Settings)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{file}: {error}") from error


def _clear(folder: Path) -> None:
    """Take away what would seem to belong to the new run if that were interrupted."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (SETTINGS_FILE, "interactions.csv", "interactions.parquet"):
        (folder / name).unlink(missing_ok=True)
    for left in folder.glob(f"{SPOOL}*"):
        shutil.rmtree(left)


def _watched(run: Run, progress: Progress, *, context: bool) -> Iterator[pl.DataFrame]:
    done, total = 0, run.truth.settings.interactions
    for frame in run.interactions(context=context):
        yield frame
        done += frame.height
        progress("Writing", done / total)


def _write_bytes(target: Path, content: bytes) -> None:
    with whole(target):
        target.write_bytes(content)


def _write_csv(frames: Iterator[pl.DataFrame], target: Path) -> None:
    with whole(target), target.open("wb") as file:
        for number, frame in enumerate(frames):
            frame.write_csv(file, include_header=number == 0)


def _write_parquet(frames: Iterator[pl.DataFrame], target: Path) -> None:
    """A row group for each frame."""
    with whole(target), ExitStack() as stack:
        writer = None
        for frame in frames:
            table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
            if writer is None:
                opened = pq.ParquetWriter(target, table.schema, compression="zstd")
                writer = stack.enter_context(opened)
            writer.write_table(table)


def _write_products(products: list[Product], folder: Path) -> Iterator[Path]:
    table, records = folder / "items.csv", folder / "products.json"
    batches = (products[first : first + BATCH] for first in range(0, len(products), BATCH))
    _write_csv((items(batch) for batch in batches), table)
    _write_bytes(records, msgspec.json.encode(products))
    yield from (table, records)


def _write_shoppers(truth: Truth, folder: Path) -> Iterator[Path]:
    """Part by part."""
    table, records = folder / "users.csv", folder / "shoppers.json"
    _write_csv((users(truth.shoppers(part)) for part in truth.parts), table)
    with whole(records), records.open("wb") as array:
        for number, part in enumerate(truth.parts):
            array.write(b"," if number else b"[")
            array.write(msgspec.json.encode(truth.shoppers(part))[1:-1])
        array.write(b"]")
    yield from (table, records)


def _write_schemas(folder: Path, *, context: bool) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in schemas.by_dataset(context=context).items():
        _write_bytes(folder / f"{name}.json", text.encode())
        yield folder / f"{name}.json"


def items(products: list[Product]) -> pl.DataFrame:
    """Rows of the items dataset: `GENDER` is `Any` for a product that suits everyone."""
    return pl.DataFrame(
        {
            "ITEM_ID": [product.id for product in products],
            "PRICE": [product.price for product in products],
            "CATEGORY_L1": [product.category for product in products],
            "CATEGORY_L2": [product.style for product in products],
            "PRODUCT_DESCRIPTION": [product.description for product in products],
            "GENDER": [product.gender_affinity or "Any" for product in products],
            "PROMOTED": ["Y" if product.promoted else "N" for product in products],
        },
    )


def users(shoppers: list[Shopper]) -> pl.DataFrame:
    """Rows of the users dataset."""
    return pl.DataFrame(
        {
            "USER_ID": [shopper.id for shopper in shoppers],
            "AGE": [shopper.age for shopper in shoppers],
            "GENDER": [shopper.gender for shopper in shoppers],
        },
    )
