"""Bulk data in Amazon S3 or a store that speaks its API.

Through boto3, because obstore refuses keys such as `./films.csv` and `data//films.csv`, which
programs for Amazon Personalize do upload.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from aisle.data.faults import DataError
from aisle.data.sources import S3Settings, Source, SourceFile, pick_files
from aisle.settings import is_loopback

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_RANGE_BYTES = 8 << 20


def open_s3(location: str, settings: S3Settings) -> Source:
    """The object `s3://bucket/key`, or those directly under `s3://bucket/folder/`, by key."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    try:
        client = s3_client(settings)
        if not key or key.endswith("/"):
            return pick_files(location, list(_listed(client, bucket, key)))
        head = client.head_object(Bucket=bucket, Key=key)
    except (BotoCoreError, ClientError) as error:
        raise _refused(location, error) from error
    return Source(location, (_object(client, bucket, key, head["ContentLength"], head["ETag"]),))


def put_s3(location: str, content: bytes, settings: S3Settings) -> None:
    """Write the object `s3://bucket/key`, over one that is there."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    try:
        s3_client(settings).put_object(Bucket=bucket, Key=key, Body=content)
    except (BotoCoreError, ClientError) as error:
        raise _refused(location, error) from error


def s3_client(settings: S3Settings) -> "S3Client":
    """A client of that S3; this machine is not asked through a proxy."""
    host = urlsplit(settings.endpoint or "").hostname or ""
    return boto3.client(
        "s3",
        endpoint_url=settings.endpoint,
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=settings.secret_access_key,
        region_name=settings.region,
        config=Config(
            s3={"addressing_style": "path"},
            proxies={} if is_loopback(host) else None,
            retries={"mode": "standard", "total_max_attempts": 3},
            connect_timeout=10,
            read_timeout=60,
        ),
    )


def _listed(client: "S3Client", bucket: str, prefix: str) -> Iterator[SourceFile]:
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=prefix, Delimiter="/"
    )
    for page in pages:
        for entry in page.get("Contents", ()):
            if entry["Key"] != prefix:
                yield _object(client, bucket, entry["Key"], entry["Size"], entry["ETag"])


def _object(client: "S3Client", bucket: str, key: str, size: int, etag: str) -> SourceFile:
    """Read in ranges, each a request of its own, all of the one version that was found first."""
    name = f"s3://{bucket}/{key}"

    def read() -> Iterator[bytes]:
        for start in range(0, size, _RANGE_BYTES):
            end = min(start + _RANGE_BYTES, size) - 1
            try:
                answer = client.get_object(
                    Bucket=bucket, Key=key, IfMatch=etag, Range=f"bytes={start}-{end}"
                )
                yield answer["Body"].read()
            except (BotoCoreError, ClientError) as error:
                raise _refused(name, error) from error

    return SourceFile(name, size, read)


def _refused(location: str, error: BotoCoreError | ClientError) -> DataError:
    detail = str(error)
    if isinstance(error, ClientError):
        code = error.response["Error"].get("Code", "")
        if code == "PreconditionFailed":
            return DataError(f"{location} changed while it was being read.")
        detail = f"{code}: {error.response['Error'].get('Message', '')}"
    return DataError(
        f"Insufficient privileges for accessing data in Amazon S3. {location}: {detail}"
    )
