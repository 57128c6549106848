"""Campaigns: which model answers, and how a newer one takes its place."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from aisle.jobs.activating import activated
from aisle.jobs.job import Job, Outcome
from aisle.records import Campaign, CampaignUpdate, SolutionVersion, Status
from aisle.records.base import under_way
from aisle.records.deployment import update_arn
from aisle.storage.resources import Resources


def deploy_campaign(job: Job) -> Outcome:
    """Let a campaign answer with its solution version's model."""

    def finish(resources: Resources) -> None:
        campaign = resources.require(Campaign, job.claim.arn)
        version = resources.require(SolutionVersion, campaign.solution_version_arn)
        resources.put(replace(activated(campaign), artefact=version.artefact))
        deploy_latest(resources, campaign.parent_arn or "")

    return finish


def update_campaign(job: Job) -> Outcome:
    """Let a campaign answer as its update says; until then the old model does."""

    def finish(resources: Resources) -> None:
        update = resources.require(CampaignUpdate, job.claim.arn)
        campaign = resources.require(Campaign, update.parent_arn or "")
        version = resources.require(SolutionVersion, update.solution_version_arn)
        changed = replace(
            activated(campaign),
            solution_version_arn=version.arn,
            recipe_arn=version.recipe_arn or campaign.recipe_arn,
            min_provisioned_tps=update.min_provisioned_tps,
            campaign_config=update.campaign_config,
            artefact=version.artefact,
        )
        resources.put(changed)
        resources.put(activated(update))
        deploy_latest(resources, campaign.parent_arn or "")

    return finish


def latest_active(resources: Resources, solution_arn: str) -> SolutionVersion | None:
    """The newest version of a solution that can be deployed."""
    versions = resources.children(SolutionVersion, solution_arn)
    return next((each for each in reversed(versions) if each.status is Status.ACTIVE), None)


def deploy_latest(resources: Resources, solution_arn: str) -> None:
    """Begin to update the campaigns that follow a solution and answer by an older version."""
    latest = latest_active(resources, solution_arn)
    if latest is None:
        return
    for campaign in resources.children(Campaign, solution_arn):
        behind = campaign.follows_latest and campaign.solution_version_arn != latest.arn
        if behind and campaign.status is Status.ACTIVE and not pending_update(resources, campaign):
            begin_update(
                resources,
                campaign,
                latest.arn,
                campaign.min_provisioned_tps,
                campaign.campaign_config,
            )


def pending_update(resources: Resources, campaign: Campaign) -> CampaignUpdate | None:
    """The update that is on its way, if there is one."""
    return next(iter(under_way(resources.children(CampaignUpdate, campaign.arn))), None)


def begin_update(
    resources: Resources,
    campaign: Campaign,
    version_arn: str,
    min_provisioned_tps: int,
    config: Mapping[str, Any],
) -> None:
    """Queue an update in the place of those that have ended."""
    for ended in resources.children(CampaignUpdate, campaign.arn):
        resources.remove(ended.arn)
    now = time.time()
    update = CampaignUpdate(
        arn=update_arn(campaign.arn, uuid4().hex[:8]),
        name=campaign.name,
        parent_arn=campaign.arn,
        creation_date_time=now,
        last_updated_date_time=now,
        solution_version_arn=version_arn,
        min_provisioned_tps=min_provisioned_tps,
        campaign_config=dict(config),
    )
    resources.add(update)
