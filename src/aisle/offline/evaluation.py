"""Models side by side on any data: learn, rank what was held out, measure, compare."""

import time
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.evaluation.bootstrap import RESAMPLES, Bootstrap, interval
from aisle.evaluation.held_out import HeldOut
from aisle.evaluation.protocols import Protocol, ProtocolName, hold_out
from aisle.offline.contenders import Contender
from aisle.offline.fitting import ranked
from aisle.offline.item_vectors import item_vectors
from aisle.offline.measuring import Ranked, Yardstick
from aisle.offline.parts import parts_of
from aisle.offline.results import Difference, Evaluation, Machine, Part, Refusal, Row, Setup
from aisle.offline.watching import Watch, stretch, unwatched
from aisle.recipes.base import TrainingData

CUTOFFS = (10,)
DEPTH = 25
"""Places of a list, at least; `ndcg_published` looks at all of them."""
COMPARED = ("ndcg", "hit_rate")
"""Metrics whose difference to the best baseline is told."""
_LEARNING = 0.8
"""The share of a model's bar that is learning."""


class _Measured(msgspec.Struct, frozen=True):
    """One model's numbers, and the means of its resamples."""

    model: str
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]
    resampled: dict[str, NDArray[np.float64]]
    """`[resamples]` of each compared metric."""


class _Task(msgspec.Struct, frozen=True):
    """What is the same for all models."""

    data: TrainingData
    held: HeldOut
    yardstick: Yardstick
    bootstrap: Bootstrap
    section: str
    dataset: str
    seed: int
    depth: int
    watch: Watch


def evaluate(
    data: TrainingData,
    protocol: Protocol,
    models: Sequence[Contender],
    *,
    dataset: str = "",
    section: str = "",
    cutoffs: Sequence[int] = CUTOFFS,
    seed: int = 0,
    most_users: int | None = None,
    resamples: int = RESAMPLES,
    watch: Watch | None = None,
) -> Evaluation:
    """Let every model learn from what the protocol leaves to learn from, and judge its lists.

    `seed` is of the models, of the resamples, and of who is asked where there are more than
    `most_users`; the protocol has its own. A model that raises ValueError is among the refusals.
    Raises ValueError where the protocol finds nobody to ask. One model is in memory at a time.
    """
    held = hold_out(data.interactions, protocol)
    if most_users is not None:
        held = held.at_most(most_users, seed)
    ks = tuple(sorted(set(cutoffs)))
    vectors, diverse_by = item_vectors(held.train, data.items)
    task = _Task(
        data=msgspec.structs.replace(data, interactions=held.train.present()),
        held=held,
        yardstick=Yardstick.of(
            held, ks, vectors, published=protocol.name is ProtocolName.PERCENT_HOLDOUT
        ),
        bootstrap=Bootstrap(held.user, seed, resamples),
        section=section or protocol.name.value,
        dataset=dataset,
        seed=seed,
        depth=max(DEPTH, *ks),
        watch=watch or unwatched,
    )
    measured, refusals = [], []
    for one in models:
        try:
            measured.append(_measure(one, task))
        except ValueError as error:
            refusals.append(Refusal(one.name, str(error)))
    baselines = {one.name for one in models if one.baseline}
    return Evaluation(
        setup=_setup(task, protocol.resolved(), diverse_by, resamples),
        rows=tuple(row for one in measured for row in one.rows),
        differences=_differences(measured, baselines, ks[0]),
        parts=tuple(part for one in measured for part in one.parts),
        refusals=tuple(refusals),
    )


def _measure(one: Contender, task: _Task) -> _Measured:
    start = time.perf_counter()
    fitted = one.fit(task.data, task.seed, stretch(task.watch, one.name, 0.0, _LEARNING))
    seconds = round(time.perf_counter() - start, 2)
    lists = ranked(
        fitted,
        task.held,
        task.data.users,
        task.data.items,
        task.depth,
        related=one.related,
        progress=stretch(task.watch, one.name, _LEARNING, 1.0),
    )
    task.watch(one.name, 1.0, "measuring")
    row = partial(
        Row,
        section=task.section,
        dataset=task.dataset,
        model=one.name,
        seconds=seconds,
        seed=task.seed,
        note=fitted.note,
    )
    rows, resampled = _rows(row, lists, task)
    first = task.yardstick.cutoffs[0]
    parts = tuple(parts_of(one.name, lists, task.yardstick, first))
    task.watch(one.name, 1.0, "done")
    return _Measured(one.name, rows, parts, resampled)


def _rows(
    row: Callable[..., Row], lists: Ranked, task: _Task
) -> tuple[tuple[Row, ...], dict[str, NDArray[np.float64]]]:
    """A row for every metric that the lists have, and the resampled means of the compared ones."""
    values = task.yardstick.of_lists(lists)
    means = task.bootstrap.means(np.stack(list(values.values()), axis=1))
    low, high = interval(means)
    of_lists = [
        row(metric=name, value=_mean(each), low=_end(low[at]), high=_end(high[at]))
        for at, (name, each) in enumerate(values.items())
        if not np.isnan(each).all()
    ]
    of_all = [
        row(metric=name, value=_rounded(value), low=None, high=None)
        for name, value in task.yardstick.of_all(lists).items()
    ]
    compared = [f"{name}@{task.yardstick.cutoffs[0]}" for name in COMPARED]
    at = {name: number for number, name in enumerate(values)}
    resampled = {name: means[:, at[name]] for name in compared}
    return (*of_lists, *of_all), resampled


def _differences(
    measured: Sequence[_Measured], baselines: set[str], cutoff: int
) -> tuple[Difference, ...]:
    """Of every model that is no baseline to the baseline with the best NDCG."""
    values = {(one.model, row.metric): row.value for one in measured for row in one.rows}
    there = [one for one in measured if one.model in baselines]
    if not there:
        return ()
    best = max(there, key=lambda one: values[one.model, f"ndcg@{cutoff}"])
    found = []
    for one in measured:
        for metric, means in one.resampled.items() if one.model not in baselines else ():
            low, high = interval((means - best.resampled[metric])[:, None])
            ahead = values[one.model, metric] - values[best.model, metric]
            found.append(
                Difference(
                    one.model,
                    best.model,
                    metric,
                    _rounded(ahead),
                    _rounded(low[0]),
                    _rounded(high[0]),
                )
            )
    return tuple(found)


def _setup(task: _Task, protocol: Protocol, diverse_by: str, resamples: int) -> Setup:
    held = task.held
    return Setup(
        dataset=task.dataset,
        protocol=protocol,
        cutoffs=task.yardstick.cutoffs,
        seed=task.seed,
        interactions=len(held.events),
        users=len(held.events.users),
        items=len(held.events.items),
        learnt_from=len(held.train),
        lists=len(held),
        asked=len(np.unique(held.user)),
        left_out=held.left_out,
        diverse_by=diverse_by,
        resamples=resamples,
        machine=Machine.here(),
    )


def _mean(values: NDArray[np.float64]) -> float:
    return _rounded(float(np.nanmean(values)))


def _end(value: float) -> float | None:
    """Of an interval; None where no resample had a value."""
    return None if np.isnan(value) else _rounded(value)


def _rounded(value: float) -> float:
    return round(float(value), 6)
