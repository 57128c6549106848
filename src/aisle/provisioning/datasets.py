"""A plan's dataset group, its datasets, and their rows."""

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aisle.provisioning.plan import DatasetPlan, Plan, ProvisionError
from aisle.provisioning.resources import Resources, ended_badly

if TYPE_CHECKING:
    from types_boto3_personalize.type_defs import DatasetImportJobSummaryTypeDef

_LONGEST_NAME = 24
"""Of the plan's name in a job's, which is 63 characters at most."""


def make_group(resources: Resources, plan: Plan) -> str:
    """The ARN of the plan's dataset group, ACTIVE."""
    domain: dict[str, Any] = {"domain": plan.domain} if plan.domain else {}
    arn = resources.begin(
        "datasetGroup",
        lambda: resources.personalize.create_dataset_group(name=plan.name, **domain)[
            "datasetGroupArn"
        ],
    )
    found = resources.wait("dataset group", "datasetGroup", arn).get("domain")
    if found != plan.domain:
        raise ProvisionError(
            f"The dataset group {plan.name} that is there has the domain {found or 'none'}, not "
            f"{plan.domain or 'none'}. Choose another name."
        )
    return arn


def import_datasets(resources: Resources, plan: Plan, group_arn: str) -> datetime:
    """Import what has changed, and wait for it; when the newest rows were there."""
    jobs = {
        dataset.kind: _begin_import(resources, plan, dataset, group_arn)
        for dataset in plan.datasets
    }
    ended: list[datetime] = [
        resources.wait(f"importing {kind.lower()}", "datasetImportJob", arn)["lastUpdatedDateTime"]
        for kind, arn in jobs.items()
    ]
    return max(ended)


def _dataset(resources: Resources, plan: Plan, dataset: DatasetPlan, group_arn: str) -> str:
    name = f"{plan.name}-{dataset.kind.lower()}"
    schema_arn = _schema(resources, plan, dataset, name)
    arn = resources.begin(
        "dataset",
        lambda: resources.personalize.create_dataset(
            name=name,
            schemaArn=schema_arn,
            datasetGroupArn=group_arn,
            datasetType=dataset.kind,
        )["datasetArn"],
    )
    resources.wait(f"{dataset.kind.lower()} dataset", "dataset", arn)
    return arn


def _schema(resources: Resources, plan: Plan, dataset: DatasetPlan, name: str) -> str:
    """A schema never changes, so one of the same name must say the same."""
    domain: dict[str, Any] = {"domain": plan.domain} if plan.domain else {}
    arn = resources.create_or_find(
        lambda: resources.personalize.create_schema(name=name, schema=dataset.schema, **domain)[
            "schemaArn"
        ]
    )
    found = resources.personalize.describe_schema(schemaArn=arn)["schema"]
    if json.loads(found["schema"]) != json.loads(dataset.schema):
        raise ProvisionError(
            f"The columns of {dataset.kind} have changed since the schema {name} was made, and a "
            "schema cannot be changed. Import under another name."
        )
    return arn


def _begin_import(resources: Resources, plan: Plan, dataset: DatasetPlan, group_arn: str) -> str:
    """The import whose rows the dataset has, if they are the plan's, or a new one."""
    dataset_arn = _dataset(resources, plan, dataset, group_arn)
    latest = _latest_import(resources, dataset_arn)
    if latest is not None:
        if f"-{dataset.digest}-" in latest["jobName"]:
            return latest["datasetImportJobArn"]
        step = f"earlier import of {dataset.kind.lower()}"
        resources.settle(step, "datasetImportJob", latest["datasetImportJobArn"])
    role: dict[str, Any] = {"roleArn": plan.role_arn} if plan.role_arn else {}
    return resources.create(
        lambda: resources.personalize.create_dataset_import_job(
            jobName=_job_name(plan, dataset),
            datasetArn=dataset_arn,
            dataSource={"dataLocation": dataset.location},
            importMode="FULL",
            **role,
        )["datasetImportJobArn"]
    )


def _latest_import(
    resources: Resources, dataset_arn: str
) -> "DatasetImportJobSummaryTypeDef | None":
    """The newest import that has not failed."""
    pages = resources.personalize.get_paginator("list_dataset_import_jobs").paginate(
        datasetArn=dataset_arn
    )
    jobs = [job for page in pages for job in page["datasetImportJobs"]]
    good = [job for job in jobs if not ended_badly(job["status"])]
    return max(good, key=lambda job: job["creationDateTime"], default=None)


def _job_name(plan: Plan, dataset: DatasetPlan) -> str:
    """Names the content and, since a job's name is taken for good, the moment."""
    now = f"{time.time_ns() // 1_000_000:x}"
    return f"{plan.name[:_LONGEST_NAME]}-{dataset.kind.lower()}-{dataset.digest}-{now}"
