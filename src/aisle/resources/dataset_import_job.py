"""Dataset import jobs:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDatasetImportJob.html.
"""

import time
from collections.abc import Mapping

import msgspec

from aisle.data.sources import check_location
from aisle.records import Dataset, DatasetImportJob
from aisle.records.answer import Answer
from aisle.records.dataset import DataSource
from aisle.records.errors import ResourceInUseException
from aisle.resources.paging import list_page
from aisle.resources.rules import describe, in_progress, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call


def create_dataset_import_job(
    call: Call,
    *,
    job_name: str,
    dataset_arn: str,
    data_source: Mapping[str, str],
    role_arn: str | None = None,
    tags: Tags | None = None,
    import_mode: str | None = None,
    publish_attribution_metrics_to_s3: bool | None = None,
) -> Mapping[str, object]:
    """Queue an import: FULL replaces the bulk rows, INCREMENTAL adds to them.

    Streamed events stay in either mode.
    """
    check_location(data_source.get("dataLocation", ""))
    now = time.time()
    with call.state.write() as transaction:
        dataset = require_active(call, transaction, Dataset, dataset_arn)
        running = in_progress(transaction.resources.children(DatasetImportJob, dataset.arn))
        record = DatasetImportJob(
            arn=call.scope.arn(f"dataset-import-job/{job_name}"),
            name=job_name,
            parent_arn=dataset.arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            dataset_arn=dataset.arn,
            data_source=msgspec.convert(data_source, DataSource),
            role_arn=role_arn,
            import_mode=import_mode or "FULL",
            publish_attribution_metrics_to_s3=bool(publish_attribution_metrics_to_s3),
        )
        if running and not transaction.resources.exists(record.arn):
            raise ResourceInUseException(
                f"The import job {running[0].arn} is writing to the dataset {dataset.arn}: "
                f"its status is {running[0].status.value}."
            )
        transaction.resources.add(record)
    return {"datasetImportJobArn": record.arn}


def describe_dataset_import_job(call: Call, *, dataset_import_job_arn: str) -> Answer:
    return describe(
        call,
        DatasetImportJob,
        dataset_import_job_arn,
        "datasetImportJob",
        "datasetImportJobArn",
    )


def list_dataset_import_jobs(
    call: Call,
    *,
    dataset_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        DatasetImportJob,
        "datasetImportJobs",
        lambda record: shown(record, "datasetImportJobArn"),
        parent_arn=dataset_arn,
        next_token=next_token,
        max_results=max_results,
    )
