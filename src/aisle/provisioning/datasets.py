"""A plan's dataset group, its datasets, and their rows."""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aisle.provisioning.plan import LONGEST_NAME, DatasetPlan, Plan, ProvisionError
from aisle.provisioning.resources import Resources, ended_badly

if TYPE_CHECKING:
    from types_boto3_personalize.type_defs import DatasetImportJobSummaryTypeDef


_FLAGS = ("categorical", "textual", "itemName")


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
    """Import what has changed, and wait for it; when the newest rows were there.

    A dataset that the plan does not name stays as it is, and is reported.
    """
    for kind in _others(resources, plan, group_arn):
        step = f"{kind.lower()} of an earlier import"
        resources.report(step, 1.0, "not among these files; they stay, and are trained on")
    jobs = {
        dataset.kind: _begin_import(resources, plan, dataset, group_arn)
        for dataset in plan.datasets
    }
    ended: list[datetime] = [
        resources.wait(f"importing {kind.lower()}", "datasetImportJob", arn)["lastUpdatedDateTime"]
        for kind, arn in jobs.items()
    ]
    return max(ended)


def _others(resources: Resources, plan: Plan, group_arn: str) -> list[str]:
    """Types of the group's datasets that the plan does not name."""
    pages = resources.personalize.get_paginator("list_datasets").paginate(datasetGroupArn=group_arn)
    there = [dataset["datasetType"] for page in pages for dataset in page["datasets"]]
    planned = {dataset.kind.upper() for dataset in plan.datasets}
    return [kind for kind in there if kind.upper() not in planned]


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
    differing = _differing(_columns(found["schema"]), _columns(dataset.schema))
    if differing:
        raise ProvisionError(
            f"The columns of {dataset.kind} have changed since the schema {name} was made, and a "
            f"schema cannot be changed: {'; '.join(differing)}. Import under another name."
        )
    return arn


def _columns(schema: str) -> dict[str, str]:
    """The fields of a schema, their types and flags in words."""
    return {field["name"]: _in_words(field) for field in json.loads(schema)["fields"]}


def _in_words(field: Mapping[str, Any]) -> str:
    """Such as `categorical string or null`."""
    types = [field["type"]] if isinstance(field["type"], str) else sorted(field["type"], key=_last)
    flags = [flag for flag in _FLAGS if field.get(flag)]
    return " ".join((*flags, " or ".join(types)))


def _last(kind: str) -> bool:
    return kind == "null"


def _differing(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What has changed, a text a column; the order of the columns says nothing."""
    missing = "not there"
    return [
        f"{name} was {before.get(name, missing)} and is {now.get(name, missing)}"
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    ]


def _begin_import(resources: Resources, plan: Plan, dataset: DatasetPlan, group_arn: str) -> str:
    """The import whose rows the dataset has, if they are the plan's, or a new one."""
    dataset_arn = _dataset(resources, plan, dataset, group_arn)
    latest = _latest_import(resources, dataset_arn)
    if latest is not None:
        if f"-{dataset.digest}-" in latest["jobName"]:
            return latest["datasetImportJobArn"]
        if plan.same_source:
            _require_same_source(resources, plan, dataset, latest["datasetImportJobArn"])
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


def _require_same_source(
    resources: Resources, plan: Plan, dataset: DatasetPlan, job_arn: str
) -> None:
    """Raise ProvisionError where an import took its rows from another file of these disks."""
    source = resources.describe("datasetImportJob", job_arn)["dataSource"]["dataLocation"]
    if source.startswith("file:") and source != dataset.location:
        raise ProvisionError(
            f"{plan.name} holds {dataset.kind.lower()} from {source}, not from {dataset.location}. "
            f"Choose another name, or ask for {plan.name} by name to replace them."
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
    return f"{plan.name[:LONGEST_NAME]}-{dataset.kind.lower()}-{dataset.digest}-{now}"
