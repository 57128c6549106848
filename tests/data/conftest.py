"""An S3 in this process."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto.server import ThreadedMotoServer

from aisle.data.sources import S3Settings

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.fixture(scope="module")
def empty_s3() -> Iterator[S3Settings]:
    """Without a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield S3Settings(f"http://{host}:{port}", "key", "secret")
    server.stop()


@pytest.fixture(scope="module")
def s3_client(empty_s3: S3Settings) -> "S3Client":
    client: S3Client = boto3.client(
        "s3",
        endpoint_url=empty_s3.endpoint,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    return client
