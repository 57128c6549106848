"""Descriptions of items."""

from collections.abc import Iterator

import polars as pl

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding

_COVERAGE = Check(
    id="text-coverage",
    title="Items with a description of 20 characters or more",
    severity="note",
    limit="least",
    meaning="A model that reads texts knows nothing of the other items.",
    advice="Write descriptions for the rest, or do not count on texts.",
)
_HTML = Check(
    id="html-in-text",
    title="Texts with HTML in them",
    severity="note",
    meaning="Tags and entities are read as words, and shoppers see them.",
    advice="Strip the tags and decode the entities.",
)


_SHORTEST = 20
"""Characters; what is shorter, such as a dash, describes nothing."""


def judged(evidence: Evidence) -> Iterator[Finding]:
    yield _coverage(evidence)
    yield _html(evidence)


def _coverage(evidence: Evidence) -> Finding:
    items, limit = evidence.items, evidence.limits.text
    texts = [column for column in items.columns if column.role == "text"] if items else []
    if items is None or not texts:
        return _COVERAGE.skip(limit, "There is no column of text.")
    written = {
        column.name: items.count_of(pl.col(column.name).str.len_chars() >= _SHORTEST)
        for column in texts
    }
    best = max(texts, key=lambda column: written[column.name])
    middle = items.rows.select(pl.col(best.name).str.len_chars().median()).collect().item()
    remark = f"{best.name} has {middle or 0:,.0f} characters in the median."
    return _COVERAGE.judge(written[best.name] / items.count, limit, (), remark)


def _html(evidence: Evidence) -> Finding:
    columns, limit = evidence.items.columns if evidence.items else (), evidence.limits.html
    written = [column for column in columns if column.role in ("text", "name") and column.filled]
    if not written:
        return _HTML.skip(limit, "There is no column of text.")
    shares = {column.name: column.html / column.filled for column in written}
    examples = (f"{name}: {share:.1%}" for name, share in shares.items() if share > limit)
    return _HTML.judge(max(shares.values()), limit, examples)
