"""What the recipes for related items have in common."""

from aisle.recipes.base import Config, RecipeType, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.popularity import popularity
from aisle.recipes.related.described import described
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.neighbours import Neighbours


class RelatedRecipe(Declaration, frozen=True, kw_only=True):
    """A recipe that gives each item its neighbours; a subclass adds `fit`."""

    recipe_type: RecipeType = RecipeType.RELATED_ITEMS
    tilt: float = 0.0
    """How far the user's own items lift those that go with them."""

    @property
    def model_type(self) -> type[RelatedModel]:
        """What `fit` returns."""
        return RelatedModel

    def described(self, data: TrainingData, neighbours: Neighbours, config: Config) -> RelatedModel:
        """Neighbours, and what the Items dataset says of them and of items that have none."""
        items = data.interactions.items
        found = described(data.items, items, neighbours, config.seed)
        content = found[0] if found else None
        return RelatedModel(items, popularity(data.interactions), neighbours, content, self.tilt)
