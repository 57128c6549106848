"""One training: measure on held-out users, then learn from everybody."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import chain, islice

import msgspec
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from aisle.data.catalogue import EMPTY, Catalogue
from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.evaluation.metrics import DEPTH, EVENT_WEIGHTS, solution_metrics, weighed_ndcg
from aisle.evaluation.ranking import top
from aisle.evaluation.splits import Split, personalize
from aisle.recipes.base import Config, Model, Progress, Query, Recipe, RecipeType, TrainingData
from aisle.recipes.minimums import learnt_from
from aisle.recipes.objective import METRIC as OBJECTIVE
from aisle.recipes.objective import Objective, WeighedModel, average_rewards

_MOST_SCORES = 500_000_000
"""Users to measure with times items."""
_LEAST_ASKED = 1000
"""Users who are asked however many items there are."""
_FEWEST_UNSEEN = 50
"""Users with new events that an UPDATE is measured by."""


class Start(msgspec.Struct, frozen=True):
    """What a training goes on from."""

    model: Model
    learnt_until: int
    """Epoch seconds of the newest event that it has learnt from."""


class Trained(msgspec.Struct, frozen=True):
    """What a solution version keeps."""

    model: Model
    metrics: Mapping[str, float]
    """Under the service's names, four decimals."""
    config: Config
    """What the model was trained with: that of the request and what tuning chose."""


def train(  # noqa: PLR0917 - what to learn, from what, and how
    recipe: Recipe,
    data: TrainingData,
    config: Config,
    progress: Progress,
    event_type: str | None = None,
    start: Start | None = None,
    objective: Objective | None = None,
) -> Trained:
    """Tune and measure on a tenth of the users, on fewer of many, then fit on all of them.

    Only events of the recipe's own type count, or else of `event_type` where one is given.
    A run of events with one item counts as one, for learning and for measuring, unless the recipe
    learns from runs: to be told of the item at hand is no recommendation. Training goes on from
    `start` where a recipe can; what is measured is then of events that `start` has not learnt from,
    or, where too few are new, of a model begun anew. An `objective` weighs the answers that are
    measured and those of the model.

    Raises ValueError with a message for the client where a hyperparameter is refused or the
    interactions are too few (see `minimums`); of actions any number will do, and each counts.
    """
    recipe.check(config.hyperparameters)
    recipe.check_features(config.features)
    whole = prepared(recipe, data, event_type)
    split, begun = _split(whole.interactions, config.seed, start)
    part = msgspec.structs.replace(whole, interactions=split.train)
    measured = recipe.fit(part, config, _part(progress, 0.0, 0.45), begun)
    progress(0.45, "tuning on held-out users")
    given = msgspec.structs.replace(whole, interactions=split.given)
    with _one_thread():
        config = recipe.tune(measured, given, config)
    progress(0.5, "measuring on held-out users")
    answering: Model = recipe.tuned(measured, config)
    values = weights = None
    if objective is not None:
        values = objective.values(measured.items, data.items)
        weights = objective.weights(values)
        answering = WeighedModel(answering, weights)
    with _one_thread():
        ranked = listed(answering, split, recipe.recipe_type, data.users, data.items)
    metrics = metrics_of(ranked, split)
    if values is not None:
        metrics[OBJECTIVE] = average_rewards(ranked, split, values)
    last = measured if start is None or begun is not None else start.model
    model: Model = recipe.fit(whole, config, _part(progress, 0.55, 1.0), last)
    progress(1.0, "trained")
    return Trained(model if weights is None else WeighedModel(model, weights), metrics, config)


def _split(events: Interactions, seed: int, start: Start | None) -> tuple[Split, Model | None]:
    """What is measured, and the model that the one to be measured goes on from."""
    if start is not None:
        split = held_out(events, seed, after=start.learnt_until)
        if len(split.users) >= _FEWEST_UNSEEN:
            return split, start.model
    return held_out(events, seed), None


