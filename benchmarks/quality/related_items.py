"""Related items against plain counts: the next item, the rest of a basket, items without events.

    python -m benchmarks.quality.related_items [--tasks next baskets cold] [--data ml-1m]

next: leave-one-out. The item asked about is the user's last in training, the truth is the one after
it; items that the user had are taken out of the list, whoever made it. All models are given the
history; those of aws-vod recipes tilt their answer to it, the others look at the item alone.

baskets: purchases of online-retail in which no customer is missing and nothing is cancelled. The
newest tenth of the time is held out; for three items of each basket, the others are the truth.

cold: a tenth of the items lose all events, and are asked for. The truth is the 25 neighbours that
they have by the cosine in all events (at least two shared users), among the items that keep theirs.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.interactions import Interactions
from aisle.evaluation.ranking import place, top
from aisle.evaluation.splits import leave_one_out
from aisle.recipes.base import Config, Model, Query, Recipe, TrainingData
from aisle.recipes.popularity import PopularityRecipe
from aisle.recipes.registry import recipes
from aisle.recipes.related.counting import distinct
from aisle.recipes.related.sequences import by_gaps
from aisle.recipes.related.sims import SimsRecipe
from benchmarks.quality.catalogues import catalogue_of
from benchmarks.quality.real_data import load, purchases
from benchmarks.quality.rows import Row, show, write

_CUTOFF = 10
_NEIGHBOURS = 25
_ALL: Mapping[str, str] = {
    "min_cointeraction_count": "1",
    "min_user_history_length_percentile": "0",
    "max_user_history_length_percentile": "1",
    "min_item_interaction_count_percentile": "0",
    "max_item_interaction_count_percentile": "1",
}


def _counts(discount: str) -> tuple[Recipe, Mapping[str, str]]:
    recipe = SimsRecipe(name="counts", description="")
    return recipe, {**_ALL, "popularity_discount_factor": discount}


def _recipe(name: str) -> tuple[Recipe, Mapping[str, str]]:
    recipe = recipes()[name]
    return recipe, recipe.defaults


MODELS: Mapping[str, Callable[[], tuple[Recipe, Mapping[str, str]]]] = {
    "popularity": lambda: (PopularityRecipe(name="popularity", description=""), {}),
    "co-occurrence": lambda: _counts("0"),
    "cosine": lambda: _counts("0.5"),
    "aws-similar-items": lambda: _recipe("aws-similar-items"),
    "aws-semantic-similarity": lambda: _recipe("aws-semantic-similarity"),
    "aws-vod-because-you-watched-x": lambda: _recipe("aws-vod-because-you-watched-x"),
    "aws-vod-more-like-x": lambda: _recipe("aws-vod-more-like-x"),
    "aws-ecomm-frequently-bought-together": lambda: _recipe("aws-ecomm-frequently-bought-together"),
}
_OF_TASK: Mapping[str, tuple[str, ...]] = {
    "next": (
        "popularity",
        "co-occurrence",
        "cosine",
        "aws-similar-items",
        "aws-vod-because-you-watched-x",
        "aws-vod-more-like-x",
    ),
    "baskets": ("popularity", "co-occurrence", "cosine", "aws-ecomm-frequently-bought-together"),
    "cold": (
        "popularity",
        "aws-similar-items",
        "aws-semantic-similarity",
        "aws-vod-because-you-watched-x",
    ),
}
_DATA: Mapping[str, tuple[str, ...]] = {
    "next": ("ml-100k", "ml-1m", "beauty"),
    "baskets": ("online-retail",),
    "cold": ("ml-100k", "ml-1m", "beauty"),
}


def quiet(share: float, words: str) -> None:
    """Progress that nobody watches."""


def _fitted(
    name: str, learnt: Interactions, items: Catalogue, validation: Interactions | None = None
) -> tuple[Model, float, str]:
    """The model, its seconds, and what tuning chose where there is a `validation` to tune on."""
    recipe, given = MODELS[name]()
    config, start = Config(given), time.perf_counter()
    if validation is not None:
        part = leave_one_out(learnt).train
        model = recipe.fit(TrainingData(part, items), config, quiet)
        config = recipe.tune(model, TrainingData(validation, items), config)
    model = recipe.fit(TrainingData(learnt, items), config, quiet)
    chosen = {key: value for key, value in config.hyperparameters.items() if key not in given}
    note = " ".join(f"{key}={value}" for key, value in chosen.items())
    return model, time.perf_counter() - start, note


def next_item(dataset: str, name: str) -> tuple[dict[str, float], float, str]:
    """HR and NDCG of the item after the last."""
    data = load(dataset)
    split = leave_one_out(data)
    known = np.bincount(split.train.item, minlength=len(data.items)) > 0
    model, seconds, note = _fitted(name, split.train, catalogue_of(dataset), split.train)
    gains = []
    for user in split.users:
        truth = split.truth.item[split.truth.rows_of(user)]
        history = split.train.item[split.train.rows_of(user)]
        if not len(history) or not known[truth[0]]:
            continue
        times = split.train.timestamp[split.train.rows_of(user)]
        scores = model.score(Query(history, times, 0.0, int(history[-1])))
        scores[history] = -np.inf
        rank = place(scores, int(truth[0]))
        gains.append((rank < _CUTOFF, (rank < _CUTOFF) / np.log2(rank + 2)))
    hits, ndcg = np.mean(np.array(gains, np.float64), axis=0)
    return {"hr@10": float(hits), "ndcg@10": float(ndcg)}, seconds, note


def baskets(dataset: str, name: str) -> tuple[dict[str, float], float, str]:
    """Recall and NDCG of what else lies in a held-out basket."""
    del dataset
    data = purchases()
    newest = data.timestamp > np.quantile(data.timestamp, 0.9)
    learnt = data.where(~newest).without_runs()
    model, seconds, note = _fitted(name, learnt, catalogue_of("none"))
    known = np.bincount(learnt.item, minlength=len(data.items)) > 0
    gains = []
    for asked, others in _held_out(data.where(newest), known):
        nobody = np.empty(0, np.int32)
        best = top(_without(model, Query(nobody, nobody.astype(np.int64), 0.0, asked)), _CUTOFF)
        hits = np.isin(best, others)
        most = min(_CUTOFF, len(others))
        ideal = (1 / np.log2(np.arange(most) + 2)).sum()
        gains.append((hits.sum() / most, (hits / np.log2(np.arange(len(hits)) + 2)).sum() / ideal))
    recall, ndcg = np.mean(np.array(gains), axis=0)
    return {"recall@10": float(recall), "ndcg@10": float(ndcg)}, seconds, note


def _held_out(data: Interactions, known: NDArray[np.bool_]) -> Iterator[tuple[int, list[int]]]:
    random = np.random.default_rng(0)
    groups = distinct(by_gaps(data, 3600))
    for first, last in zip(groups.offsets[:-1], groups.offsets[1:], strict=True):
        basket = groups.item[first:last]
        basket = basket[known[basket]]
        if len(basket) > 1:
            for asked in random.choice(basket, 3).tolist():
                yield asked, [item for item in basket.tolist() if item != asked]


def _without(model: Model, query: Query) -> NDArray[np.float32]:
    scores = model.score(query)
    scores[query.item] = -np.inf
    return scores


def cold(dataset: str, name: str) -> tuple[dict[str, float], float, str]:
    """Recall of the neighbours that an item had, when it has no events."""
    data, items = load(dataset), catalogue_of(dataset)
    is_cold = np.random.default_rng(0).random(len(data.items)) < 0.1
    recipe, given = _counts("0.5")
    pairs = {**given, "min_cointeraction_count": "2"}
    truth = recipe.fit(TrainingData(data), Config(pairs), quiet)
    learnt = data.where(~is_cold[data.item])
    model, seconds, note = _fitted(name, learnt, items)
    found = []
    for item in np.flatnonzero(is_cold).tolist():
        scores = _without(truth, Query(data.item[:0], data.timestamp[:0], 0.0, item))
        scores[is_cold | (scores <= 1)] = -np.inf
        wanted = top(scores, _NEIGHBOURS)
        if len(wanted) < _NEIGHBOURS:
            continue
        traits = items.traits(data.items[item])
        asked = Query(data.item[:0], data.timestamp[:0], 0.0, item, item_traits=traits)
        scores = _without(model, asked)
        scores[is_cold] = -np.inf
        found.append(len(np.intersect1d(top(scores, _NEIGHBOURS), wanted)) / _NEIGHBOURS)
    return {"recall@25": float(np.mean(found))}, seconds, f"{len(found)} items {note}".strip()


_TASKS = {"next": next_item, "baskets": baskets, "cold": cold}


def measure(task: str, dataset: str, name: str) -> list[Row]:
    """Train and rank in this process."""
    values, seconds, note = _TASKS[task](dataset, name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        Row(
            f"related-{task}",
            dataset,
            name,
            metric,
            round(value, 4),
            round(seconds, 1),
            peak,
            0,
            note,
        )
        for metric, value in values.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", nargs="+", choices=_TASKS, default=list(_TASKS))
    parser.add_argument("--data", nargs="+")
    parser.add_argument("--models", nargs="+", choices=MODELS)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows: list[Row] = []
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        for task in chosen.tasks:
            for dataset in chosen.data or _DATA[task]:
                for name in chosen.models or _OF_TASK[task]:
                    found = fresh.submit(measure, task, dataset, name).result()
                    show(found)
                    rows += found
    if chosen.json:
        write(chosen.json, rows)


if __name__ == "__main__":
    main()
