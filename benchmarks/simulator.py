"""Time and memory of simulating stores of growing size, written to files.

Run: `python benchmarks/simulator.py [--rows 675000 10000000 100000000] [--out result.json]`.
Each size runs in a process of its own; `cpu_s` adds up that process and its workers, and `peak_mib`
is the memory of the largest of them. 675,000 rows, the default store, are written as CSV; the
others have 20,000 products and are written as Parquet.
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

from allstore.simulator import FileFormat, Settings, usual_shoppers, write

DEFAULT = Settings(end=1_790_000_000)
SIZES = [DEFAULT.interactions, 1_000_000, 10_000_000, 100_000_000]
PRODUCTS = 20_000
COLUMNS = ("rows", "shoppers", "products", "format", "wall_s", "cpu_s", "us_row", "peak_mib", "mb")


class Run(msgspec.Struct):
    """Seconds on the clock, seconds of all cores, peak in MiB, and the megabytes of the events."""

    wall: float
    cpu: float
    peak: float
    megabytes: float


def store(rows: int) -> tuple[Settings, FileFormat]:
    """What a size stands for."""
    if rows == DEFAULT.interactions:
        return DEFAULT, "csv"
    return msgspec.structs.replace(
        DEFAULT, interactions=rows, shoppers=usual_shoppers(rows), products=PRODUCTS
    ), "parquet"


def run_once(rows: int, folder: Path, processes: int | None) -> None:
    """Simulate in this process and print its Run as JSON."""
    settings, file_format = store(rows)
    begun = time.perf_counter()
    write(settings, folder, file_format=file_format, processes=processes)
    wall = time.perf_counter() - begun
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    run = Run(
        wall,
        sum(one.ru_utime + one.ru_stime for one in spent),
        max(one.ru_maxrss for one in spent) / 1024,
        (folder / f"interactions.{file_format}").stat().st_size / 1e6,
    )
    print(msgspec.json.encode(run).decode())


def measure(rows: int, processes: int | None) -> dict[str, float | str]:
    """One line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--rows", str(rows), "--folder", folder]
        command += ["--processes", str(processes)] if processes else []
        answer = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 this file
    run = msgspec.json.decode(answer.stdout, type=Run)
    settings, file_format = store(rows)
    line: dict[str, float | str] = {
        "rows": rows,
        "shoppers": settings.shoppers,
        "products": settings.products,
        "format": file_format,
        "wall_s": round(run.wall, 2),
        "cpu_s": round(run.cpu, 2),
        "us_row": round(run.cpu / rows * 1e6, 2),
        "peak_mib": round(run.peak),
        "mb": round(run.megabytes),
    }
    print("  ".join(f"{value!s:>11}" for value in line.values()), flush=True)
    return line


def main() -> None:
    """Print the table; write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--processes", type=int)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.folder:
        run_once(options.rows[0], options.folder, options.processes)
        return
    print(f"{os.cpu_count()} cores")
    print("  ".join(f"{name:>11}" for name in COLUMNS))
    lines = [measure(rows, options.processes) for rows in options.rows]
    if options.out:
        options.out.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
