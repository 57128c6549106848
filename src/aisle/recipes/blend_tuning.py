"""How the parts of a blend are weighed: by what predicts unseen events best."""

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.evaluation.splits import spread_evenly
from aisle.recipes.base import Query, TrainingData
from aisle.recipes.blend_candidates import Among
from aisle.recipes.blended import BlendedModel, pooled

Floats = NDArray[np.float32]

_MOST_EXAMPLES = 4000
_MOST_SCORES = 40_000_000
"""Examples times items: a large catalogue is tuned on fewer users."""
_LEAST_EXAMPLES = 500
"""But not on fewer than these."""
_CUTOFF = 10
POPULARITY_SHARES = (0.03, 0.3, 1.0)
"""Beside the ridge: enough that every item is possible, some, and popularity alone."""
CONTENT_WEIGHTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
"""What is tried of them."""


class Grid(msgspec.Struct, frozen=True):
    """What is tried: each with each."""

    solvers: tuple[str, ...]
    popularity_shares: tuple[float, ...] = POPULARITY_SHARES
    transformer_shares: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)
    repeat_factors: tuple[float, ...] = (0.0, 0.05, 0.2, 1.0)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """How many there are of each."""
        return (
            len(self.solvers),
            len(self.popularity_shares),
            len(self.transformer_shares),
            len(self.repeat_factors),
        )


class Chosen(msgspec.Struct, frozen=True):
    """A point of the grid, and its NDCG@10."""

    solver: str
    popularity_share: float
    transformer_share: float
    repeat_factor: float
    ndcg: float


class Said(msgspec.Struct, frozen=True):
    """How much the items' metadata says beside the other parts, and the NDCG@10 of that."""

    transformer_share: float
    content_weight: float
    ndcg: float


