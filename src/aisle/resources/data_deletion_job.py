"""Data deletion jobs:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDataDeletionJob.html.
"""

import time
from collections.abc import Mapping
from typing import Any

from aisle.data.sources import check_location
from aisle.records import DataDeletionJob, DatasetGroup
from aisle.records.answer import Answer
from aisle.resources.paging import list_page
from aisle.resources.rules import describe, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call


def create_data_deletion_job(
    call: Call,
    *,
    job_name: str,
    dataset_group_arn: str,
    data_source: Mapping[str, Any],
    role_arn: str,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Queue the deletion of the users that a CSV file lists, from all datasets of a group."""
    check_location(data_source.get("dataLocation", ""))
    now = time.time()
    with call.state.write() as transaction:
        group = require_active(call, transaction, DatasetGroup, dataset_group_arn)
        record = DataDeletionJob(
            arn=call.scope.arn(f"data-deletion-job/{job_name}"),
            name=job_name,
            parent_arn=group.arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            dataset_group_arn=group.arn,
            data_source=dict(data_source),
            role_arn=role_arn,
        )
        transaction.resources.add(record)
    return {"dataDeletionJobArn": record.arn}


def describe_data_deletion_job(call: Call, *, data_deletion_job_arn: str) -> Answer:
    return describe(
        call, DataDeletionJob, data_deletion_job_arn, "dataDeletionJob", "dataDeletionJobArn"
    )


def list_data_deletion_jobs(
    call: Call,
    *,
    dataset_group_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        DataDeletionJob,
        "dataDeletionJobs",
        lambda record: shown(record, "dataDeletionJobArn"),
        parent_arn=dataset_group_arn,
        next_token=next_token,
        max_results=max_results,
    )
