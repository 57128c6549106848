"""Campaigns: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateCampaign.html."""

import time
from collections.abc import Mapping
from typing import Any

from aisle.records import Campaign, Solution, SolutionVersion
from aisle.records.answer import Answer
from aisle.resources.paging import list_page
from aisle.resources.rules import begin_deletion, describe, refuse, require, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call

_CONFIG_NOT_YET = (
    "itemExplorationConfig",
    "enableMetadataWithRecommendations",
    "syncWithLatestSolutionVersion",
    "rankingInfluence",
)


def create_campaign(
    call: Call,
    *,
    name: str,
    solution_version_arn: str,
    min_provisioned_tps: int | None = None,
    campaign_config: Mapping[str, Any] | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Deploy a solution version."""
    refuse("solutionVersionArn with $LATEST", solution_version_arn.endswith("/$LATEST"))
    config = dict(campaign_config or {})
    for member in _CONFIG_NOT_YET:
        refuse(f"campaignConfig.{member}", config.get(member))
    now = time.time()
    with call.state.write() as transaction:
        version = require_active(call, transaction, SolutionVersion, solution_version_arn)
        require_active(call, transaction, Solution, version.solution_arn)
        record = Campaign(
            arn=call.scope.arn(f"campaign/{name}"),
            name=name,
            parent_arn=version.solution_arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            solution_version_arn=version.arn,
            recipe_arn=version.recipe_arn,
            dataset_group_arn=version.dataset_group_arn,
            min_provisioned_tps=min_provisioned_tps or 1,
            campaign_config=config,
        )
        transaction.resources.add(record)
    return {"campaignArn": record.arn}


def describe_campaign(call: Call, *, campaign_arn: str) -> Answer:
    return describe(call, Campaign, campaign_arn, "campaign", "campaignArn")


def list_campaigns(
    call: Call,
    *,
    solution_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        Campaign,
        "campaigns",
        lambda record: shown(record, "campaignArn"),
        parent_arn=solution_arn,
        next_token=next_token,
        max_results=max_results,
    )


def delete_campaign(call: Call, *, campaign_arn: str) -> None:
    """Stop answering; the solution version stays."""
    with call.state.write() as transaction:
        begin_deletion(transaction, require(call, transaction, Campaign, campaign_arn), {})
