"""What columns of metadata and context hold."""

from collections.abc import Iterator

import polars as pl

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.tables import Column, Table
from aisle.diagnosis.thresholds import Thresholds
from aisle.diagnosis.values import number

_CONSTANT = Check(
    id="constant-columns",
    title="Columns with one value only",
    severity="note",
    unit="count",
    meaning="A value that all share tells nothing apart.",
    advice="Leave the columns out.",
)
_UNIQUE = Check(
    id="columns-like-ids",
    title="Columns whose values are nearly all different, like ids",
    severity="warning",
    unit="count",
    meaning="A model can memorise such a column but learn nothing from it that holds for others.",
    advice="Leave them out, or mark a text as textual.",
)
_CATEGORIES = Check(
    id="too-many-categories",
    title="Columns with hardly more values than categories",
    severity="note",
    unit="count",
    meaning="Most categories are too rare to learn from.",
    advice="Use a coarser level, or merge the rare ones.",
)
_MIXED = Check(
    id="numbers-mixed-with-text",
    title="Values that are no numbers in columns of numbers",
    severity="warning",
    unit="count",
    meaning="The column cannot be declared a number, and as text its order is lost.",
    advice="Strip currency signs, units and separators of thousands, and write the decimals behind "
    "a point; leave unknown values empty.",
)
_DECLARED_TEXT = Check(
    id="numbers-declared-text",
    title="Columns of numbers that the schema declares plain text",
    severity="note",
    unit="count",
    meaning="As plain text a number is not used in training and cannot be compared in filters.",
    advice="Declare float, int or long; or categorical, where the number is only a code.",
)


def judged(evidence: Evidence) -> Iterator[Finding]:
    places = [(table, column) for table in evidence.tables for column in table.metadata]
    yield _named(_CONSTANT, [place for place in places if _is_constant(place[1])])
    yield _named(_UNIQUE, [place for place in places if _is_unique(place[1], evidence.limits)])
    yield _named(_CATEGORIES, [place for place in places if _is_scattered(*place, evidence.limits)])
    yield _mixed(places)
    yield _named(_DECLARED_TEXT, [place for place in places if _is_declared_text(place[1])])


def _named(check: Check, places: list[tuple[Table, Column]]) -> Finding:
    examples = (
        f"{table.name}.{column.name}: {column.distinct:,} different of {column.filled:,} values"
        for table, column in places
    )
    return check.judge(len(places), 0, examples)


def _is_constant(column: Column) -> bool:
    one = column.distinct == 1 and column.filled > 1
    return one and column.missing == 0 and column.name != "EVENT_TYPE"


def _is_unique(column: Column, limits: Thresholds) -> bool:
    if column.role != "category" or column.filled < limits.unique_rows or column.listed:
        return False
    return column.distinct > limits.unique * column.filled


def _is_scattered(table: Table, column: Column, limits: Thresholds) -> bool:
    if column.role != "category" or _is_unique(column, limits):
        return False
    categories, values = column.distinct, column.filled
    if column.listed:
        categories, values = _listed(table, column)
    return categories > limits.categories and values < limits.rows_of_category * categories


def _listed(table: Table, column: Column) -> tuple[int, int]:
    """Categories, and values, in a column that holds several as `a|b`."""
    single = pl.col(column.name).drop_nulls().str.split("|").explode()
    found = table.rows.select(single).select(
        pl.col(column.name).n_unique(), pl.len().alias("values")
    )
    categories, values = found.collect(engine="streaming").row(0)
    return categories, values


def _mixed(places: list[tuple[Table, Column]]) -> Finding:
    faults, examples = 0, []
    for table, column in places:
        if column.role != "number" or (column.field and column.field.type != "string"):
            continue
        if column.numbers < column.filled:
            faults += column.filled - column.numbers
            value = pl.col(column.name)
            fault = value.is_not_null() & number(value).is_null()
            rows = table.examples(fault, column.name)
            examples += [f"{table.name}.{column.name}, {row}" for row in rows]
    return _MIXED.judge(faults, 0, examples)


def _is_declared_text(column: Column) -> bool:
    if column.field is None or column.field.type != "string":
        return False
    return column.role == "number" and column.numbers == column.filled > 0
