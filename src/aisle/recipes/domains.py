"""The service's recipes for recommenders of a domain group: one declaration a recipe.

https://docs.aws.amazon.com/personalize/latest/dg/domain-use-cases.html
"""

from aisle.recipes.base import Recipe, RecipeType
from aisle.recipes.next_item_recipe import NextItemRecipe
from aisle.recipes.popularity import PopularityRecipe
from aisle.recipes.related.baskets import BasketsRecipe
from aisle.recipes.related.similar_items import SimilarItemsRecipe
from aisle.recipes.related.viewed import ViewedRecipe
from aisle.recipes.trending import TrendingRecipe

ECOMMERCE: tuple[Recipe, ...] = (
    PopularityRecipe(
        name="aws-ecomm-popular-items-by-views",
        description="Recommends the items that most shoppers viewed.",
        domain="ECOMMERCE",
        event_type="View",
    ),
    PopularityRecipe(
        name="aws-ecomm-popular-items-by-purchases",
        description="Recommends the items that most shoppers bought.",
        domain="ECOMMERCE",
        event_type="Purchase",
    ),
    BasketsRecipe(
        name="aws-ecomm-frequently-bought-together",
        description="Finds items that lie in one basket with an item.",
        domain="ECOMMERCE",
        event_type="Purchase",
    ),
    ViewedRecipe(
        name="aws-ecomm-customers-who-viewed-x-also-viewed",
        description="Finds items that those view who view an item.",
        domain="ECOMMERCE",
        event_type="View",
        taken_by="purchase",
        needed=("userId", "itemId"),
    ),
    NextItemRecipe(
        name="aws-ecomm-recommended-for-you",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="Recommends items to a shopper by what the shopper viewed and bought.",
        domain="ECOMMERCE",
        taken_by="purchase",
        shows_scores=False,
        explores=True,
    ),
)

VIDEO_ON_DEMAND: tuple[Recipe, ...] = (
    ViewedRecipe(
        name="aws-vod-because-you-watched-x",
        description="Finds titles that those watch who watched a title.",
        domain="VIDEO_ON_DEMAND",
        event_type="Watch",
        taken_by="watch",
        needed=("userId", "itemId"),
    ),
    SimilarItemsRecipe(
        name="aws-vod-more-like-x",
        description="Finds titles that are like a title, those for the viewer first.",
        domain="VIDEO_ON_DEMAND",
        tilt=4.0,
        needed=("userId", "itemId"),
    ),
    PopularityRecipe(
        name="aws-vod-most-popular",
        description="Recommends the titles that most viewers watched.",
        domain="VIDEO_ON_DEMAND",
        event_type="Watch",
    ),
    TrendingRecipe(
        name="aws-vod-trending-now",
        description="Recommends the titles whose popularity grows fastest.",
        domain="VIDEO_ON_DEMAND",
        needed=(),
    ),
    NextItemRecipe(
        name="aws-vod-top-picks",
        recipe_type=RecipeType.USER_PERSONALIZATION,
        description="Recommends titles to a viewer by what the viewer watched.",
        domain="VIDEO_ON_DEMAND",
        taken_by="watch",
        shows_scores=False,
        explores=True,
    ),
)
