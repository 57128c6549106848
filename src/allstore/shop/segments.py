"""Segments of shoppers: the output file of a batch segment job, read again when it has changed.

https://docs.aws.amazon.com/personalize/latest/dg/batch-segment-job-output-examples.html
"""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from allstore.shop.settings import Connection, Settings

_MOST_BYTES = 64 << 20
_MOST_SEGMENTS = 1000
_MOST_SHOWN = 60
_OF_CATEGORY = re.compile(r'\s*ITEMS\.CATEGORY_L1\s*=\s*"((?:\\.|[^"\\])*)"\s*', re.IGNORECASE)
_ESCAPED = re.compile(r'\\(["\\])')


class SegmentsError(Exception):
    """A file that cannot be shown; the message is for the operator."""


class Segment(msgspec.Struct, frozen=True):
    """The shoppers that one line of a job found, the likeliest first."""

    asked: str
    """The query, or the id of the product, as the line has it."""
    users: tuple[str, ...]
    product_id: str | None = None
    error: str | None = None
    """Why the job could not answer the line."""

    @property
    def category(self) -> str | None:
        """The category that the query asks for, and nothing beside it."""
        found = None if self.product_id else _OF_CATEGORY.fullmatch(self.asked)
        return _ESCAPED.sub(r"\1", found[1]) if found else None


class _Asked(msgspec.Struct, frozen=True, rename="camel"):
    item_id: str | None = None
    item_attributes: str | None = None


class _Found(msgspec.Struct, frozen=True, rename="camel"):
    recommended_users: tuple[str, ...]


class _Line(msgspec.Struct, frozen=True, rename="camel"):
    """The service writes an item as `input`, and attributes beside the output."""

    input: _Asked = _Asked()
    item_attributes: str | None = None
    output: _Found | None = None
    error: object = None


_Stamp = tuple[Path, int, int]


class Segments:
    """The segments of the file that the shop's connection names, by what was asked."""

    def __init__(self, settings: Settings, connection: Connection) -> None:
        self._folder = settings.data_dir
        self._connection = connection
        self._kept: tuple[_Stamp, Mapping[str, Segment]] | None = None

    def __call__(self) -> Mapping[str, Segment] | None:
        """In the order of the file; None where there is no file yet.

        Raises SegmentsError where the file is out of place, too large, or not what a job writes.
        """
        path = self._path()
        if path is None or not path.is_file():
            return None
        try:
            stat = path.stat()
            stamp = (path, stat.st_mtime_ns, stat.st_size)
            if self._kept is None or self._kept[0] != stamp:
                self._kept = (stamp, _read(path))
        except OSError as error:
            raise SegmentsError(f"{path.name} cannot be read: {error.strerror}.") from error
        return self._kept[1]

    def _path(self) -> Path | None:
        """Resolved, so that no link and no `..` leads out of the shop's own folder."""
        name = self._connection().segments_file
        if not name:
            return None
        try:
            path = (self._folder / name).resolve()
        except (OSError, ValueError) as error:
            raise SegmentsError("The name of the segments' file cannot be one.") from error
        if not path.is_relative_to(self._folder.resolve()):
            raise SegmentsError(f"{name[:_MOST_SHOWN]} does not lie in the shop's data folder.")
        return path


def _read(path: Path) -> Mapping[str, Segment]:
    with path.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise SegmentsError(f"{path.name} has more than {_MOST_BYTES >> 20} MiB.")
    lines = [each for each in enumerate(content.split(b"\n"), start=1) if each[1].strip()]
    if len(lines) > _MOST_SEGMENTS:
        raise SegmentsError(f"{path.name} has more than {_MOST_SEGMENTS:,} segments.")
    found = {}
    for number, text in lines:
        try:
            segment = _segment(msgspec.json.decode(text, type=_Line))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise SegmentsError(
                f"Line {number} of {path.name} is not what a batch segment job writes ({error}). "
                "The file may be half written: copy it again, or run the job again."
            ) from error
        found[segment.asked] = segment
    return found


def _segment(line: _Line) -> Segment:
    product_id = line.input.item_id
    asked = product_id or line.item_attributes or line.input.item_attributes
    if asked is None or (line.output is None and line.error is None):
        raise ValueError("it has no itemId or itemAttributes, or no output")
    users = line.output.recommended_users if line.output else ()
    error = None if line.output else str(line.error)
    return Segment(asked, users, product_id, error)
