"""Data against its schemas, as the import will hold it to them."""

from collections.abc import Callable, Iterator

import polars as pl

from aisle.data.schema import Field
from aisle.data.values import FALSE, TRUE, longest
from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.tables import Column
from aisle.diagnosis.values import number

_COLUMNS = Check(
    id="schema-columns-missing",
    title="Columns of the schema that the data lacks",
    severity="error",
    unit="count",
    meaning="The import fails: every field of the schema must be a column of the file.",
    advice="Add the columns to the data, or take the fields out of the schema.",
)
_NULLS = Check(
    id="null-not-allowed",
    title="Empty values in fields that allow none",
    severity="error",
    unit="count",
    meaning="The import fails at the first of them.",
    advice='Fill them, or let the schema say ["null", type].',
)
_TYPES = Check(
    id="values-not-of-type",
    title="Values that are not of the type the schema says",
    severity="error",
    unit="count",
    meaning="The import fails at the first of them.",
    advice="Mend the values, or give the field the type that its values have.",
)
_LENGTHS = Check(
    id="values-too-long",
    title="Columns with values over the service's length",
    severity="error",
    unit="count",
    meaning="The import fails at the first of them.",
    advice="Shorten the values. A long text belongs in a field marked textual.",
)
_FaultOf = Callable[[Column], pl.Expr | None]
_WHOLE: dict[str, type[pl.DataType]] = {"int": pl.Int32, "long": pl.Int64}


def judged(evidence: Evidence) -> Iterator[Finding]:
    lacking = [
        f"{table.name}.{field.name}"
        for table in evidence.tables
        for field in (table.schema.fields if table.schema else ())
        if table.column(field.name) is None
    ]
    yield _COLUMNS.judge(len(lacking), 0, lacking)
    yield _of_values(_NULLS, evidence, _null_fault)
    yield _of_values(_TYPES, evidence, _type_fault)
    yield _lengths(evidence)


def _null_fault(column: Column) -> pl.Expr | None:
    field = column.field
    if field is None or field.nullable or column.role == "key" or column.filled == column.rows:
        return None
    return pl.col(column.name).is_null()


def _type_fault(column: Column) -> pl.Expr | None:
    field, text = column.field, pl.col(column.name)
    if field is None or field.type == "string" or column.key:
        return None
    if field.type == "boolean":
        sound = text.is_in((*TRUE, *FALSE))
    elif field.type in _WHOLE:
        sound = text.str.strip_chars().cast(_WHOLE[field.type], strict=False).is_not_null()
    else:
        sound = number(text).is_not_null()
    return text.is_not_null() & ~sound


def _of_values(check: Check, evidence: Evidence, fault_of: _FaultOf) -> Finding:
    faults, examples = 0, []
    for table in evidence.tables:
        for column in table.columns:
            fault = fault_of(column)
            if fault is not None:
                faults += table.count_of(fault)
                rows = table.examples(fault, column.name)
                examples += [f"{table.name}.{column.name}, {row}" for row in rows]
    return check.judge(faults, 0, examples)


def _lengths(evidence: Evidence) -> Finding:
    found = [
        f"{table.name}.{column.name}: {column.longest:,} characters, "
        f"at most {_most(column):,} are allowed"
        for table in evidence.tables
        for column in table.columns
        if column.longest > _most(column)
    ]
    return _LENGTHS.judge(len(found), 0, found)


def _most(column: Column) -> int:
    guess = Field(column.name, "string", textual=column.role == "text")
    return longest(column.field or guess)
