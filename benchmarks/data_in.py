"""Rows of CSV a second, checked into Parquet, beside Polars doing no checks on the same file.

Run: `python benchmarks/data_in.py [--out result.json]`. Each figure is the best of five runs, each
in a process of its own, since peak memory is the process's. `ratio` compares rows a second, and
`cpu_ratio` the time of all cores, which other load on the machine changes less.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from aisle.data.importing import import_csv
from aisle.data.schema import DatasetSchema, Field
from aisle.data.sources import S3Settings, open_source

SCHEMA = DatasetSchema(
    "Interactions",
    (
        Field("USER_ID", "string"),
        Field("ITEM_ID", "string"),
        Field("EVENT_TYPE", "string"),
        Field("EVENT_VALUE", "float", nullable=True),
        Field("TIMESTAMP", "long"),
    ),
)
STEP = 500_000
REPEATS = 5
COLUMNS = (
    "file",
    "rows",
    "csv_mb",
    "aisle_rows_s",
    "polars_rows_s",
    "ratio",
    "cpu_ratio",
    "aisle_mib",
    "polars_mib",
)


def simulate(path: Path, rows: int) -> None:
    """Events of 200,000 shoppers with 20,000 products, in time order."""
    random = np.random.default_rng(7)
    with path.open("wb") as file:
        for start in range(0, rows, STEP):
            count = min(STEP, rows - start)
            kind = random.choice(["View", "View", "View", "AddToCart", "Purchase"], count)
            pl.DataFrame(
                {
                    "USER_ID": random.integers(0, 200_000, count).astype(str),
                    "ITEM_ID": [f"item-{n}" for n in random.integers(0, 20_000, count)],
                    "EVENT_TYPE": kind,
                    "EVENT_VALUE": np.where(
                        kind == "Purchase", random.random(count).round(2) * 100, np.nan
                    ),
                    "TIMESTAMP": 1_600_000_000 + np.arange(start, start + count),
                }
            ).with_columns(pl.col("EVENT_VALUE").fill_nan(None)).write_csv(
                file, include_header=start == 0
            )


def quoted(source: Path, target: Path) -> None:
    """The same rows with every text value in quotes."""
    pl.scan_csv(source, schema_overrides={"USER_ID": pl.String}).sink_csv(
        target, quote_style="non_numeric"
    )


class Run(msgspec.Struct):
    """One conversion: seconds on the clock, seconds of all cores, the process's peak in MiB."""

    wall: float
    cpu: float
    peak: float


def run_once(engine: str, path: Path) -> None:
    """Convert in this process and print its Run as JSON."""
    target = path.with_suffix(f".{engine}.parquet")
    wall, cpu = time.perf_counter(), time.process_time()
    if engine == "polars":
        pl.read_csv(path).write_parquet(target)
    else:
        source = open_source(f"file://{path}", (path.parent,), S3Settings())
        import_csv(source, SCHEMA, target, lambda _share, _note: None)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    target.unlink()
    print(msgspec.json.encode(Run(wall, cpu, peak)).decode())


def measure(path: Path) -> tuple[Run, Run]:
    """Aisle and Polars in turn, so that other load on the machine meets both; the best of each."""
    runs: dict[str, list[Run]] = {"aisle": [], "polars": []}
    for _ in range(REPEATS):
        for engine, done in runs.items():
            command = [sys.executable, __file__, "--engine", engine, "--file", str(path)]
            answer = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 this file
            done.append(msgspec.json.decode(answer.stdout, type=Run))
    best = [
        Run(min(r.wall for r in done), min(r.cpu for r in done), min(r.peak for r in done))
        for done in runs.values()
    ]
    return best[0], best[1]


def compare(label: str, path: Path, rows: int) -> dict[str, float | str | int]:
    """One line of the table."""
    ours, theirs = measure(path)
    line: dict[str, float | str | int] = {
        "file": label,
        "rows": rows,
        "csv_mb": round(path.stat().st_size / 1e6),
        "aisle_rows_s": round(rows / ours.wall),
        "polars_rows_s": round(rows / theirs.wall),
        "ratio": round(theirs.wall / ours.wall, 2),
        "cpu_ratio": round(theirs.cpu / ours.cpu, 2),
        "aisle_mib": round(ours.peak),
        "polars_mib": round(theirs.peak),
    }
    print("  ".join(f"{value!s:>13}" for value in line.values()), flush=True)
    return line


def main() -> None:
    """Print the table; write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000, 10_000_000])
    options = parser.parse_args()
    if options.engine:
        run_once(options.engine, options.file)
        return
    print(f"{os.cpu_count()} cores, Polars {pl.__version__}")
    print("  ".join(f"{name:>13}" for name in COLUMNS))
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in options.rows:
            path = Path(folder) / "events.csv"
            simulate(path, rows)
            lines.append(compare("plain", path, rows))
            if rows == min(options.rows):
                quoted(path, path.with_name("quoted.csv"))
                lines.append(compare("quoted", path.with_name("quoted.csv"), rows))
    if options.out:
        options.out.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
