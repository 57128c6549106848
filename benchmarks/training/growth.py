"""The cost of training our default model as simulated events grow."""

import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from aisle.data.interactions import Interactions
from aisle.recipes.base import TrainingData
from benchmarks.quality.entrants import fit_of
from benchmarks.quality.rows import Row

SIZES = (1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000)
_PRODUCTS = 20_000
_END = 1_790_000_000
_COLUMNS = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE")


def trained(events: int, folder: Path) -> list[Row]:
    """Read, and train with defaults, in this process. CPU seconds are those of both, over all
    threads: what runs beside does not lengthen them much.
    """
    begun, worked = time.perf_counter(), time.process_time()
    frame = pl.scan_parquet(folder / "interactions.parquet")
    data = Interactions.from_frame(frame.select(_COLUMNS))
    read = time.perf_counter() - begun
    fitted = fit_of({})(TrainingData(data), 0, lambda _share, _words: None)
    worked = time.process_time() - worked
    seconds = time.perf_counter() - begun - read
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    values = {
        "million events": events / 1e6,
        "seconds reading": round(read, 1),
        "seconds training": round(seconds, 1),
        "CPU seconds": round(worked, 1),
        "CPU microseconds an event": round(1e6 * worked / events, 3),
    }
    name = f"aisle, {events:,} events"
    return [
        Row("E", "simulated", name, metric, value, round(seconds, 1), peak, 0, fitted.note)
        for metric, value in values.items()
    ]


def grown(events: int) -> list[Row]:
    """Simulate a store of 20,000 products in another process, and train on it in this one."""
    with TemporaryDirectory() as folder:
        sizes = {"interactions": events, "products": _PRODUCTS, "end": _END}
        options = [word for name, value in sizes.items() for word in (f"--{name}", str(value))]
        command = [sys.executable, "-m", "aisle", "simulate", "--out", folder]
        subprocess.run(  # noqa: S603 - our own command
            [*command, *options, "--format", "parquet"], check=True, stdout=subprocess.DEVNULL
        )
        return trained(events, Path(folder))
