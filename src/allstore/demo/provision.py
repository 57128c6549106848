"""What the shop needs of the engine, as a plan."""

from pathlib import Path

from aisle.provisioning import (
    DatasetPlan,
    Plan,
    Provisioned,
    RecommenderPlan,
    SolutionPlan,
    digest_of,
)
from allstore.shop.settings import ShopConfig
from allstore.simulator import schemas

_GROUP = "allstore"
_FOR_YOU = RecommenderPlan(f"{_GROUP}-recommended-for-you", "aws-ecomm-recommended-for-you")
_POPULAR = RecommenderPlan(f"{_GROUP}-popular-items-by-views", "aws-ecomm-popular-items-by-views")
_ALSO_VIEWED = RecommenderPlan(
    f"{_GROUP}-also-viewed", "aws-ecomm-customers-who-viewed-x-also-viewed"
)
_TOGETHER = RecommenderPlan(f"{_GROUP}-bought-together", "aws-ecomm-frequently-bought-together")
_SIMILAR = SolutionPlan(f"{_GROUP}-similar-items", "aws-similar-items")
_RANKING = SolutionPlan(f"{_GROUP}-personalized-ranking", "aws-personalized-ranking")
_DATASETS = {
    "Interactions": (schemas.INTERACTIONS, "interactions.csv"),
    "Items": (schemas.ITEMS, "items.csv"),
    "Users": (schemas.USERS, "users.csv"),
}


def shop_plan(folder: Path) -> Plan:
    """The CSV files of `folder`, and all that the shop asks on them."""
    return Plan(
        name=_GROUP,
        domain="ECOMMERCE",
        datasets=tuple(
            DatasetPlan(kind, schema, (folder / file).as_uri(), digest_of(folder / file))
            for kind, (schema, file) in _DATASETS.items()
        ),
        recommenders=(_POPULAR, _TOGETHER, _ALSO_VIEWED, _FOR_YOU),
        solutions=(_SIMILAR, _RANKING),
    )


def shop_config(made: Provisioned) -> ShopConfig:
    """Where the shop asks and sends events."""
    return ShopConfig(
        recommended_for_you_arn=made.recommenders[_FOR_YOU.name],
        popular_by_views_arn=made.recommenders[_POPULAR.name],
        also_viewed_arn=made.recommenders[_ALSO_VIEWED.name],
        bought_together_arn=made.recommenders[_TOGETHER.name],
        similar_items_arn=made.campaigns.get(_SIMILAR.name),
        ranking_arn=made.campaigns.get(_RANKING.name),
        tracking_id=made.tracking_id,
    )
