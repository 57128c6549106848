"""aws-sims: the items whose users are the same.

https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-sims.html
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from aisle.data.interactions import Interactions
from aisle.recipes import hyperparameters
from aisle.recipes.base import Config, Progress, TrainingData
from aisle.recipes.hyperparameters import Hyperparameter, Number, Whole
from aisle.recipes.percentiles import items_within, users_within
from aisle.recipes.popularity import popularity
from aisle.recipes.related.counting import alike, distinct, groups_of_items, histories, strongest
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.recipe import RelatedRecipe

SIMS: tuple[Hyperparameter, ...] = (
    Number("popularity_discount_factor", 0.5, 0.0, 1.0, tunable=(0.0, 1.0)),
    Whole("min_cointeraction_count", 3, 0, 10, tunable=(1, 10)),
    Number("min_user_history_length_percentile", 0.005, 0.0, 1.0),
    Number("max_user_history_length_percentile", 0.995, 0.0, 1.0),
    Number("min_item_interaction_count_percentile", 0.01, 0.0, 1.0),
    Number("max_item_interaction_count_percentile", 0.9, 0.0, 1.0),
)


class SimsRecipe(RelatedRecipe, frozen=True, kw_only=True):
    """Similarity = shared users / (users of one * users of the other) ^ discount.

    A discount of 0.5 is the cosine between the items' users, 0 the plain count, 1 the lift. Where
    events have weights a user has the heaviest of theirs with an item; `min_cointeraction_count`
    counts users all the same.
    """

    declared: tuple[Hyperparameter, ...] = SIMS
    model_name: str = "item-cooccurrence"

    def check(self, given: Mapping[str, str]) -> None:
        """Raise ValueError for one that is unknown or out of range."""
        self._settings(given)

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> RelatedModel:
        """Count over all users; the seed plays no part."""
        del start
        events = data.interactions
        settings = self._settings(config.hyperparameters)
        counted = _usual(events, settings)
        groups = distinct(histories(counted))
        users = groups_of_items(groups).astype(np.float64)
        users[users == 0] = 1
        penalty = users ** settings["popularity_discount_factor"]
        rule = alike(groups, penalty, least=settings["min_cointeraction_count"])
        neighbours = strongest(groups, rule, progress, "counting shared users")
        return RelatedModel(events.items, popularity(events), neighbours)

    def _settings(self, given: Mapping[str, str]) -> dict[str, Any]:
        settings = hyperparameters.parse(self.declared, given)
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
