"""Customers who viewed X also viewed; because you watched X.

https://docs.aws.amazon.com/personalize/latest/dg/domain-use-cases.html
"""

from typing import Any

from aisle.recipes.base import Config, Progress, TrainingData
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.recipe import RelatedRecipe
from aisle.recipes.related.sequences import near


class ViewedRecipe(RelatedRecipe, frozen=True, kw_only=True):
    """What comes close to an item in users' histories, tilted to what goes with the user's own.

    The nearer in the order of events, the more it counts, so that sessions need no bounds: pairs
    within an hour alone predict the next item worse.
    """

    model_name: str = "sequence-neighbours"
    tilt: float = 4.0

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> RelatedModel:
        """Count pairs; the seed decides which of them the metadata's fields are weighed by."""
        del start
        self.check(config.hyperparameters)
        return self.described(data, near(data.interactions, progress), config)
