"""A plan's recommenders, trained on the newest rows."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from aisle.provisioning.plan import RECIPE, Plan, RecommenderPlan
from aisle.provisioning.resources import Resources


def begin_recommenders(
    resources: Resources, plan: Plan, group_arn: str, imported: datetime
) -> Mapping[str, str]:
    """Begin what is missing or older than `imported`; ARNs by the recommenders' names."""
    return {
        planned.name: _begin(resources, planned, group_arn, imported)
        for planned in plan.recommenders
    }


def wait_for_recommenders(resources: Resources, plan: Plan, arns: Mapping[str, str]) -> None:
    """Wait until each is trained."""
    for planned in plan.recommenders:
        resources.wait(_step(planned), "recommender", arns[planned.name])


def _begin(
    resources: Resources, planned: RecommenderPlan, group_arn: str, imported: datetime
) -> str:
    create = partial(_create, resources, planned, group_arn)
    arn = resources.begin("recommender", create)
    if resources.describe("recommender", arn)["creationDateTime"] >= imported:
        return arn
    resources.settle(f"earlier {_step(planned)}", "recommender", arn)
    return resources.replace("recommender", arn, create)


def _create(resources: Resources, planned: RecommenderPlan, group_arn: str) -> str:
    answer = resources.personalize.create_recommender(
        name=planned.name, datasetGroupArn=group_arn, recipeArn=f"{RECIPE}{planned.recipe}"
    )
    return answer["recommenderArn"]


def _step(planned: RecommenderPlan) -> str:
    return f"training {planned.recipe.removeprefix('aws-').removeprefix('ecomm-')}"
