"""What the shop needs of the engine, as plans."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from aisle.provisioning import (
    DatasetPlan,
    FilterPlan,
    Plan,
    Provisioned,
    RecommenderPlan,
    SolutionPlan,
    datasets_in,
    on_this_machine,
)
from allstore.shop.settings import ShopConfig
from allstore.simulator import schemas

_GROUP = "allstore"
_FOR_YOU = RecommenderPlan(f"{_GROUP}-recommended-for-you", "aws-ecomm-recommended-for-you")
_POPULAR = RecommenderPlan(f"{_GROUP}-popular-items-by-views", "aws-ecomm-popular-items-by-views")
_BOUGHT = RecommenderPlan(f"{_GROUP}-popular-by-purchases", "aws-ecomm-popular-items-by-purchases")
_ALSO_VIEWED = RecommenderPlan(
    f"{_GROUP}-also-viewed", "aws-ecomm-customers-who-viewed-x-also-viewed"
)
_TOGETHER = RecommenderPlan(f"{_GROUP}-bought-together", "aws-ecomm-frequently-bought-together")
_SIMILAR = SolutionPlan(f"{_GROUP}-similar-items", "aws-similar-items")
_RANKING = SolutionPlan(f"{_GROUP}-personalized-ranking", "aws-personalized-ranking")
_PROMOTED = FilterPlan(f"{_GROUP}-promoted", 'INCLUDE ItemID WHERE Items.PROMOTED IN ("Y")')
_CATEGORY = "CATEGORY_L1"
_OF_CATEGORY = FilterPlan(
    f"{_GROUP}-category", f"INCLUDE ItemID WHERE Items.{_CATEGORY} IN ($CATEGORY)"
)
_DISCOUNT_PERCENT = 15


def shop_plan(folder: Path, *, by_purchases: bool = False) -> Plan:
    """The CSV files of `folder` with their schemas, both recommenders of the home page on them, and
    where the items tell, what it promotes and what is of a category. What is popular is that by
    views, or else by purchases.
    """
    datasets = datasets_in(folder, on_this_machine)
    filters = {"PROMOTED": _PROMOTED, _CATEGORY: _OF_CATEGORY}
    return Plan(
        name=_GROUP,
        domain="ECOMMERCE",
        datasets=datasets,
        recommenders=(_BOUGHT if by_purchases else _POPULAR, _FOR_YOU),
        filters=tuple(made for column, made in filters.items() if _tells(datasets, column)),
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


def shop_config(plan: Plan, made: Provisioned, before: ShopConfig | None = None) -> ShopConfig:
    """Where the shop asks and sends events; what was not made is as `before`."""
    found: dict[str, str | int | None] = {
        "recommended_for_you_arn": made.recommenders.get(_FOR_YOU.name),
        "popular_by_views_arn": made.recommenders.get(_POPULAR.name),
        "popular_by_purchases_arn": made.recommenders.get(_BOUGHT.name),
        "also_viewed_arn": made.recommenders.get(_ALSO_VIEWED.name),
        "bought_together_arn": made.recommenders.get(_TOGETHER.name),
        "similar_items_arn": made.campaigns.get(_SIMILAR.name),
        "ranking_arn": made.campaigns.get(_RANKING.name),
        "category_filter_arn": made.filters.get(_OF_CATEGORY.name),
        "promotion_filter_arn": made.filters.get(_PROMOTED.name),
        "discount_percent": _discount_percent(plan) if _RANKING.name in made.campaigns else None,
        "tracking_id": made.tracking_id,
    }
    return replace(
        before or ShopConfig(), **{name: made for name, made in found.items() if made is not None}
    )


def _discount_percent(plan: Plan) -> int | None:
    """A ranking can choose discounts where the events that it was trained on tell of them."""
    return _DISCOUNT_PERCENT if _tells(plan.datasets, schemas.DISCOUNT) else None


def _tells(datasets: Sequence[DatasetPlan], column: str) -> bool:
    return any(f'"{column}"' in each.schema for each in datasets)
