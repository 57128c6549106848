"""Where batch jobs leave their results: a file in a local folder, or an object in Amazon S3."""

import os
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

from aisle.data.faults import DataError
from aisle.data.sources import S3Settings, check_location, resolved_in

SUFFIX = ".out"


def write_results(
    folder: str, source: str, lines: bytes, allowed: tuple[Path, ...], s3: S3Settings
) -> None:
    """Write `lines` to the location `folder`, under the name of the input at `source` and `SUFFIX`,
    as the service does. A local file appears whole or not at all, in one of `allowed`.

    Raises InvalidInputException for a malformed location and DataError for one out of reach.
    """
    check_location(folder)
    name = source.rsplit("/", 1)[-1]
    if source.startswith("file://"):
        name = Path(unquote(source.removeprefix("file://"))).name
    inside = folder if folder.endswith("/") else f"{folder}/"
    if folder.startswith("s3://"):
        from aisle.data.s3_source import put_s3  # noqa: PLC0415 boto3 loads in half a second

        put_s3(f"{inside}{name}{SUFFIX}", lines, s3)
        return
    path = Path(unquote(inside.removeprefix("file://")))
    _write_local(resolved_in(path, folder, allowed) / f"{name}{SUFFIX}", folder, lines)


def _write_local(path: Path, folder: str, lines: bytes) -> None:
    draft = path.with_name(f".{path.name}-{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as written:
            written.write(lines)
            written.flush()
            os.fsync(written.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise DataError(f"{folder}: cannot be written: {error.strerror}") from error
