"""Dataset export jobs:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDatasetExportJob.html.
"""

import time
from collections.abc import Mapping
from typing import Any

from aisle.data.sources import check_location
from aisle.records import Dataset, DatasetExportJob
from aisle.records.answer import Answer
from aisle.resources.paging import list_page
from aisle.resources.rules import describe, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call


def create_dataset_export_job(
    call: Call,
    *,
    job_name: str,
    dataset_arn: str,
    job_output: Mapping[str, Any],
    role_arn: str,
    ingestion_mode: str | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Queue an export of a dataset's rows: streamed (PUT, by default), imported (BULK) or ALL."""
    check_location(job_output["s3DataDestination"]["path"])
    now = time.time()
    with call.state.write() as transaction:
        dataset = require_active(call, transaction, Dataset, dataset_arn)
        record = DatasetExportJob(
            arn=call.scope.arn(f"dataset-export-job/{job_name}"),
            name=job_name,
            parent_arn=dataset.arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            dataset_arn=dataset.arn,
            ingestion_mode=ingestion_mode or "PUT",
            job_output=dict(job_output),
            role_arn=role_arn,
        )
        transaction.resources.add(record)
    return {"datasetExportJobArn": record.arn}


def describe_dataset_export_job(call: Call, *, dataset_export_job_arn: str) -> Answer:
    return describe(
        call, DatasetExportJob, dataset_export_job_arn, "datasetExportJob", "datasetExportJobArn"
    )


def list_dataset_export_jobs(
    call: Call,
    *,
    dataset_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        DatasetExportJob,
        "datasetExportJobs",
        lambda record: shown(record, "datasetExportJobArn"),
        parent_arn=dataset_arn,
        next_token=next_token,
        max_results=max_results,
    )
