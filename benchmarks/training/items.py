"""The ridge's diagonal solver as the catalogue grows, and beside the dense one where both fit.

The simulated shops are arrays from the start: what is measured is learning and answering.
"""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.evaluation.protocols import Protocol, ProtocolName, hold_out
from aisle.evaluation.ranking import top
from aisle.evaluation.splits import spread_evenly
from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.blended import BlendedModel
from aisle.recipes.registry import recipes
from aisle.recipes.ridge_training import DENSE, DIAGONAL
from aisle.recipes.training import train
from benchmarks.quality.entrants import RECIPE, configured
from benchmarks.quality.measuring import values_of
from benchmarks.quality.rows import Row
from benchmarks.quality.training_data import training_data

CATALOGUES = (20_000, 200_000, 2_000_000)
"""Items of the simulated shops."""
REAL = ("ml-1m", "beauty", "sports")
"""Data sets that both solvers can learn."""
_SOLVERS = (DENSE, DIAGONAL)
_ALONE = {"transformer": "off"}
_EVENTS_AN_ITEM = 10
_OF_A_USER = 20
_OF_A_KIND = 200
"""Items that the same users like."""
_TASTES = 3
"""Kinds that a user likes."""
_FOLLOWS = 0.4
"""How often an event is followed by the item that goes with its own."""
_ASKED = 300
_DEPTH = 10
_DIGITS = 7
_START = 1_790_000_000
_NOTE = f"{_EVENTS_AN_ITEM} events an item, {_OF_A_USER} a user; without the transformer"


def shop(items: int, seed: int = 0) -> Interactions:
    """Users of a few tastes each: items of a kind by Zipf's law, and the next item of the kind
    after some of them.
    """
    rng = np.random.default_rng(seed)
    users = items * _EVENTS_AN_ITEM // _OF_A_USER
    kinds = items // _OF_A_KIND
    weight = 1 / np.arange(1, _OF_A_KIND + 1)
    reached = np.cumsum(weight / weight.sum())
    tastes = rng.integers(0, kinds, (users, _TASTES), np.int32)
    kind = np.take_along_axis(tastes, rng.integers(0, _TASTES, (users, _OF_A_USER)), 1)
    rank = np.minimum(np.searchsorted(reached, rng.random((users, _OF_A_USER))), _OF_A_KIND - 1)
    for step in range(1, _OF_A_USER):
        follows = rng.random(users) < _FOLLOWS
        kind[follows, step] = kind[follows, step - 1]
        rank[follows, step] = (rank[follows, step - 1] + 1) % _OF_A_KIND
    count = users * _OF_A_USER
    return Interactions(
        users=_numbered(users),
        items=_numbered(items),
        event_types=("",),
        offsets=np.arange(users + 1, dtype=np.int64) * _OF_A_USER,
        item=(rank * kinds + kind).astype(np.int32).ravel(),
        timestamp=_START + np.arange(count, dtype=np.int64) % _OF_A_USER * 60,
        event_type=np.zeros(count, np.uint8),
    )


def _numbered(count: int) -> IdIndex:
    """Numbers of seven digits, in order."""
    digits = np.arange(count)[:, None] // 10 ** np.arange(_DIGITS - 1, -1, -1) % 10
    text = (digits + ord("0")).astype(np.uint8).ravel()
    return IdIndex(text, np.arange(count + 1, dtype=np.int64) * _DIGITS)


def of_catalogue(items: int) -> list[Row]:
    """Train as a solution version does but for the transformer, save, load, and ask some users for
    their last event, items that they had left out.
    """
    data = shop(items)
    asked = spread_evenly(data, _ASKED)
    last = data.offsets[asked + 1] - 1
    learnt = np.ones(len(data), np.bool_)
    learnt[last] = False
    config = Config({**_ALONE, "ridge_solver": DIAGONAL})
    begun = time.perf_counter()
    trained = train(
        recipes()[RECIPE], TrainingData(data.where(learnt)), config, lambda _share, _words: None
    )
    seconds = round(time.perf_counter() - begun, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with TemporaryDirectory() as folder:
        trained.model.save(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).rglob("*.npy"))
        model = BlendedModel.load(Path(folder))
        ndcg, milliseconds = _asked(model.score, data, last)
        of_popularity, _ = _asked(lambda _query: model.ridge.shares, data, last)
    values = {
        "million items": items / 1e6,
        "million events": len(data) / 1e6,
        "MiB kept": round(size / 2**20, 1),
        "ms an answer": milliseconds,
        "ndcg@10": ndcg,
        "ndcg@10 of popularity": of_popularity,
    }
    name = f"diagonal, {items:,} items"
    return [
        Row("E", "items", name, key, value, seconds, peak, 0, _NOTE)
        for key, value in values.items()
    ]


def _asked(
    score: Callable[[Query], NDArray[np.float32]],
    data: Interactions,
    last: NDArray[np.int64],
) -> tuple[float, float]:
    """NDCG@10, and the median of the milliseconds of an answer."""
    gains, took = [], []
    for row, user in zip(last.tolist(), data.user_of_rows()[last].tolist(), strict=True):
        before = slice(int(data.offsets[user]), row)
        query = Query(data.item[before], data.timestamp[before], float(data.timestamp[row]))
        begun = time.perf_counter()
        scores = score(query).copy()
        scores[query.history] = -np.inf
        found = top(scores, _DEPTH)
        took.append(1000 * (time.perf_counter() - begun))
        places = np.flatnonzero(found == data.item[row])
        gains.append(float(1 / np.log2(places[0] + 2)) if len(places) else 0.0)
    return round(float(np.mean(gains)), 4), round(float(np.median(took)), 2)


def solvers(dataset: str) -> list[Row]:
    """NDCG@10 of each solver on the leave-one-out validation, items that a user had left out."""
    data = TrainingData(training_data(dataset, metadata=False).interactions)
    protocol = Protocol(name=ProtocolName.LEAVE_ONE_OUT, target_time=False)
    held = hold_out(hold_out(data.interactions, protocol).train, protocol)
    learnt = msgspec.structs.replace(data, interactions=held.train)
    rows = []
    for solver in _SOLVERS:
        answers = configured({**_ALONE, "ridge_solver": solver})(learnt, {"": held}, _DEPTH, 0)
        ndcg = round(float(values_of("ndcg@10", answers.lists[""], held).mean()), 4)
        values = {"ndcg@10": ndcg, "items": float(len(held.train.items))}
        rows += [
            Row(
                "E",
                "solvers",
                f"{solver}, {dataset}",
                key,
                value,
                round(answers.seconds, 1),
                answers.peak_mib,
                0,
                answers.note,
            )
            for key, value in values.items()
        ]
    return rows
