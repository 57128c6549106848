"""A plan's solutions: trained on the newest rows, each behind a campaign of its name."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from aisle.provisioning.plan import RECIPE, Plan, ProvisionError, SolutionPlan
from aisle.provisioning.resources import Resources, ended_badly


def train_solutions(
    resources: Resources, plan: Plan, group_arn: str, imported: datetime
) -> Mapping[str, str]:
    """Begin what training is missing since `imported`; version ARNs by the solutions' names."""
    return {
        solution.name: _version(resources, _solution(resources, solution, group_arn), imported)
        for solution in plan.solutions
    }


def deploy_versions(
    resources: Resources, plan: Plan, versions: Mapping[str, str]
) -> Mapping[str, str]:
    """Wait for the trainings and put each behind its campaign; ARNs by the solutions' names."""
    for solution in plan.solutions:
        step = f"training {solution.recipe.removeprefix('aws-')}"
        resources.wait(step, "solutionVersion", versions[solution.name])
    return {name: _campaign(resources, name, version) for name, version in versions.items()}


def _solution(resources: Resources, solution: SolutionPlan, group_arn: str) -> str:
    """The ARN of a solution that trains when told to and not by itself."""
    arn = resources.begin(
        "solution",
        lambda: resources.personalize.create_solution(
            name=solution.name,
            datasetGroupArn=group_arn,
            recipeArn=f"{RECIPE}{solution.recipe}",
            performAutoTraining=False,
            solutionConfig={"algorithmHyperParameters": solution.hyperparameters},
        )["solutionArn"],
    )
    found = resources.wait(f"solution {solution.name}", "solution", arn)
    _require_same(solution, found, group_arn)
    return arn


def _require_same(solution: SolutionPlan, found: Mapping[str, Any], group_arn: str) -> None:
    """Raise ProvisionError where a solution of the name is there for something else."""
    if (found["recipeArn"], found["datasetGroupArn"]) != (f"{RECIPE}{solution.recipe}", group_arn):
        raise ProvisionError(
            f"There is another solution {solution.name}, of {found['recipeArn']} in "
            f"{found['datasetGroupArn']}. Choose another name."
        )
    settings = found.get("solutionConfig", {}).get("algorithmHyperParameters", {})
    for name, value in solution.hyperparameters.items():
        if settings.get(name) != value:
            raise ProvisionError(
                f"The solution {solution.name} that is there has {name} {settings.get(name)}, not "
                f"{value}. Choose another name."
            )


def _version(resources: Resources, solution_arn: str, imported: datetime) -> str:
    """The newest version that knows the newest rows, or a new one."""
    pages = resources.personalize.get_paginator("list_solution_versions").paginate(
        solutionArn=solution_arn
    )
    known = [
        version
        for page in pages
        for version in page["solutionVersions"]
        if not ended_badly(version["status"]) and version["creationDateTime"] >= imported
    ]
    if known:
        return max(known, key=lambda version: version["creationDateTime"])["solutionVersionArn"]
    return resources.create(
        lambda: resources.personalize.create_solution_version(solutionArn=solution_arn)[
            "solutionVersionArn"
        ]
    )


def _campaign(resources: Resources, name: str, version_arn: str) -> str:
    """The ARN of a campaign that answers by this version; one that is there answers all along."""
    arn = resources.begin("campaign", partial(_create_campaign, resources, name, version_arn))
    found = resources.wait(f"campaign {name}", "campaign", arn)
    if _coming(found) != version_arn:
        resources.personalize.update_campaign(campaignArn=arn, solutionVersionArn=version_arn)
    elif found["solutionVersionArn"] == version_arn:
        return arn
    resources.wait(f"new version of campaign {name}", "campaign", arn, _latest_change)
    return arn


def _create_campaign(resources: Resources, name: str, version_arn: str) -> str:
    answer = resources.personalize.create_campaign(name=name, solutionVersionArn=version_arn)
    return answer["campaignArn"]


def _latest_change(campaign: Mapping[str, Any]) -> Mapping[str, Any]:
    change: Mapping[str, Any] = campaign.get("latestCampaignUpdate", campaign)
    return change


def _coming(campaign: Mapping[str, Any]) -> str:
    """The version that answers, or will after an update under way."""
    change = _latest_change(campaign)
    return str((campaign if ended_badly(change["status"]) else change)["solutionVersionArn"])
