"""Where bulk data comes from: files or folders, local or in Amazon S3, as streams of bytes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import msgspec

from aisle.data.faults import DataError
from aisle.records.errors import InvalidInputException

CHUNK_BYTES = 1 << 20


class SourceFile(msgspec.Struct, frozen=True):
    """One stored file. `size` is in bytes as stored; `read` streams it anew at each call."""

    name: str
    size: int
    read: Callable[[], Iterator[bytes]]


class Source(msgspec.Struct, frozen=True):
    """The files of a data location in order; `skipped` names those of its folder left out."""

    location: str
    files: tuple[SourceFile, ...]
    skipped: tuple[str, ...] = ()


class S3Settings(msgspec.Struct, frozen=True):
    """How to reach S3; None leaves a setting to the AWS environment, profile or instance."""

    endpoint: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = None
    region: str = "us-east-1"


def check_location(location: str) -> None:
    """Raise InvalidInputException unless it is `s3://bucket/...` or `file:///...`."""
    scheme, found, rest = location.partition("://")
    bucket, _, key = rest.partition("/")
    if found and ((scheme == "s3" and bucket) or (scheme == "file" and not bucket and key)):
        return
    raise InvalidInputException(
        f"Invalid Data location {location}. Use s3://bucket/key, s3://bucket/folder/, "
        "file:///path/file.csv or file:///path/folder/; other locations are never fetched."
    )


def open_source(location: str, allowed: tuple[Path, ...], s3: S3Settings) -> Source:
    """The file, or the files of a folder, that a `dataLocation` names.

    Only the first level of a folder is read, as the service does, and of it the files that end in
    `.csv` or `.csv.gz` and are neither hidden nor empty. Local files must lie in one of `allowed`.
    Raises InvalidInputException for a malformed location and DataError for one out of reach.
    """
    check_location(location)
    if location.startswith("s3://"):
        from aisle.data.s3_source import open_s3  # noqa: PLC0415 boto3 loads in half a second

        return open_s3(location, s3)
    resolved = resolved_in(Path(unquote(location.removeprefix("file://"))), location, allowed)
    if location.endswith("/"):
        return _folder(resolved, location, allowed)
    if not resolved.is_file():
        hint = " It is a folder: end the location with /." if resolved.is_dir() else ""
        raise DataError(f"No such file: {location}.{hint}")
    return Source(location, (_local_file(resolved, location),))


def pick_files(location: str, files: list[SourceFile]) -> Source:
    """The CSV files of a folder's listing; raises DataError where there is none."""
    chosen = tuple(file for file in files if _is_data(file))
    if not chosen:
        raise DataError(
            f"No CSV file in {location}: it needs files named *.csv or *.csv.gz that are not "
            f"empty; found {len(files)} other files."
        )
    return Source(location, chosen, tuple(file.name for file in files if file not in chosen))


def _is_data(file: SourceFile) -> bool:
    base = file.name.rsplit("/", 1)[-1]
    named = base.lower().endswith((".csv", ".csv.gz")) and not base.startswith((".", "_"))
    return named and file.size > 0


def resolved_in(path: Path, location: str, allowed: tuple[Path, ...]) -> Path:
    """The path without links and `..`; refused alike outside `allowed` whether it exists or not."""
    if "\0" in str(path):
        raise DataError(f"No such file: {location}")
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError) as error:
        raise DataError(f"No such file: {location}") from error
    if not any(resolved.is_relative_to(folder.resolve()) for folder in allowed):
        raise DataError(
            f"Insufficient privileges for accessing data in {location}. "
            "Start the server with --allow-path to permit a folder."
        )
    return resolved


def _folder(folder: Path, location: str, allowed: tuple[Path, ...]) -> Source:
    if not folder.is_dir():
        raise DataError(f"No such folder: {location}")
    files = []
    for entry in sorted(folder.iterdir()):
        resolved = resolved_in(entry, f"{location}{entry.name}", allowed)
        if resolved.is_file():
            files.append(_local_file(resolved, f"{location}{entry.name}"))
    return pick_files(location, files)


def _local_file(path: Path, name: str) -> SourceFile:
    def read() -> Iterator[bytes]:
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except OSError as error:
            raise DataError(f"{name}: cannot be read: {error.strerror}") from error

    return SourceFile(name, path.stat().st_size, read)
