"""A plan's segments of users: a solution of their own, and a batch segment job on its version."""

import time
from collections.abc import Mapping
from datetime import datetime

import msgspec

from aisle.provisioning.plan import Plan, SegmentPlan
from aisle.provisioning.resources import Resources, ended_badly
from aisle.provisioning.solutions import train_solutions

_ANY_ROLE = "arn:aws:iam::000000000000:role/any"


def find_segments(
    resources: Resources, plan: Plan, group_arn: str, imported: datetime
) -> Mapping[str, str]:
    """Train on the newest rows and run a job for each file of lines; ARNs of the jobs by the
    solutions' names. What a job has found for the same version and lines is there already.
    """
    of_segments = msgspec.structs.replace(
        plan, solutions=tuple(each.solution for each in plan.segments)
    )
    versions = train_solutions(resources, of_segments, group_arn, imported)
    found = {}
    for each in plan.segments:
        name = each.solution.name
        step = f"training {each.solution.recipe.removeprefix('aws-')}"
        resources.wait(step, "solutionVersion", versions[name])
        found[name] = _job(resources, each, versions[name], plan.role_arn or _ANY_ROLE)
    return found


def _job(resources: Resources, planned: SegmentPlan, version_arn: str, role_arn: str) -> str:
    def create(name: str) -> str:
        return resources.personalize.create_batch_segment_job(
            jobName=name,
            solutionVersionArn=version_arn,
            numResults=planned.most,
            jobInput={"s3DataSource": {"path": planned.lines}},
            jobOutput={"s3DataDestination": {"path": planned.results}},
            roleArn=role_arn,
        )["batchSegmentJobArn"]

    name = f"{planned.solution.name}-{version_arn.rpartition('/')[2]}-{planned.digest}"
    arn = resources.create_or_find(lambda: create(name))
    if ended_badly(str(resources.describe("batchSegmentJob", arn)["status"])):
        # A job cannot be deleted, so its name stays taken.
        arn = resources.create(lambda: create(f"{name}-{int(time.time())}"))
    resources.wait("segments of users", "batchSegmentJob", arn)
    return arn
