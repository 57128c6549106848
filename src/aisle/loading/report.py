"""What a load read, kept, refused and guessed: the record that is written as `report.json`."""

import msgspec


class ColumnUse(msgspec.Struct, frozen=True):
    """A column or key of a file, and what it was taken for; None where it was not used."""

    name: str
    meaning: str | None


class Example(msgspec.Struct, frozen=True):
    """A rejected row: its line, 1 being the file's first, and how its text begins."""

    line: int
    text: str


class Rejection(msgspec.Struct, frozen=True):
    """How many rows of a file were rejected for one reason, and the first few of them."""

    reason: str
    count: int
    examples: tuple[Example, ...]


class Note(msgspec.Struct, frozen=True):
    """A guess made, or a value mended, and in how many rows; 0 where it is about all of them."""

    text: str
    count: int = 0


class FileReport(msgspec.Struct, frozen=True):
    """One file. `rows` = kept + rejected + outside_time + duplicates_dropped + outside_core +
    merged + cold_dropped.
    """

    file: str
    kind: str
    table: str
    """Where its rows went: `interactions`, `items` or `users`."""
    layout: str
    compression: str | None
    encoding: str
    columns: tuple[ColumnUse, ...]
    rows: int
    kept: int
    rejected: int
    rejections: tuple[Rejection, ...]
    notes: tuple[Note, ...]
    outside_time: int = 0
    duplicates: int = 0
    """Rows that say again what a row before them said; kept unless they count as dropped."""
    duplicates_dropped: int = 0
    outside_core: int = 0
    merged: int = 0
    """Rows of items or users that an earlier row had described; their values replaced its own."""
    cold_dropped: int = 0
    damage: str | None = None
    """Where the file broke off, when the load kept going."""


class Ignored(msgspec.Struct, frozen=True):
    """A file of a folder that holds nothing to load."""

    file: str
    reason: str


class LoadReport(msgspec.Struct, frozen=True):
    """A whole load. Times are epoch seconds, of the first and the last interaction."""

    files: tuple[FileReport, ...]
    ignored: tuple[Ignored, ...]
    interactions: int
    users: int
    """Distinct users with an interaction."""
    items: int
    """Distinct items with an interaction."""
    first_time: int | None
    last_time: int | None
    items_described: int
    users_described: int
    notes: tuple[Note, ...]
    written: tuple[str, ...]
    """Names of the files in the folder, `report.json` aside."""
    sources: tuple[str, ...] = ()
    """The files and folders that were named, as absolute paths."""
