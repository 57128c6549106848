"""One file read into the spool, with every row accounted for."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import polars as pl

from aisle.loading import baskets, fields
from aisle.loading.conventions import Conventions, Evidence
from aisle.loading.csv_rows import csv_rows
from aisle.loading.json_array import cut_elements
from aisle.loading.json_rows import json_rows
from aisle.loading.kinds import Judged, Kind
from aisle.loading.lines import cut_lines
from aisle.loading.movielens import Films, People
from aisle.loading.notes import Notes
from aisle.loading.opening import DamagedError, Opened
from aisle.loading.options import LoadError, LoadOptions
from aisle.loading.personalize import Passing, table_of, targets_of
from aisle.loading.recognise import Recognised
from aisle.loading.report import ColumnUse, FileReport
from aisle.loading.reviews import Events, Metadata
from aisle.loading.rows import Rows
from aisle.loading.spool import Rejects, Spool

_FOR_EVENTS = {
    "reviews": "Review",
    "events": "Interaction",
    "ratings": "Rating",
    "baskets": "Purchase",
}
_TIMES = frozenset(("time", "TIMESTAMP", "CREATION_TIMESTAMP"))
_AMOUNTS = frozenset(("event value", "price", "quantity", "EVENT_VALUE"))
_ON_ONE_LINE = (
    _TIMES
    | _AMOUNTS
    | {"user id", "item id", "event type", "user", "item", "invoice"}
    | {"USER_ID", "ITEM_ID", "EVENT_TYPE"}
)
"""Meanings of columns in which no value has line breaks."""


class FileReader:
    """Reads a file that has been recognised. `number` stands for it in the spool."""

    def __init__(self, opened: Opened, what: Recognised, number: int, options: LoadOptions) -> None:
        self._opened = opened
        self._what = what
        self._number = number
        self._options = options
        self._notes = Notes()
        if what.guess:
            self._notes.whole(what.guess)
        self._kind = _kind(what, options, self._notes)
        self._targets = targets_of(what.columns)
        self._conventions = Conventions()
        self._rows = self._sound = self._outside = 0

    def read(self, spool: Spool, rejects: Rejects, told: Callable[[int], None]) -> FileReport:
        """Read all rows; raises LoadError where the file breaks off and options do not allow it."""
        damage = None
        self._conventions = self._heard().conventions(self._notes)
        try:
            for rows in self._blocks(told, self._notes):
                self._take(rows, spool, rejects)
        except DamagedError as error:
            damage = f"{error} {self._rows:,} rows came before."
            if not self._options.keep_going:
                raise LoadError(f"{self._name}: {damage} --keep-going keeps them.") from error
        return self._report(rejects, damage)

    @property
    def _name(self) -> str:
        return str(self._opened.path)

    def _heard(self) -> Evidence:
        """What the first blocks say of dates and amounts; all of them where none is clear."""
        form = self._what.form
        semicolons = form is not None and form.separator == ";"
        evidence = Evidence(self._of(_TIMES), self._of(_AMOUNTS), semicolons=semicolons)
        with suppress(DamagedError):
            blocks = self._blocks(lambda _size: None, Notes())
            evidence.hear(rows.frame for rows in blocks)
        return evidence

    def _of(self, meanings: frozenset[str]) -> tuple[str, ...]:
        return tuple(name for name in self._what.columns if self._meaning(name) in meanings)

    def _blocks(self, told: Callable[[int], None], notes: Notes) -> Iterator[Rows]:
        chunks = self._opened.read(told)
        if self._what.layout == "JSON array":
            records = cut_elements(chunks, notes)
        else:
            records = cut_lines(chunks, notes)
        if self._what.form:
            keys = self._of(_ON_ONE_LINE)
            return csv_rows(records, self._what.form, keys, notes)
        meanings = fields.METADATA if self._kind.table == "items" else fields.EVENT
        return json_rows(records, fields.wanted(meanings), notes)

    def _take(self, rows: Rows, spool: Spool, rejects: Rejects) -> None:
        self._rows += len(rows.lines) + len(rows.broken)
        for broken in rows.broken:
            rejects.add(self._name, broken.line, broken.reason, broken.text)
        if not len(rows.lines):
            return
        judged = self._kind.judge(self._conventions.plain(rows.frame))
        self._reject(rows, judged, rejects)
        sound = judged.frame.filter(judged.reasons.is_null())
        if self._kind.table == "interactions":
            sound = self._within_time(sound)
        spool.add(self._kind.table, self._number, sound)
        self._sound += sound.height
        if judged.facts is not None:
            spool.add("facts", self._number, judged.facts)

    def _reject(self, rows: Rows, judged: Judged, rejects: Rejects) -> None:
        reasons = judged.reasons
        for index in reasons.is_not_null().arg_true().to_list():
            rejects.add(self._name, rows.lines[index], reasons[index], rows.texts[index])

    def _within_time(self, frame: pl.DataFrame) -> pl.DataFrame:
        since, until = self._options.since, self._options.until
        kept = frame
        if since is not None:
            kept = kept.filter(kept["TIMESTAMP"] >= since)
        if until is not None:
            kept = kept.filter(kept["TIMESTAMP"] < until)
        self._outside += frame.height - kept.height
        return kept

    def _report(self, rejects: Rejects, damage: str | None) -> FileReport:
        rejections = rejects.of(self._name)
        return FileReport(
            file=self._name,
            kind=self._kind.name,
            table=self._kind.table,
            layout=self._what.layout_in_words,
            compression=self._opened.compression,
            encoding=self._opened.encoding,
            columns=tuple(ColumnUse(name, self._meaning(name)) for name in self._what.columns),
            rows=self._rows,
            kept=self._sound,
            rejected=sum(rejection.count for rejection in rejections),
            rejections=rejections,
            notes=self._notes.all(),
            outside_time=self._outside,
            damage=damage,
        )

    def _meaning(self, column: str) -> str | None:
        if self._what.kind == "baskets":
            return baskets.meaning_of(column)
        if self._what.kind == "personalize":
            return self._targets[column]
        if self._what.kind in {"films", "people"}:
            return None if column in _UNUSED else column
        meanings = fields.METADATA if self._what.kind == "metadata" else fields.EVENT
        return fields.meaning_of(column, meanings)


_UNUSED = {"zip", "released", "video", "url"}


def _kind(what: Recognised, options: LoadOptions, notes: Notes) -> Kind:
    event_type = options.event_type or _FOR_EVENTS.get(what.kind, "")
    match what.kind:
        case "reviews" | "events" | "ratings":
            return Events(what.kind, event_type, what.columns, notes)
        case "metadata":
            return Metadata(notes)
        case "films":
            return Films()
        case "people":
            return People()
        case "baskets":
            return baskets.Baskets(event_type, options.anonymous, notes)
        case "personalize":
            table = table_of(what.columns) or "interactions"
            return Passing(table, what.columns, options.event_type, notes)
