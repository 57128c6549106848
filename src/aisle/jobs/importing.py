"""Dataset import jobs: CSV from the caller's location into a Parquet part of the dataset."""

import time

import polars as pl
from msgspec.structs import replace

from aisle.data.entities import delete_changes, newest_change, streamed_ids
from aisle.data.importing import import_csv
from aisle.data.schema import parse_schema
from aisle.data.sources import S3Settings, open_source
from aisle.data.user_index import index_key, indexed
from aisle.data.values import IDS
from aisle.jobs.job import Job, Outcome
from aisle.records import Dataset, DatasetImportJob, Schema, Status
from aisle.records.arn import scope_of
from aisle.settings import Settings
from aisle.storage.job_keys import job_key
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
        streamed = newest_change(transaction.connection, dataset_seq or 0)
    settings = job.state.settings
    s3 = s3_settings(settings, scope_of(record.arn).account)
    source = open_source(record.data_source.data_location, settings.allow_path, s3)
    key = f"datasets/{dataset_seq}/{job.claim.seq}-{job.claim.attempt}.parquet"
    with job.state.objects.staging() as staging:
        file = staging / "part.parquet"
        report = import_csv(source, parse_schema(schema.schema, schema.domain), file, job.progress)
        job.state.objects.publish(file, key)
    if dataset.dataset_type in _BY_USER:
        job.progress(1.0, f"{report.rows:,} rows; indexing them by user")
        indexed(job.state.objects, key)
    replaced = _replaced(job, record, dataset_seq or 0, streamed, key)
    for retired in dataset.retired:
        job.state.objects.delete(retired)
        job.state.objects.delete(index_key(retired))

    def finish(resources: Resources) -> None:
        now = time.time()
        delete_changes(resources.connection, replaced)
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


def _replaced(
    job: Job, record: DatasetImportJob, dataset: int, streamed: int, key: str
) -> list[int]:
    """The streamed rows, of those there were when the import began, whose ids it brings anew.

    An INCREMENTAL import replaces whatever row has the id of one of its own; a FULL one replaces
    bulk rows only. https://docs.aws.amazon.com/personalize/latest/dg/bulk-data-import-step.html
    """
    if record.import_mode == "FULL" or not streamed:
        return []
    with job.state.read() as transaction:
        rows = streamed_ids(transaction.connection, dataset, streamed)
    part = pl.scan_parquet(job.state.objects.local(key))
    name = next(name for name in part.collect_schema().names() if name in IDS)
    brought = pl.DataFrame(rows, schema={"row": pl.Int64, name: pl.String}, orient="row")
    found = brought.lazy().join(part.select(name), on=name, how="semi").collect()
    return found["row"].to_list()


def s3_settings(settings: Settings, account: str) -> S3Settings:
    """How a job of an account reaches S3: the server's own, or the operator's."""
    if settings.local_aws_url:
        key = job_key(account, settings.local_aws_secret)
        return S3Settings(settings.local_aws_url, key.access_key_id, key.secret)
    return S3Settings(
        endpoint=settings.s3_endpoint or None,
        access_key_id=settings.s3_access_key_id or None,
        secret_access_key=settings.s3_secret_access_key or None,
        region=settings.s3_region,
    )
