"""Customers who viewed X also viewed; because you watched X.

https://docs.aws.amazon.com/personalize/latest/dg/domain-use-cases.html
"""

from typing import Any

from aisle.recipes.base import Config, Progress, RecipeType, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.popularity import popularity
from aisle.recipes.related.described import described
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.sequences import near


class ViewedRecipe(Declaration, frozen=True, kw_only=True):
    """What comes close to an item in users' histories, tilted to what goes with the user's own.

    The nearer in the order of events, the more it counts, so that sessions need no bounds: pairs
    within an hour alone predict the next item worse.
    """

    recipe_type: RecipeType = RecipeType.RELATED_ITEMS
    model_name: str = "sequence-neighbours"
    tilt: float = 4.0
    """How far the user's own items lift those that go with them."""

    @property
    def model_type(self) -> type[RelatedModel]:
        """What `fit` returns."""
        return RelatedModel

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> RelatedModel:
        """Count pairs; the seed decides which of them the metadata's fields are weighed by."""
        del start
        self.check(config.hyperparameters)
        events = data.interactions
        neighbours = near(events, progress)
        found = described(data.items, events.items, neighbours, config.seed)
        content = found[0] if found else None
        return RelatedModel(events.items, popularity(events), neighbours, content, self.tilt)
