"""Dataset import jobs: CSV from the caller's location into a Parquet part of the dataset."""

import time

from msgspec.structs import replace

from aisle.data.importing import import_csv
from aisle.data.schema import parse_schema
from aisle.data.sources import S3Settings, open_source
from aisle.data.user_index import index_key, indexed
from aisle.jobs.job import Job, Outcome
from aisle.records import Dataset, DatasetImportJob, Schema, Status
from aisle.settings import Settings
from aisle.storage.resources import Resources

_BY_USER = ("INTERACTIONS", "ACTION_INTERACTIONS")


def run_import(job: Job) -> Outcome:
    """Read, check and store the rows of one import job.

    Raises DataError, with the row and the column, where the data break the schema.
    """
    with job.state.read() as transaction:
        record = transaction.resources.require(DatasetImportJob, job.claim.arn)
        dataset = transaction.resources.require(Dataset, record.dataset_arn)
        dataset_seq = transaction.resources.seq(dataset.arn)
        schema = transaction.resources.require(Schema, dataset.schema_arn)
    settings = job.state.settings
    source = open_source(
        record.data_source.data_location, settings.allow_path, s3_settings(settings)
    )
    key = f"datasets/{dataset_seq}/{job.claim.seq}-{job.claim.attempt}.parquet"
    with job.state.objects.staging() as staging:
        file = staging / "part.parquet"
        report = import_csv(source, parse_schema(schema.schema, schema.domain), file, job.progress)
        job.state.objects.publish(file, key)
    if dataset.dataset_type in _BY_USER:
        job.progress(1.0, f"{report.rows:,} rows; indexing them by user")
        indexed(job.state.objects, key)
    for retired in dataset.retired:
        job.state.objects.delete(retired)
        job.state.objects.delete(index_key(retired))

    def finish(resources: Resources) -> None:
        now = time.time()
        current = resources.require(Dataset, record.dataset_arn)
        full = record.import_mode == "FULL"
        changed = replace(
            current,
            parts=(key,) if full else (*current.parts, key),
            retired=current.parts if full else current.retired,
            last_updated_date_time=now,
        )
        resources.put(changed)
        current_job = resources.require(DatasetImportJob, record.arn)
        done = replace(
            current_job, status=Status.ACTIVE, rows=report.rows, last_updated_date_time=now
        )
        resources.put(done)

    return finish


def s3_settings(settings: Settings) -> S3Settings:
    """How the operator reaches S3."""
    return S3Settings(
        endpoint=settings.s3_endpoint or None,
        access_key_id=settings.s3_access_key_id or None,
        secret_access_key=settings.s3_secret_access_key or None,
        region=settings.s3_region,
    )
