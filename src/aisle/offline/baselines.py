"""The models that every result is held against. Each learns from `data` and gives a scorer."""

from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from aisle.data.interactions import Interactions
from aisle.offline.fitting import Score
from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.popularity import distinct_pairs, popularity
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.sims import SimsRecipe

RECENT = 0.1
"""Share of the events, the newest, that recent popularity counts."""
EASE_LAMBDA = 250.0
EASE_ITEMS = 20_000
"""Items that EASE takes at most, as its memory grows with their square: as the dense ridge."""
_EVERYTHING = {
    "min_cointeraction_count": "1",
    "min_user_history_length_percentile": "0",
    "max_user_history_length_percentile": "1",
    "min_item_interaction_count_percentile": "0",
    "max_item_interaction_count_percentile": "1",
}


def random_order(data: Interactions, seed: int) -> Score:
    """Every list by chance."""
    return partial(_by_chance, np.random.default_rng(seed), len(data.items))


def most_popular(data: Interactions, seed: int) -> Score:
    """Unique users of each item."""
    del seed
    return partial(_for_all, popularity(data))


def recently_popular(data: Interactions, seed: int) -> Score:
    """Unique users of each item among the newest events; older ones break ties."""
    del seed
    newest = data.timestamp >= np.quantile(data.timestamp, 1.0 - RECENT)
    return partial(_for_all, popularity(data.where(newest)) + 1e-6 * popularity(data))


def item_knn(data: Interactions, seed: int) -> Score:
    """Sum of the cosines between each item and those of the history (Sarwar et al. 2001)."""
    del seed
    recipe = SimsRecipe(name="item-knn", description="")
    model = recipe.fit(TrainingData(data), Config(_EVERYTHING), _unwatched)
    return partial(_summed, model)


def ease(data: Interactions, seed: int) -> Score:
    """Linear, the order of events ignored: `B = I - P diag(1/P)`, `P = (X'X + lambda I)^-1`.

    Steck, "Embarrassingly Shallow Autoencoders for Sparse Data" (2019). Dense in the items: raises
    ValueError for more than `EASE_ITEMS`.
    """
    del seed
    if len(data.items) > EASE_ITEMS:
        raise ValueError(
            f"Each item weighs each other one: there are {len(data.items):,} items, and it takes "
            f"{EASE_ITEMS:,} at most."
        )
    users, items = distinct_pairs(data)
    shape = (len(data.users), len(data.items))
    matrix = sparse.csr_array((np.ones(len(items), np.float32), (users, items)), shape)
    gram = (matrix.T @ matrix).toarray()
    gram[np.diag_indices_from(gram)] += EASE_LAMBDA
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return partial(_linear, weights.astype(np.float32))


def _by_chance(rng: np.random.Generator, items: int, query: Query) -> NDArray[np.float64]:
    del query
    return rng.random(items)


def _for_all(shares: NDArray[np.float32], query: Query) -> NDArray[np.float32]:
    del query
    return shares.copy()


def _linear(weights: NDArray[np.float32], query: Query) -> NDArray[np.float32]:
    scores: NDArray[np.float32] = weights[np.unique(query.history)].sum(axis=0)
    return scores


def _summed(model: RelatedModel, query: Query) -> NDArray[np.float32]:
    totals = 1e-6 * model.shares
    for item in query.history.tolist():
        codes, similarities = model.neighbours.of(item)
        totals[codes] += similarities
    return totals


def _unwatched(share: float, words: str) -> None:
    """Progress that nobody watches."""
