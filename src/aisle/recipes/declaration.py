"""What a built-in recipe says of itself; one declaration is one row of the tables of recipes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from aisle.data.interactions import Interactions
from aisle.recipes import hyperparameters
from aisle.recipes.base import Config, Live, RecipeType, TrainingData
from aisle.recipes.hyperparameters import Choice, Hyperparameter

_NEEDS: Mapping[RecipeType, tuple[str, ...]] = {
    RecipeType.RELATED_ITEMS: ("itemId",),
    RecipeType.USER_SEGMENTATION: (),
}


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """The part of `base.Recipe` that is data; a subclass adds `fit` and what trains."""

    name: str
    description: str
    recipe_type: RecipeType
    domain: str | None = None
    declared: tuple[Hyperparameter, ...] = ()
    features: tuple[Choice, ...] = ()
    feature_transformation: str = "JSON-percentile-filtering"
    needed: tuple[str, ...] | None = None
    """What requests need, where it is not what the recipe's type says."""
    learns_from: str = "INTERACTIONS"
    event_type: str | None = None
    taken_by: str | None = None
    shows_scores: bool = False
    explores: bool = False
    gives_reasons: bool = False
    always_metadata: bool = False
    learns_runs: bool = False
    """Whether a user's events with one item in a row are learnt from one by one."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The item for related items, the user for all others, unless declared otherwise."""
        if self.needed is not None:
            return self.needed
        return _NEEDS.get(self.recipe_type, ("userId",))

    @property
    def defaults(self) -> Mapping[str, str]:
        """The default of each hyperparameter."""
        return hyperparameters.defaults(self.declared)

    def check(self, given: Mapping[str, str]) -> None:
        """Raise ValueError for one that is unknown or out of range."""
        hyperparameters.parse(self.declared, given)

    def check_features(self, given: Mapping[str, str]) -> None:
        """Raise ValueError for a parameter that is unknown or has another value than it may."""
        try:
            hyperparameters.parse(self.features, given)
        except ValueError as error:
            raise ValueError(f"featureTransformationParameters: {error}") from None

    def tune(self, model: Any, validation: TrainingData, config: Config) -> Config:
        """Leave the configuration as it is."""
        del model, validation
        return config

    def tuned(self, model: Any, config: Config) -> Any:
        """The same model."""
        del config
        return model

    def live(self, model: Any, histories: Interactions) -> Live | None:
        """None: the model stays as it was trained."""
        del model, histories
        return None
