"""Values that are missing, and rows that never came in."""

from collections.abc import Iterator

import polars as pl

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.wording import several

_KEYS = Check(
    id="missing-keys",
    title="Rows without user, item or time",
    severity="error",
    unit="count",
    meaning="The service refuses a whole import for one such row.",
    advice="Find why the source leaves them empty; remove the rows if it cannot be mended.",
)
_VALUES = Check(
    id="missing-values",
    title="Missing values in the emptiest column",
    severity="warning",
    meaning="A column that is often empty teaches little and may mislead.",
    advice="Fill the column from its source, or leave it out of the schema.",
)
_REJECTED = Check(
    id="rejected-rows",
    title="Rows that could not be loaded",
    severity="warning",
    meaning="These rows are not part of what was diagnosed, and will not be learnt from.",
    advice="Mend the source. `aisle load` writes each row with its reason to rejected.jsonl.",
)


def judged(evidence: Evidence) -> Iterator[Finding]:
    yield _keys(evidence)
    yield _values(evidence)
    yield _rejected(evidence)


def _keys(evidence: Evidence) -> Finding:
    without, examples = 0, []
    for table in evidence.tables:
        for column in table.columns:
            if column.role == "key" and column.filled < column.rows:
                without += column.rows - column.filled
                rows = table.examples(pl.col(column.name).is_null(), column.name)
                examples += [f"{table.name}, {column.name}, {row}" for row in rows]
    return _KEYS.judge(without, 0, examples)


def _values(evidence: Evidence) -> Finding:
    limit = evidence.limits.missing
    empty = sorted(
        (
            (column.missing, f"{table.name}.{column.name}: {column.missing:.1%} missing")
            for table in evidence.tables
            for column in table.columns
            if column.role != "key"
        ),
        reverse=True,
    )
    if not empty:
        return _VALUES.skip(limit, "The data has no column beside the keys.")
    return _VALUES.judge(empty[0][0], limit, (words for share, words in empty if share > limit))


def _rejected(evidence: Evidence) -> Finding:
    rejected = sum(one.rows for one in evidence.inputs.rejected)
    whole = rejected + evidence.interactions.count
    reasons = sorted(evidence.inputs.rejected, key=lambda one: -one.rows)
    return _REJECTED.judge(
        rejected / whole if whole else 0.0,
        evidence.limits.rejected,
        (f"{several(one.rows, 'row')}: {one.reason}" for one in reasons),
    )
