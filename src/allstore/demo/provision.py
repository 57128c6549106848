"""What the shop needs of the engine, as plans."""

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from aisle.provisioning import (
    DatasetPlan,
    FilterPlan,
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
_PROMOTED = FilterPlan(f"{_GROUP}-promoted", 'INCLUDE ItemID WHERE Items.PROMOTED IN ("Y")')
_DATASETS = {
    "Interactions": (schemas.INTERACTIONS, "interactions.csv"),
    "Items": (schemas.ITEMS, "items.csv"),
    "Users": (schemas.USERS, "users.csv"),
}


def shop_plan(folder: Path) -> Plan:
    """The CSV files of `folder`, both recommenders of the home page, and what that promotes."""
    return Plan(
        name=_GROUP,
        domain="ECOMMERCE",
        datasets=tuple(
            DatasetPlan(kind, schema, (folder / file).as_uri(), digest_of(folder / file))
            for kind, (schema, file) in _DATASETS.items()
        ),
        recommenders=(_POPULAR, _FOR_YOU),
        filters=(_PROMOTED,),
    )


def further_plans(plan: Plan) -> Mapping[str, Plan]:
    """By what they are for, the same with one more each, for the other pages. A store may have too
    few purchases for one and enough for the others.
    """
    return {
        "Similar items": replace(plan, solutions=(_SIMILAR,)),
        "Frequently bought together": replace(plan, recommenders=(*plan.recommenders, _TOGETHER)),
        "Customers also viewed": replace(plan, recommenders=(*plan.recommenders, _ALSO_VIEWED)),
        "Personal rankings": replace(plan, solutions=(_RANKING,)),
    }


def shop_config(made: Provisioned, before: ShopConfig | None = None) -> ShopConfig:
    """Where the shop asks and sends events; what was not made is as `before`."""
    found = {
        "recommended_for_you_arn": made.recommenders.get(_FOR_YOU.name),
        "popular_by_views_arn": made.recommenders.get(_POPULAR.name),
        "also_viewed_arn": made.recommenders.get(_ALSO_VIEWED.name),
        "bought_together_arn": made.recommenders.get(_TOGETHER.name),
        "similar_items_arn": made.campaigns.get(_SIMILAR.name),
        "ranking_arn": made.campaigns.get(_RANKING.name),
        "promotion_filter_arn": made.filters.get(_PROMOTED.name),
        "tracking_id": made.tracking_id,
    }
    return replace(
        before or ShopConfig(), **{name: arn for name, arn in found.items() if arn is not None}
    )
