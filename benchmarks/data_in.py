"""Rows of CSV a second, checked into Parquet, beside Polars doing no checks on the same file.

Run: `python benchmarks/data_in.py [--out result.json]`. Each figure is the best of three runs, each
in a process of its own, since peak memory is the process's.
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
REPEATS = 3


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


def run_once(engine: str, path: Path) -> None:
    """Convert in this process and print seconds and peak memory in MiB as JSON."""
    target = path.with_suffix(f".{engine}.parquet")
    start = time.perf_counter()
    if engine == "polars":
        pl.read_csv(path).write_parquet(target)
    else:
        source = open_source(f"file://{path}", (path.parent,), S3Settings())
        import_csv(source, SCHEMA, target, lambda _share, _note: None)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    target.unlink()
    print(json.dumps([seconds, peak / 1024]))


def measure(engine: str, path: Path) -> tuple[float, float]:
    """Seconds and the process's peak in MiB, imports included: the best of each."""
    runs = []
    for _ in range(REPEATS):
        done = subprocess.run(  # noqa: S603 this very file
            [sys.executable, __file__, "--engine", engine, "--file", str(path)],
            check=True,
            capture_output=True,
        )
        runs.append(json.loads(done.stdout))
    return min(run[0] for run in runs), min(run[1] for run in runs)


def compare(label: str, path: Path, rows: int) -> dict[str, float | str | int]:
    """One line of the table."""
    ours, memory = measure("aisle", path)
    theirs, their_memory = measure("polars", path)
    line: dict[str, float | str | int] = {
        "file": label,
        "rows": rows,
        "csv_mb": round(path.stat().st_size / 1e6),
        "aisle_rows_s": round(rows / ours),
        "polars_rows_s": round(rows / theirs),
        "ratio": round(theirs / ours, 2),
        "aisle_peak_mib": round(memory),
        "polars_peak_mib": round(their_memory),
    }
    print("  ".join(f"{value!s:>14}" for value in line.values()), flush=True)
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
    names = ("file", "rows", "csv_mb", "aisle_rows_s", "polars_rows_s", "ratio", "aisle_peak_mib")
    print("  ".join(f"{name:>14}" for name in (*names, "polars_peak_mib")))
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
