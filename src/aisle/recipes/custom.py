"""The service's recipes for solutions: one declaration a recipe.

Names, hyperparameters and ranges:
https://docs.aws.amazon.com/personalize/latest/dg/working-with-predefined-recipes.html
"""

from aisle.recipes.actions import ActionRecipe
from aisle.recipes.base import Recipe, RecipeType
from aisle.recipes.hyperparameters import Choice, Flag, Hyperparameter, Number, Whole
from aisle.recipes.next_item_recipe import DECLARED, OWN, NextItemRecipe
from aisle.recipes.popularity import PopularityRecipe
from aisle.recipes.related.semantic import SemanticRecipe
from aisle.recipes.related.similar_items import SimilarItemsRecipe
from aisle.recipes.related.sims import SimsRecipe
from aisle.recipes.trending import TrendingRecipe

_V2: tuple[Hyperparameter, ...] = (Flag("apply_recency_bias", default=True, tunable=True), *OWN)
_AFFINITY: tuple[Hyperparameter, ...] = (Whole("hidden_dimension", 149, 32, 256), *OWN)
_COLD_START: tuple[Hyperparameter, ...] = (
    *DECLARED,
    Whole("cold_start_max_interactions", 15, 1, 1_000_000),
    Number("cold_start_max_duration", 5.0, 0.0, 1_000_000.0),
    Choice("cold_start_relative_from", "currentTime", ("currentTime", "latestItem")),
)

CUSTOM: tuple[Recipe, ...] = (
    NextItemRecipe(
        name="aws-user-personalization-v2",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="Predicts the items a user will interact with next, and explores new ones.",
        declared=_V2,
        explores=True,
        gives_reasons=True,
        always_metadata=True,
    ),
    NextItemRecipe(
        name="aws-user-personalization",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="Predicts the items a user will interact with next, from the order of events.",
        explores=True,
    ),
    NextItemRecipe(
        name="aws-personalized-ranking-v2",
        recipe_type=RecipeType.PERSONALIZED_RANKING,
        description="Puts a list of items in the order in which a user is likely to want them.",
        declared=_V2,
        always_metadata=True,
    ),
    NextItemRecipe(
        name="aws-personalized-ranking",
        recipe_type=RecipeType.PERSONALIZED_RANKING,
        description="Puts a list of items in the order in which a user is likely to want them.",
    ),
    SimilarItemsRecipe(
        name="aws-similar-items",
        description="Finds items that are like an item, by what users do and by metadata.",
    ),
    SimsRecipe(
        name="aws-sims",
        description="Finds items that the same users interact with.",
    ),
    SemanticRecipe(
        name="aws-semantic-similarity",
        description="Finds items whose texts are like an item's.",
        feature_transformation="semantic-similarity",
    ),
    PopularityRecipe(
        name="aws-popularity-count",
        description="Recommends the items that most users interacted with.",
    ),
    TrendingRecipe(
        name="aws-trending-now",
        description="Recommends the items whose popularity grows fastest.",
    ),
    ActionRecipe(
        name="aws-next-best-action",
        description="Recommends the actions that a user is most likely to take.",
    ),
    NextItemRecipe(
        name="aws-item-affinity",
        recipe_type=RecipeType.USER_SEGMENTATION,
        description="Finds the users who are most likely to interact with an item.",
        declared=_AFFINITY,
    ),
    NextItemRecipe(
        name="aws-item-attribute-affinity",
        recipe_type=RecipeType.USER_SEGMENTATION,
        description="Finds the users who are most likely to want items with given attributes.",
        declared=_AFFINITY,
    ),
    NextItemRecipe(
        name="aws-hrnn",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="Legacy: predicts the items a user will interact with next.",
    ),
    NextItemRecipe(
        name="aws-hrnn-metadata",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="Legacy: predicts the items a user will interact with next.",
        feature_transformation="featurize_metadata",
    ),
    NextItemRecipe(
        name="aws-hrnn-coldstart",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="Legacy: predicts the items a user will interact with next, new ones too.",
        declared=_COLD_START,
        feature_transformation="featurize_coldstart",
        explores=True,
    ),
)
