"""The related-items recipes: count the users whom two items share."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes import hyperparameters
from aisle.recipes.base import Config, Progress, RecipeType, TrainingData
from aisle.recipes.cooccurrence import NAME, CooccurrenceModel
from aisle.recipes.declaration import Declaration
from aisle.recipes.hyperparameters import Hyperparameter, Number, Whole
from aisle.recipes.percentiles import items_within, users_within
from aisle.recipes.popularity import distinct_pairs, popularity

SIMS: tuple[Hyperparameter, ...] = (
    Number("popularity_discount_factor", 0.5, 0.0, 1.0, tunable=(0.0, 1.0)),
    Whole("min_cointeraction_count", 3, 0, 10, tunable=(1, 10)),
    Number("min_user_history_length_percentile", 0.005, 0.0, 1.0),
    Number("max_user_history_length_percentile", 0.995, 0.0, 1.0),
    Number("min_item_interaction_count_percentile", 0.01, 0.0, 1.0),
    Number("max_item_interaction_count_percentile", 0.9, 0.0, 1.0),
)
SIMILAR_ITEMS: tuple[Hyperparameter, ...] = (
    Number("popularity_discount_factor", 0.0, 0.0, 1.0, tunable=(0.0, 1.0)),
    Whole("item_id_hidden_dim", 100, 30, 200),
    Whole("item_metadata_hidden_dim", 100, 30, 200),
)

KEPT = 300
"""Neighbours of each item that the artefact keeps."""

_WHOLE = {
    "min_cointeraction_count": 1,
    "min_user_history_length_percentile": 0.0,
    "max_user_history_length_percentile": 1.0,
    "min_item_interaction_count_percentile": 0.0,
    "max_item_interaction_count_percentile": 1.0,
}
_ROWS_AT_A_TIME = 64


class CooccurrenceRecipe(Declaration, frozen=True, kw_only=True):
    """Similarity = shared users / (users of one * users of the other) ^ discount.

    A discount of 0.5 is the cosine between the items' users, 0 the plain count, 1 the lift. The
    hidden dimensions of aws-similar-items are checked and otherwise unused: counts have none.
    """

    recipe_type: RecipeType = RecipeType.RELATED_ITEMS
    model_name: str = NAME
    discount: float = 0.5
    """Where no hyperparameter says it."""

    @property
    def model_type(self) -> type[CooccurrenceModel]:
        """What `fit` returns."""
        return CooccurrenceModel

    def check(self, given: Mapping[str, str]) -> None:
        """Raise ValueError for one that is unknown or out of range."""
        self._settings(given)

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> CooccurrenceModel:
        """Count over all users; the seed plays no part."""
        del start
        events = data.interactions
        settings = self._settings(config.hyperparameters)
        counted = _usual(events, settings)
        neighbours, similarities = _neighbours(
            counted,
            settings["popularity_discount_factor"],
            settings["min_cointeraction_count"],
            progress,
        )
        return CooccurrenceModel(events.items, popularity(events), neighbours, similarities)

    def _settings(self, given: Mapping[str, str]) -> dict[str, Any]:
        assumed = {**_WHOLE, "popularity_discount_factor": self.discount}
        settings = assumed | hyperparameters.parse(self.declared, given)
        for of in ("user_history_length", "item_interaction_count"):
            hyperparameters.check_order(settings, f"min_{of}_percentile", f"max_{of}_percentile")
        return settings


def _usual(data: Interactions, settings: Mapping[str, Any]) -> Interactions:
    """Without the users and items whose numbers of events are beyond the percentiles."""
    users = users_within(
        data,
        settings["min_user_history_length_percentile"],
        settings["max_user_history_length_percentile"],
    )
    return items_within(
        users,
        settings["min_item_interaction_count_percentile"],
        settings["max_item_interaction_count_percentile"],
    )


def _neighbours(
    data: Interactions, discount: float, least: int, progress: Progress
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Codes and similarities `[items, kept]` in the form the model keeps them."""
    from aisle.recipes import kernels  # noqa: PLC0415 - serving must not import Numba

    count = len(data.items)
    users, items = distinct_pairs(data)
    user_offsets = np.searchsorted(users, np.arange(len(data.users) + 1))
    by_item = np.argsort(items, kind="stable")
    item_offsets = np.searchsorted(items[by_item], np.arange(count + 1))
    user_of = users[by_item]
    penalty = np.maximum(np.diff(item_offsets), 1).astype(np.float64) ** discount
    kept = max(min(KEPT, count - 1), 0)
    codes = np.full((count, kept), -1, np.int32)
    values = np.zeros((count, kept), np.float32)

    def fill(first: int) -> None:
        rows = slice(first, min(first + _ROWS_AT_A_TIME, count))
        together = np.zeros((rows.stop - first, count), np.int32)
        kernels.count_together(
            first, rows.stop, item_offsets, user_of, user_offsets, items, together
        )
        together[np.arange(len(together)), np.arange(first, rows.stop)] = 0
        similar = np.where(together >= max(least, 1), together / penalty, 0)
        _keep_strongest(similar / penalty[rows, None], codes[rows], values[rows])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        starts = range(0, count, _ROWS_AT_A_TIME)
        for done, _ in enumerate(pool.map(fill, starts)):
            progress(done / len(starts), "counting shared users")
    return codes, values


def _keep_strongest(
    similar: NDArray[np.float64], codes: NDArray[np.int32], values: NDArray[np.float32]
) -> None:
    """Fill `[rows, kept]` from `[rows, items]`, most similar first, ties by the lower code."""
    order = np.argsort(-similar, axis=1, kind="stable")[:, : codes.shape[1]]
    found = np.take_along_axis(similar, order, axis=1)
    values[:] = found
    codes[:] = np.where(found > 0, order, -1)
