"""CSV files that have Personalize's own columns already; they pass through with all of them."""

import re

import polars as pl

from aisle.loading import columns, fields, values
from aisle.loading.kinds import KEYS, Judged, Table
from aisle.loading.notes import Notes, listed
from aisle.loading.times import Clock

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def table_of(found: tuple[str, ...]) -> Table | None:
    """Which dataset a header is of; None where it has not its keys and anything beside them."""
    if {"USER_ID", "ITEM_ID"} <= set(found):
        return "interactions" if "TIMESTAMP" in found else None
    if len(found) < len(("ITEM_ID", "one more")):
        return None
    if "ITEM_ID" in found:
        return "items"
    return "users" if "USER_ID" in found or _are_people(found) else None


def _are_people(found: tuple[str, ...]) -> bool:
    """Whether a header begins a list of users, its names being in any case."""
    lower = {name.lower() for name in found}
    of_more = {*fields.ITEM.names, *fields.TIME.names} - {fields.BARE_ID}
    events = any(fields.tells_of(name, fields.OF_ORDERS) for name in found)
    return "user_id" in lower and lower.isdisjoint(of_more) and not events


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
        self._extra = {name: target for name, target in targets_of(found).items() if target}
        unfit = [name for name in found if name not in self._extra]
        if unfit:
            notes.whole(f"left out, since their names cannot be a field's: {listed(unfit)}")

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
        if target in KEYS[self.table]:
            key = columns.ids(frame, (name.lower(),), self._notes)
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


def targets_of(found: tuple[str, ...]) -> dict[str, str | None]:
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
