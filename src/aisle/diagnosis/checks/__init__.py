"""The checks, by what they look at: each module's `judged` yields one finding a check."""

from collections.abc import Callable, Iterator

from aisle.diagnosis.checks import (
    amounts,
    columns,
    completeness,
    coverage,
    drift,
    event_types,
    identifiers,
    leakage,
    popularity,
    repetition,
    schemas,
    texts,
    times,
)
from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Finding

Judge = Callable[[Evidence], Iterator[Finding]]

JUDGES: tuple[tuple[str, Judge], ...] = (
    ("missing values", completeness.judged),
    ("schemas", schemas.judged),
    ("amounts", amounts.judged),
    ("repetition", repetition.judged),
    ("coverage of metadata", coverage.judged),
    ("times", times.judged),
    ("ids", identifiers.judged),
    ("event types", event_types.judged),
    ("columns", columns.judged),
    ("texts", texts.judged),
    ("popularity", popularity.judged),
    ("drift", drift.judged),
    ("leakage", leakage.judged),
)
"""What each looks at, for those who wait, and the function."""
