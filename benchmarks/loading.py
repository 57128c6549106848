"""Reviews a second that `aisle.loading.load` turns into CSV files, and the memory that takes.

Run: `python benchmarks/loading.py [--rows 60000] [--out result.json]`. Files of one, four and
sixteen times as many simulated reviews, with texts of about 800 characters. Each figure is the best
of three runs, each in a process of its own, since peak memory is the process's. The floor is a loop
of Python's `json.loads` over the same lines, which keeps nothing; `cpu_ratio` is the time of all
cores of a load by that of the floor.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from aisle.loading import load

REPEATS = 3
GROWTH = (1, 4, 16)
USERS, ITEMS = 20_000, 10_000
WORDS = ("this is what I wanted", "and it works", "very well", "for the price", "but comes late")
COLUMNS = ("rows", "mb", "rows_s", "json_rows_s", "cpu_ratio", "peak_mib", "json_peak_mib")


def simulate(path: Path, rows: int) -> None:
    """Reviews in the form of 2014; users and items do not grow with them."""
    chance = random.Random(7)  # noqa: S311 no secret
    texts = [" ".join(chance.choices(WORDS, k=60)) for _ in range(200)]
    with path.open("w", encoding="utf-8") as file:
        for row in range(rows):
            review = {
                "reviewerID": f"A{chance.randrange(USERS):013d}",
                "asin": f"B{chance.randrange(ITEMS):09d}",
                "reviewerName": "A. Reader",
                "helpful": [row % 5, 5],
                "reviewText": texts[row % len(texts)],
                "overall": float(1 + row % 5),
                "summary": "What I wanted",
                "unixReviewTime": 1_300_000_000 + row,
                "reviewTime": "06 17, 2014",
            }
            file.write(json.dumps(review) + "\n")


class Run(msgspec.Struct):
    """One reading: seconds on the clock, seconds of all cores, the process's peak in MiB."""

    wall: float
    cpu: float
    peak: float


def run_once(reader: str, path: Path) -> None:
    """Read in this process and print its Run as JSON."""
    wall, cpu = time.perf_counter(), time.process_time()
    if reader == "json":
        with path.open("rb") as lines:
            for line in lines:
                json.loads(line)
    else:
        load([path], path.with_suffix(".out"))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(msgspec.json.encode(Run(wall, cpu, peak)).decode())


def measure(path: Path) -> tuple[Run, Run]:
    """Aisle and the floor in turn, so that other load on the machine meets both; the best of each.

    The peak is the lowest of the runs' peaks.
    """
    runs: dict[str, list[Run]] = {"aisle": [], "json": []}
    for _ in range(REPEATS):
        for reader, done in runs.items():
            command = [sys.executable, __file__, "--reader", reader, "--file", str(path)]
            answer = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 this file
            done.append(msgspec.json.decode(answer.stdout, type=Run))
    ours, floor = (
        Run(min(r.wall for r in done), min(r.cpu for r in done), min(r.peak for r in done))
        for done in runs.values()
    )
    return ours, floor


def compare(path: Path, rows: int) -> dict[str, float]:
    """One line of the table."""
    ours, floor = measure(path)
    figures = (
        rows,
        round(path.stat().st_size / 1e6),
        round(rows / ours.wall),
        round(rows / floor.wall),
        round(ours.cpu / floor.cpu, 2),
        round(ours.peak),
        round(floor.peak),
    )
    print("  ".join(f"{figure:>13}" for figure in figures), flush=True)
    return dict(zip(COLUMNS, figures, strict=True))


def main() -> None:
    """Print the table; write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--rows", type=int, default=60_000)
    options = parser.parse_args()
    if options.reader:
        run_once(options.reader, options.file)
        return
    print(f"{os.cpu_count()} cores")
    print("  ".join(f"{name:>13}" for name in COLUMNS))
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for growth in GROWTH:
            path = Path(folder) / "reviews.json"
            simulate(path, growth * options.rows)
            lines.append(compare(path, growth * options.rows))
    if options.out:
        options.out.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
