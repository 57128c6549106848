"""aws-ecomm-frequently-bought-together: what lies in one basket.

https://docs.aws.amazon.com/personalize/latest/dg/ECOMMERCE-use-cases.html
"""

from typing import Any

import numpy as np

from aisle.data.interactions import Interactions
from aisle.recipes.base import Config, Progress, TrainingData
from aisle.recipes.related.counting import (
    Grouped,
    alike,
    distinct,
    groups_of_items,
    histories,
    strongest,
)
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.recipe import RelatedRecipe
from aisle.recipes.related.sequences import by_gaps

_GAP = 3600
"""Purchases at most an hour apart lie in one basket."""
_LEAST_BASKETS = 0.1
_SHRINK = 10.0
_DISCOUNT = 0.25
"""Of each item's number of baskets; the lift has 1, the conditional probability 0."""


class BasketsRecipe(RelatedRecipe, frozen=True, kw_only=True):
    """Strength = s * s / (s + 10) / (baskets of one * baskets of the other) ^ 0.25 for s shared
    baskets: between conditional probability and lift, shrunk where there are few.

    A basket is a user's purchases with at most an hour from one to the next. Where hardly any such
    basket has two items, all that a user bought is one.
    """

    model_name: str = "basket-lift"

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> RelatedModel:
        """Count baskets; the seed decides which pairs the metadata's fields are weighed by."""
        del start
        self.check(config.hyperparameters)
        groups = _baskets(data.interactions)
        baskets = groups_of_items(groups).astype(np.float64)
        baskets[baskets == 0] = 1
        penalty = baskets**_DISCOUNT
        rule = alike(groups, penalty, shrink=_SHRINK)
        neighbours = strongest(groups, rule, progress, "counting baskets")
        return self.described(data, neighbours, config)


def _baskets(events: Interactions) -> Grouped:
    """Every item once a basket."""
    baskets, users = distinct(by_gaps(events, _GAP)), distinct(histories(events))
    several = np.count_nonzero(np.diff(baskets.offsets) > 1)
    buyers = np.count_nonzero(np.diff(users.offsets) > 1)
    return baskets if several >= _LEAST_BASKETS * buyers else users