def prepared(recipe: Recipe, data: TrainingData, event_type: str | None) -> TrainingData:
    """The events that a recipe learns from, as `train` counts them.

    For related items, the items are those of the Items dataset too, so that one without events can
    be asked for and recommended. Raises ValueError with the service's message where the events are
    too few.
    """
    if recipe.learns_from != "INTERACTIONS":
        return data
    events = learnt_from(data.interactions, recipe.event_type or event_type)
    if not recipe.learns_runs:
        events = events.without_runs()
    if recipe.recipe_type is RecipeType.RELATED_ITEMS and len(data.items):
        events = events.over(
            IdIndex.of(chain(events.items, islice(data.items.ids, len(data.items))))
        )
    return msgspec.structs.replace(data, interactions=events)


def held_out(events: Interactions, seed: int, after: int | None = None) -> Split:
    """A tenth of the users held out, or as many as take no longer to measure than to learn from;
    `after` as in `personalize`.
    """
    most = max(_MOST_SCORES // max(len(events.items), 1), _LEAST_ASKED)
    return personalize(events, seed, most=most, after=after)


def measure(
    model: Model,
    split: Split,
    recipe_type: RecipeType,
    users: Catalogue = EMPTY,
    items: Catalogue = EMPTY,
) -> dict[str, float]:
    """The service's metrics of the lists that serving would give the held-out users."""
    return metrics_of(listed(model, split, recipe_type, users, items), split)


def listed(
    model: Model,
    split: Split,
    recipe_type: RecipeType,
    users: Catalogue = EMPTY,
    items: Catalogue = EMPTY,
) -> NDArray[np.int32]:
    """`[held-out users, DEPTH]` what serving would give each; -1 where a list is short."""
    ranked = np.full((len(split.users), DEPTH), -1, np.int32)
    for row, query in enumerate(queries(split, recipe_type, users, items)):
        best = top(model.score(query), DEPTH)
        ranked[row, : len(best)] = best
    return ranked


def metrics_of(ranked: NDArray[np.int32], split: Split) -> dict[str, float]:
    """The service's metrics of such lists."""
    truth = split.truth
    rows = np.searchsorted(split.users, truth.user_of_rows())
    pairs = _pairs(rows, truth.item, len(truth.items))
    metrics = solution_metrics(ranked, pairs, len(truth.items))
    if truth.weight is not None:
        metrics[EVENT_WEIGHTS] = weighed_ndcg(ranked, pairs, truth.weight, len(truth.items))
    return metrics


def queries(
    split: Split, recipe_type: RecipeType, users: Catalogue = EMPTY, items: Catalogue = EMPTY
) -> Iterator[Query]:
    """What each held-out user asks, in the order of `split.users`, at the time and in the context
    of the truth's first event.

    Related items are asked for the last item the user had, with its row of `items`.
    """
    for user in split.users:
        rows, asked = split.given.rows_of(user), int(split.truth.offsets[user])
        history = split.given.item[rows]
        related = recipe_type is RecipeType.RELATED_ITEMS and len(history) > 0
        item = int(history[-1]) if related else -1
        yield Query(
            history=history,
            times=split.given.timestamp[rows],
            now=float(split.truth.timestamp[asked]),
            item=item,
            event_type=split.given.event_type[rows],
            value=None if split.given.value is None else split.given.value[rows],
            traits=users.traits(split.given.users[int(user)]),
            context=split.truth.context_of(asked),
            item_traits=items.traits(split.given.items[item]) if related else {},
        )


def _pairs(rows: NDArray[np.int64], items: NDArray[np.int32], width: int) -> NDArray[np.int64]:
    return rows * np.int64(width) + items


def _one_thread() -> AbstractContextManager[object]:
    """One answer is too little for several threads: beside other work they wait for each other."""
    limits: AbstractContextManager[object] = threadpool_limits(1, "blas")
    return limits


def _part(progress: Progress, start: float, stop: float) -> Progress:
    """Progress of a step that is a stretch of the whole."""
    return lambda share, words: progress(start + share * (stop - start), words)
