"""All steps of a plan, in order."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from aisle.provisioning.datasets import import_datasets, make_group
from aisle.provisioning.plan import FilterPlan, Plan, Provisioned, ProvisionError, Report
from aisle.provisioning.recommenders import begin_recommenders, wait_for_recommenders
from aisle.provisioning.resources import Resources, said_by
from aisle.provisioning.segments import find_segments
from aisle.provisioning.solutions import deploy_versions, train_solutions

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient


def provision(personalize: "PersonalizeClient", plan: Plan, report: Report) -> Provisioned:
    """Make what the plan names, or find it; import and train where rows have changed.

    It may be stopped at any moment and called again: finished steps are found, steps under way are
    waited for, failed ones are done anew. Raises ProvisionError with the service's reason.
    """
    try:
        return _provision(Resources(personalize, report), plan)
    except ClientError as error:
        raise ProvisionError(f"{error.operation_name}: {said_by(error)}") from error
    except BotoCoreError as error:
        raise ProvisionError(str(error)) from error


def _provision(resources: Resources, plan: Plan) -> Provisioned:
    group_arn = make_group(resources, plan)
    imported = import_datasets(resources, plan, group_arn)
    tracking_id = _tracking_id(resources, plan, group_arn) if plan.event_tracker else None
    filters = _filters(resources, plan, group_arn)
    recommenders = begin_recommenders(resources, plan, group_arn, imported)
    versions = train_solutions(resources, plan, group_arn, imported)
    wait_for_recommenders(resources, plan, recommenders)
    return Provisioned(
        group_arn=group_arn,
        campaigns=deploy_versions(resources, plan, versions),
        recommenders=recommenders,
        tracking_id=tracking_id,
        filters=filters,
        segments=find_segments(resources, plan, group_arn, imported),
    )


def _filters(resources: Resources, plan: Plan, group_arn: str) -> Mapping[str, str]:
    """ARNs by the filters' names; one of another expression takes the place of an earlier one."""
    return {planned.name: _filter(resources, planned, group_arn) for planned in plan.filters}


def _filter(resources: Resources, planned: FilterPlan, group_arn: str) -> str:
    def create() -> str:
        return resources.personalize.create_filter(
            name=planned.name,
            datasetGroupArn=group_arn,
            filterExpression=planned.expression,
        )["filterArn"]

    arn = resources.begin("filter", create)
    if resources.describe("filter", arn)["filterExpression"] != planned.expression:
        arn = resources.replace("filter", arn, create)
    resources.wait(f"filter {planned.name}", "filter", arn)
    return arn


def _tracking_id(resources: Resources, plan: Plan, group_arn: str) -> str:
    arn = resources.begin(
        "eventTracker",
        lambda: resources.personalize.create_event_tracker(
            name=plan.name, datasetGroupArn=group_arn
        )["eventTrackerArn"],
    )
    return str(resources.wait("event tracker", "eventTracker", arn)["trackingId"])
