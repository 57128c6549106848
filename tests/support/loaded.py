"""Loads of small files, and what they leave."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from aisle.loading import FileReport, LoadOptions, LoadReport, load

START = 1_400_000_000


class Loaded(msgspec.Struct, frozen=True):
    """A load's report and its folder."""

    report: LoadReport
    out: Path

    @property
    def file(self) -> FileReport:
        """The report of the only file."""
        (file,) = self.report.files
        return file

    def rows(self, table: str) -> list[dict[str, str]]:
        """What a CSV file holds."""
        with (self.out / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
            return list(csv.DictReader(stream))

    def fields(self, table: str) -> dict[str, dict[str, Any]]:
        """A schema's fields by name."""
        schema = json.loads((self.out / "schemas" / f"{table}.json").read_text())
        return {field["name"]: field for field in schema["fields"]}

    def products(self) -> list[dict[str, Any]]:
        """The catalogue."""
        found: list[dict[str, Any]] = json.loads((self.out / "products.json").read_text())
        return found

    def rejected(self) -> list[tuple[int, str]]:
        """Line and reason of every row in `rejected.jsonl`."""
        with (self.out / "rejected.jsonl").open(encoding="utf-8", newline="\n") as lines:
            return [(row["line"], row["reason"]) for row in map(json.loads, lines)]


def load_in(folder: Path, files: Mapping[str, bytes], **options: Any) -> Loaded:
    """Write the files into a folder and load it; the result lies beside."""
    source = folder / "in"
    source.mkdir(exist_ok=True)
    paths = []
    for name, content in files.items():
        (source / name).write_bytes(content)
        paths.append(source / name)
    return Loaded(load(paths, folder / "out", LoadOptions(**options)), folder / "out")


def json_lines(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A line of JSON each."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def review(user: str = "u1", item: str = "i1", time: Any = START, **more: Any) -> dict[str, Any]:
    """In the form of 2014."""
    return {"reviewerID": user, "asin": item, "unixReviewTime": time, **more}


def reviews(count: int, users: int = 7, items: int = 5) -> list[dict[str, Any]]:
    """One a second, by users and of items in turn."""
    return [review(f"u{n % users}", f"i{n % items}", START + n, overall=4.0) for n in range(count)]


def accounted(file: FileReport) -> bool:
    """Whether every row is counted once."""
    gone = file.outside_time + file.duplicates_dropped + file.outside_core
    return file.rows == file.kept + file.rejected + gone + file.merged + file.cold_dropped
