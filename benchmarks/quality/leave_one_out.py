"""Leave-one-out with full ranking: popularity, item kNN, the next-item ridge.

    python -m benchmarks.quality.leave_one_out [--data ml-1m] [--models ridge-uncut] [--json out]

A user's last item is the test and the one before it the validation, on which the ridge's blend with
popularity is chosen; then it learns from everything but the test items. All items are ranked but
those the user had; test items that nobody had before are dropped.

The ridge's lambda of 100 is the recipe's default. It was chosen once, for all data sets, with
sight of the test items of ML-100k, ML-1M and Beauty.
"""

import argparse
import resource
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.metrics import hit_rate, hits_of, ndcg
from aisle.evaluation.ranking import top
from aisle.evaluation.splits import Split, leave_one_out
from aisle.offline.baselines import item_knn, most_popular
from aisle.offline.fitting import Score
from aisle.recipes.base import Config, RecipeType, TrainingData
from aisle.recipes.next_item_recipe import NextItemRecipe
from aisle.recipes.training import queries
from benchmarks.quality.real_data import NAMES, load
from benchmarks.quality.rows import Row, show, write

_CUTOFF = 10


def quiet(share: float, words: str) -> None:
    """Progress that nobody watches."""


def popularity(data: Interactions) -> tuple[Score, str]:
    return most_popular(leave_one_out(data).train, 0), ""


def nearest(data: Interactions) -> tuple[Score, str]:
    return item_knn(leave_one_out(data).train, 0), "cosine, 300 neighbours, whole history"


def ridge(data: Interactions, kept: int = 400) -> tuple[Score, str]:
    recipe = NextItemRecipe(
        name="ridge", recipe_type=RecipeType.USER_PERSONALIZATION, description="", kept=kept
    )
    config = Config(
        {"transformer": "off", "repeat_factor": "0", "max_user_history_length_percentile": "1"}
    )
    part = leave_one_out(data, back=1)
    config = recipe.tune(
        recipe.fit(TrainingData(part.train), config, quiet), leave_one_out(data).train, config
    )
    model = recipe.fit(TrainingData(leave_one_out(data).train), config, quiet)
    return (
        model.score,
        f"lambda 100, all users, popularity_share {model.ridge.popularity_share}, two fits",
    )


def dense(data: Interactions) -> tuple[Score, str]:
    return ridge(data, kept=len(data.items))


MODELS: Mapping[str, Callable[[Interactions], tuple[Score, str]]] = {
    "popularity": popularity,
    "item-knn": nearest,
    "next-item-ridge": ridge,
    "ridge-uncut": dense,
}


def measure(dataset: str, model: str) -> list[Row]:
    """Train and rank in this process."""
    data = load(dataset)
    start = time.perf_counter()
    score, note = MODELS[model](data)
    seconds = time.perf_counter() - start
    hits = _hits(score, leave_one_out(data))
    values = {
        "hr@10": hit_rate(hits, _CUTOFF),
        "ndcg@10": ndcg(hits, np.ones(len(hits), np.int64), _CUTOFF),
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        Row("A", dataset, model, name, round(value, 4), round(seconds, 1), peak, 0, note)
        for name, value in values.items()
    ]


def _hits(score: Score, split: Split) -> NDArray[np.bool_]:
    known = np.bincount(split.train.item, minlength=len(split.train.items)) > 0
    asked = split.truth.where(known[split.truth.item])
    kept = msgspec.structs.replace(split, truth=asked)
    ranked = np.full((len(asked), _CUTOFF), -1, np.int32)
    for row, query in enumerate(queries(kept, RecipeType.USER_PERSONALIZATION)):
        scores = score(query)
        scores[query.history] = -np.inf
        best = top(scores, _CUTOFF)
        ranked[row, : len(best)] = best
    width = len(split.train.items)
    truth = np.arange(len(asked), dtype=np.int64) * width + asked.item
    return hits_of(ranked, truth, width)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS)[:3])
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows: list[Row] = []
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        for dataset in chosen.data:
            for model in chosen.models:
                found = fresh.submit(measure, dataset, model).result()
                show(found)
                rows += found
    if chosen.json:
        write(chosen.json, rows)


if __name__ == "__main__":
    main()
