"""Files in S3 under the name of their content, so that each is sent once."""

import re
from pathlib import Path

import boto3
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from aisle.provisioning.plan import ProvisionError, Report
from aisle.provisioning.resources import code_of

_LOCATION = re.compile(r"s3://(?P<bucket>[^/]+)/?(?P<prefix>.*)")


class Bucket:
    """A prefix in a bucket, reached by the AWS environment's endpoint and credentials."""

    def __init__(self, location: str, report: Report) -> None:
        """Raises ProvisionError unless the location is `s3://bucket/prefix`."""
        found = _LOCATION.fullmatch(location)
        if found is None:
            raise ProvisionError(f"--s3 is {location!r}; it must be s3://bucket/prefix.")
        self._bucket = found["bucket"]
        self._prefix = found["prefix"].strip("/")
        self._report = report

    def check(self) -> None:
        """Raise ProvisionError where the bucket cannot be reached or is not there."""
        try:
            boto3.client("s3").head_bucket(Bucket=self._bucket)
        except (Boto3Error, BotoCoreError, ClientError, ValueError) as error:
            raise ProvisionError(f"The bucket {self._bucket} cannot be used: {error}") from error

    def place(self, file: Path, digest: str) -> str:
        """Send a file, if the bucket has not got it; its location.

        Raises ProvisionError where S3 refuses or cannot be reached.
        """
        key = f"{self._prefix}/{file.stem}-{digest}{file.suffix}".lstrip("/")
        location = f"s3://{self._bucket}/{key}"
        try:
            self._send(file, key)
        except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
            raise ProvisionError(f"{file} could not be sent to {location}: {error}") from error
        return location

    def _send(self, file: Path, key: str) -> None:
        client = boto3.client("s3")
        step = f"sending {file.name}"
        try:
            client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code_of(error) != "404":
                raise
        else:
            self._report(step, 1.0, "there already")
            return
        size = max(1, file.stat().st_size)
        sent = 0

        def count(bytes_sent: int) -> None:
            nonlocal sent
            sent += bytes_sent
            self._report(step, min(sent / size, 0.99), f"{sent:,} bytes")

        client.upload_file(str(file), self._bucket, key, Callback=count)
        self._report(step, 1.0, "sent")