def best_content(
    model: BlendedModel,
    data: TrainingData,
    transformer_shares: tuple[float, ...],
    content_weights: tuple[float, ...] = CONTENT_WEIGHTS,
) -> Said:
    """The weight of the content beside a blend that is otherwise chosen, and the transformer's
    share again, as the two may know the same; by as many as half of the examples of `best_blend`.
    """
    gains = np.zeros((len(content_weights), len(transformer_shares)))
    count = 0.0
    repeats = (model.repeat_factor,)
    whole = msgspec.structs.replace(model, content_weight=1.0)
    for query, item, weight in _examples(data, len(model.items), _MOST_EXAMPLES // 2):
        recent = model.ridge.recent(query.history, query.times, query.now)
        personal = model.ridge.personal_of(recent)
        by_transformer = None if model.transformer is None else model.transformer.scores(query)
        by_content = whole.by_content(recent)
        among = Among.of((personal, model.ridge.shares, by_transformer, by_content), query, item)
        seen, target = among.seen, among.target
        by_ridge = model.ridge.log_probabilities(among(personal), among(model.ridge.shares))
        mixed = _pools(by_ridge, _chosen(among, by_transformer), transformer_shares)
        said = _chosen(among, by_content)
        for row, part in enumerate(content_weights):
            scores = mixed if said is None else mixed + np.float32(part) * said
            gains[row] += weight * _gains_at(_places(scores, seen, target, repeats)[:, 0])
        count += weight
    best = np.unravel_index(int(gains.argmax()), gains.shape)
    ndcg = float(gains.max()) / (count or 1)
    return Said(transformer_shares[int(best[1])], content_weights[int(best[0])], ndcg)


def best_blend(model: BlendedModel, data: TrainingData, grid: Grid) -> Chosen:
    """The point of the grid that predicts the users of `data` best.

    Each of them with two or more events is an example: the last is to be predicted, and counts its
    weight. Each part alone is among what is tried, so on these examples the blend falls behind none
    of its parts.
    """
    gains = np.zeros(grid.shape)
    count = 0.0
    for query, target, weight in _examples(data, len(model.items)):
        gains += weight * _gains(model, query, target, grid)
        count += weight
    solver, popular, mix, repeat = np.unravel_index(int(gains.argmax()), grid.shape)
    return Chosen(
        solver=grid.solvers[solver],
        popularity_share=grid.popularity_shares[popular],
        transformer_share=grid.transformer_shares[mix],
        repeat_factor=grid.repeat_factors[repeat],
        ndcg=float(gains.max()) / (count or 1),
    )


def _examples(
    whole: TrainingData, items: int, most: int = _MOST_EXAMPLES
) -> Iterator[tuple[Query, int, float]]:
    """What some users, spread evenly, asked before their last event, which is the answer; and its
    weight. Every other one tells the context, as requests may and may not.
    """
    data = whole.interactions
    most = min(most, max(_MOST_SCORES // max(items, 1), _LEAST_EXAMPLES))
    for number, user in enumerate(spread_evenly(data, most).tolist()):
        rows = data.rows_of(user)
        before, last = slice(rows.start, rows.stop - 1), rows.stop - 1
        query = Query(
            history=data.item[before],
            times=data.timestamp[before],
            now=float(data.timestamp[last]),
            event_type=data.event_type[before],
            value=None if data.value is None else data.value[before],
            traits=whole.users.traits(data.users[user]),
            context=data.context_of(last) if number % 2 == 0 else {},
        )
        weight = 1.0 if data.weight is None else float(data.weight[last])
        yield query, int(data.item[last]), weight


def _gains(model: BlendedModel, query: Query, item: int, grid: Grid) -> NDArray[np.float64]:
    """NDCG@10 of one example at every point of the grid."""
    places = np.empty(grid.shape, np.int64)
    by_transformer = None
    if model.transformer is not None and any(grid.transformer_shares):
        by_transformer = model.transformer.scores(query)
    for row, solver in enumerate(grid.solvers):
        ridge = model.ridges[solver]
        personal = ridge.personal(query.history, query.times, query.now)
        among = Among.of((personal, ridge.shares, by_transformer), query, item)
        deep = _chosen(among, by_transformer)
        for column, share in enumerate(grid.popularity_shares):
            popular = msgspec.structs.replace(ridge, popularity_share=share)
            by_ridge = popular.log_probabilities(among(personal), among(ridge.shares))
            scores = _pools(by_ridge, deep, grid.transformer_shares)
            places[row, column] = _places(scores, among.seen, among.target, grid.repeat_factors)
    return _gains_at(places)


def _chosen(among: Among, part: Floats | None) -> Floats | None:
    return None if part is None else among(part)


def _pools(by_ridge: Floats, deep: Floats | None, shares: tuple[float, ...]) -> Floats:
    """`[shares, items]` as `pooled` for each of them."""
    return np.stack([pooled(by_ridge, deep, share) for share in shares])


def _gains_at(places: NDArray[np.int64]) -> NDArray[np.float64]:
    """What a target at each of the places adds to NDCG@10."""
    return np.where(places < _CUTOFF, 1 / np.log2(places + 2), 0.0)


def _places(
    scores: Floats, seen: NDArray[np.integer], target: int, repeats: tuple[float, ...]
) -> NDArray[np.int64]:
    """`[points, repeats]` where the target stands, from 0, by the `scores` `[points, items]`, and
    by what the items seen are multiplied by.
    """
    of_seen = scores[:, seen]
    again = bool((seen == target).any())
    places = np.empty((len(scores), len(repeats)), np.int64)
    first = None
    for column, repeat in enumerate(repeats):
        by = np.float32(np.log(repeat)) if repeat else np.float32(-np.inf)
        at = scores[:, target, None] + (by if again else 0)
        if again or first is None:
            above = np.count_nonzero(scores > at, 1) - np.count_nonzero(of_seen > at, 1)
            first = above + np.count_nonzero(scores[:, :target] == at, 1)
        places[:, column] = first + np.count_nonzero(of_seen + by > at, 1)
    return places
