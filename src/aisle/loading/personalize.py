"""CSV files that have Personalize's own columns already; they pass through with all of them."""

import re

import polars as pl

from aisle.loading import columns, values
from aisle.loading.kinds import Judged, Table
from aisle.loading.notes import Notes
from aisle.loading.times import Clock

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYS: dict[Table, tuple[str, ...]] = {
    "interactions": ("USER_ID", "ITEM_ID", "TIMESTAMP"),
    "items": ("ITEM_ID",),
    "users": ("USER_ID",),
}


def table_of(found: tuple[str, ...]) -> Table | None:
    """Which dataset a header is of; None where it has not its keys and anything beside them."""
    if {"USER_ID", "ITEM_ID"} <= set(found):
        return "interactions" if "TIMESTAMP" in found else None
    if len(found) < len(("ITEM_ID", "one more")):
        return None
    return next((table for table in ("items", "users") if _KEYS[table][0] in found), None)


class Passing:
    """Rows of a dataset as they are, held to the rules of its keys."""

    def __init__(
        self, table: Table, found: tuple[str, ...], event_type: str | None, notes: Notes
    ) -> None:
        self.name = f"Personalize {table}"
        self.table = table
        self._notes = notes
        self._clock, self._creation_clock = Clock(notes), Clock(notes)
        self._event_type = event_type
        self._extra = {name: target for name, target in _targets(found).items() if target}
        for name in found:
            if name not in self._extra:
                notes.whole(f"column {name} is left out: its name cannot be a field's")

    def judge(self, frame: pl.DataFrame) -> Judged:
        """The file's columns; keys as text, times as epoch seconds, event values as numbers."""
        made, faults = [], []
        for name, target in self._extra.items():
            column, rules = self._column(frame, name, target)
            made.append(column.alias(target))
            faults += rules
        table = pl.DataFrame(made)
        if self.table == "interactions" and self._event_type:
            given = "EVENT_TYPE" in table.columns
            kind = pl.col("EVENT_TYPE").fill_null(self._event_type) if given else self._event_type
            table = table.with_columns(EVENT_TYPE=kind if given else pl.lit(self._event_type))
        return Judged(table, columns.first_reason(table, faults))

    def _column(
        self, frame: pl.DataFrame, name: str, target: str
    ) -> tuple[pl.Series, list[pl.Expr]]:
        if target == "TIMESTAMP" and self.table == "interactions":
            time = self._clock.seconds(frame[name])
            given = columns.ids(frame, (name.lower(),)).is_not_null()
            return time, columns.time_faults(given, time)
        if target in _KEYS[self.table]:
            key = columns.ids(frame, (name.lower(),))
            return key, columns.id_faults(key, target.lower().replace("_", " "))
        if target == "CREATION_TIMESTAMP":
            return self._creation(frame[name]), []
        if target == "EVENT_VALUE":
            value, given = columns.numbers(frame, (name.lower(),))
            rule = "a value that is no number"
            return value, [columns.reason(given & value.is_null(), rule)]
        return columns.texts(frame, (name.lower(),), _passing), []

    def _creation(self, column: pl.Series) -> pl.Series:
        seconds = self._creation_clock.seconds(column)
        lost = seconds.null_count() - column.null_count()
        self._notes.rows("values of CREATION_TIMESTAMP that cannot be read were left out", lost)
        return seconds


def _passing(text: str) -> str | None:
    return values.one_line(text)[: values.LONGEST_DESCRIPTION] or None


def _targets(found: tuple[str, ...]) -> dict[str, str | None]:
    """The field each column becomes; None where it cannot be one, or would be one twice."""
    targets: dict[str, str | None] = {}
    taken: set[str] = set()
    for name in found:
        target = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
        same = target.replace("_", "")
        fine = bool(_NAME.fullmatch(target)) and same not in taken
        targets[name] = target if fine else None
        taken.add(same)
    return targets
