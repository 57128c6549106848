"""The product's own training and metrics: a tenth of the users held out, serving's lists measured.

    python -m benchmarks.quality.personalize_split [--data ml-1m] [--recipes aws-sims] [--json out]

Seconds are of the whole `train`: two fits, tuning, measuring, and loading compiled code. Nothing is
removed from the lists beyond what the model itself does with items the user had.
"""

import argparse
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from aisle.recipes.base import Config, TrainingData
from aisle.recipes.registry import recipes
from aisle.recipes.training import train
from benchmarks.quality.real_data import NAMES, load
from benchmarks.quality.rows import Row, show, write

_SHOWN = (
    "normalized_discounted_cumulative_gain_at_10",
    "mean_reciprocal_rank_at_25",
    "precision_at_10",
    "coverage",
)
_DEFAULT = ("aws-popularity-count", "aws-sims", "aws-similar-items", "aws-user-personalization")


def measure(dataset: str, name: str, seed: int) -> list[Row]:
    """Train in this process."""
    data = TrainingData(load(dataset))
    start = time.perf_counter()
    trained = train(recipes()[name], data, Config(seed=seed), lambda _share, _words: None)
    seconds = round(time.perf_counter() - start, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    note = " ".join(f"{key}={value}" for key, value in trained.config.hyperparameters.items())
    return [
        Row("split", dataset, name, metric, trained.metrics[metric], seconds, peak, seed, note)
        for metric in _SHOWN
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", choices=NAMES, default=["ml-100k", "ml-1m"])
    parser.add_argument("--recipes", nargs="+", choices=recipes(), default=_DEFAULT)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows: list[Row] = []
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        for dataset in chosen.data:
            for name in chosen.recipes:
                for seed in range(chosen.seeds):
                    found = fresh.submit(measure, dataset, name, seed).result()
                    show(found)
                    rows += found
    if chosen.json:
        write(chosen.json, rows)


if __name__ == "__main__":
    main()
