"""Campaigns: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateCampaign.html."""

import time
from collections.abc import Mapping
from typing import Any

from aisle.data.state import Transaction
from aisle.jobs.deploying import begin_update, latest_active, pending_update
from aisle.recipes.base import RecipeType
from aisle.records import Campaign, CampaignUpdate, Solution, SolutionVersion, Status
from aisle.records.answer import Answer
from aisle.records.errors import (
    InvalidInputException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from aisle.resources.exploration import INFLUENCED, checked_exploration
from aisle.resources.paging import list_page
from aisle.resources.recipe import trainable_recipe
from aisle.resources.rules import begin_deletion, in_progress, require, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call

_LATEST = "/$LATEST"


def create_campaign(
    call: Call,
    *,
    name: str,
    solution_version_arn: str,
    min_provisioned_tps: int | None = None,
    campaign_config: Mapping[str, Any] | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Deploy a solution version, or with `SOLUTION_ARN/$LATEST` the newest one of a solution."""
    now = time.time()
    with call.state.write() as transaction:
        version = _version(call, transaction, solution_version_arn)
        config = _checked(version, campaign_config or {})
        _check_sync(config, solution_version_arn)
        record = Campaign(
            arn=call.scope.arn(f"campaign/{name}"),
            name=name,
            parent_arn=version.solution_arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            solution_version_arn=version.arn,
            recipe_arn=version.recipe_arn or "",
            dataset_group_arn=version.dataset_group_arn,
            min_provisioned_tps=min_provisioned_tps or 1,
            campaign_config=config,
        )
        transaction.resources.add(record)
    return {"campaignArn": record.arn}


def update_campaign(
    call: Call,
    *,
    campaign_arn: str,
    solution_version_arn: str | None = None,
    min_provisioned_tps: int | None = None,
    campaign_config: Mapping[str, Any] | None = None,
) -> Mapping[str, object]:
    """Begin to change what a campaign answers with; until then it answers as before.

    Members that are left out stay as they are, those of `campaign_config` too.
    """
    with call.state.write() as transaction:
        campaign = require(call, transaction, Campaign, campaign_arn)
        _check_updatable(transaction, campaign)
        version = _next_version(call, transaction, campaign, solution_version_arn)
        config = _checked(version, {**campaign.campaign_config, **(campaign_config or {})})
        if solution_version_arn is not None or not campaign.follows_latest:
            _check_sync(config, solution_version_arn or "")
        begin_update(
            transaction.resources,
            campaign,
            version.arn,
            min_provisioned_tps or campaign.min_provisioned_tps,
            config,
        )
    return {"campaignArn": campaign.arn}


def describe_campaign(call: Call, *, campaign_arn: str) -> Answer:
    """A campaign, with its last update if there was one."""
    with call.state.read() as transaction:
        record = require(call, transaction, Campaign, campaign_arn)
        updates = transaction.resources.children(CampaignUpdate, record.arn)
    document = shown(record, "campaignArn")
    if updates:
        document["latestCampaignUpdate"] = shown(updates[-1], "campaignUpdateArn")
    return Answer(document={"campaign": document})


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
        record = require(call, transaction, Campaign, campaign_arn)
        updates = in_progress(transaction.resources.children(CampaignUpdate, record.arn))
        begin_deletion(transaction, record, {"the update": updates})


def _version(call: Call, transaction: Transaction, arn: str) -> SolutionVersion:
    """The version that is asked for, ready to be deployed."""
    if not arn.endswith(_LATEST):
        version = require_active(call, transaction, SolutionVersion, arn)
        require_active(call, transaction, Solution, version.solution_arn)
        return version
    solution = require_active(call, transaction, Solution, arn.removesuffix(_LATEST))
    latest = latest_active(transaction.resources, solution.arn)
    if latest is not None:
        return latest
    for version in transaction.resources.children(SolutionVersion, solution.arn):
        raise ResourceInUseException(
            f"The solution {solution.arn} has no ACTIVE solution version: the status of "
            f"{version.arn} is {version.status.value}."
        )
    raise ResourceNotFoundException(f"The solution {solution.arn} has no solution version.")


def _next_version(
    call: Call, transaction: Transaction, campaign: Campaign, arn: str | None
) -> SolutionVersion:
    """What a campaign is to answer with; it stays with its solution."""
    if arn is None and campaign.follows_latest:
        arn = f"{campaign.parent_arn}{_LATEST}"
    version = _version(call, transaction, arn or campaign.solution_version_arn)
    if version.solution_arn != campaign.parent_arn:
        raise InvalidInputException(
            f"solutionVersionArn is of the solution {version.solution_arn}; the campaign's is "
            f"{campaign.parent_arn}."
        )
    return version


def _check_updatable(transaction: Transaction, campaign: Campaign) -> None:
    if campaign.status not in {Status.ACTIVE, Status.CREATE_FAILED}:
        raise ResourceInUseException(
            f"The campaign {campaign.arn} must be ACTIVE or CREATE FAILED: its status is "
            f"{campaign.status.value}."
        )
    if update := pending_update(transaction.resources, campaign):
        raise ResourceInUseException(
            f"The campaign {campaign.arn} has an update in status {update.status.value}."
        )


def _checked(version: SolutionVersion, given: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with its defaults; raises InvalidInputException for what cannot be."""
    recipe = trainable_recipe(version.recipe_arn or "")
    if recipe.recipe_type is RecipeType.USER_SEGMENTATION:
        raise InvalidInputException(
            f"The recipe {recipe.name} is for batch segment jobs; a campaign cannot answer by it."
        )
    if given.get("rankingInfluence") and recipe.name != INFLUENCED:
        raise InvalidInputException(
            f"campaignConfig.rankingInfluence is for the recipe {INFLUENCED} only; the solution's "
            f"is {recipe.name}."
        )
    exploration = checked_exploration(recipe, given.get("itemExplorationConfig"))
    return {**given, **({"itemExplorationConfig": exploration} if exploration else {})}


def _check_sync(config: Mapping[str, Any], version_arn: str) -> None:
    if config.get("syncWithLatestSolutionVersion") and not version_arn.endswith(_LATEST):
        raise InvalidInputException(
            "campaignConfig.syncWithLatestSolutionVersion is true, so solutionVersionArn must be "
            f"the solution's ARN and {_LATEST}; it is {version_arn!r}. To stay with one version, "
            "set it to false."
        )
