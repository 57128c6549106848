"""Who takes part: our recipes, the baselines, and peers in environments of their own."""

import resource
import time
from collections.abc import Callable, Mapping
from functools import partial

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import EMPTY
from aisle.evaluation.held_out import HeldOut
from aisle.offline.contenders import BASELINES, contenders
from aisle.offline.fitting import Fit, Fitted, ranked
from aisle.recipes.base import Config, Progress, TrainingData
from aisle.recipes.registry import recipes
from aisle.recipes.training import train
from benchmarks.machine import accelerators
from benchmarks.peers.child import MODELS as PEERS
from benchmarks.peers.client import peer
from benchmarks.quality.sections import TIMED

RECIPE = "aws-user-personalization-v2"
"""Our default model is what this recipe trains without any hyperparameters."""
OURS = ("aisle", "aisle-events")
"""With what is known of items and users, and from events alone."""
RIDGE = "aisle-ridge"
"""The default model without its transformer: seconds of training."""
DEFAULT = (*(name for name in BASELINES if name != "random"), *PEERS, *OURS)
QUICK = ("popularity", "recent-popularity", "item-knn", "ease", "aisle")

Questions = Mapping[str, HeldOut]


class Answers(msgspec.Struct, frozen=True):
    """What a model that has learnt answers."""

    lists: Mapping[str, NDArray[np.int32]]
    """`[questions, depth]` by the label of the questions; only those that it was asked."""
    seconds: float
    """Of training."""
    peak_mib: int
    note: str


Entrant = Callable[[TrainingData, Questions, int, int], Answers]
"""Learns, and answers questions with lists of a depth, by a seed."""


def entrant(name: str) -> Entrant:
    """A peer, a baseline, one of ours, or any recipe by its name. Raises ValueError for others."""
    if name in PEERS:
        return partial(_peer, name)
    if name in {*OURS, RIDGE}:
        fit = fit_of({"transformer": "off"} if name == RIDGE else {})
        return partial(_ours, _of_events(fit) if name == "aisle-events" else fit)
    (one,) = contenders((name,))
    if one.baseline:
        return partial(_blind, one.fit)
    return partial(_ours, one.fit, related=one.related)


def configured(hyperparameters: Mapping[str, str]) -> Entrant:
    """Our default recipe with these hyperparameters."""
    return partial(_ours, fit_of(hyperparameters))


def fit_of(hyperparameters: Mapping[str, str]) -> Fit:
    """As CreateSolutionVersion trains it."""

    def fit(data: TrainingData, seed: int, progress: Progress) -> Fitted:
        config = Config(hyperparameters=hyperparameters, seed=seed)
        trained = train(recipes()[RECIPE], data, config, progress)
        chosen = [f"{key}={value}" for key, value in trained.config.hyperparameters.items()]
        note = " ".join([*(f"trained on {gpu};" for gpu in accelerators()), *chosen])
        return Fitted(trained.model.score, trained.model.items, note)

    return fit


def _of_events(fit: Fit) -> Fit:
    return lambda data, seed, progress: fit(
        msgspec.structs.replace(data, items=EMPTY, users=EMPTY), seed, progress
    )


def _ours(
    fit: Fit,
    data: TrainingData,
    questions: Questions,
    depth: int,
    seed: int,
    *,
    related: bool = False,
) -> Answers:
    begun = time.perf_counter()
    fitted = fit(data, seed, _unwatched)
    seconds = time.perf_counter() - begun
    rank = partial(ranked, related=related, progress=_unwatched)
    lists = {
        label: rank(fitted, held, data.users, data.items, depth)
        for label, held in questions.items()
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Answers(lists, seconds, peak, fitted.note)


def _blind(fit: Fit, data: TrainingData, questions: Questions, depth: int, seed: int) -> Answers:
    return _ours(fit, data, without_time(questions), depth, seed)


def _peer(name: str, data: TrainingData, questions: Questions, depth: int, seed: int) -> Answers:
    with peer(name, data.interactions, seed) as learning:
        for epoch in learning.epochs():
            if epoch.epoch == epoch.of:
                lists = {
                    label: learning.lists(held, depth)
                    for label, held in without_time(questions).items()
                }
                note = f"epochs={epoch.of}"
                return Answers(lists, epoch.seconds, epoch.peak_mib, note)
    raise RuntimeError(f"{name} trained no epoch.")


def without_time(questions: Questions) -> Questions:
    """Those for models that pay no heed to when they are asked."""
    return {label: held for label, held in questions.items() if not label.endswith(TIMED)}


def _unwatched(share: float, words: str) -> None:
    """Progress that nobody watches."""
