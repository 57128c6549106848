"""How the events spread over the items."""

from collections.abc import Iterator

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.wording import several

_FLAT = Check(
    id="flat-popularity",
    title="How much the items differ in popularity",
    severity="note",
    unit="ratio",
    limit="least",
    meaning="In real data few items have most of the events. Here all have nearly as many, so the "
    "data is made up, sampled item by item, or cut to a narrow range.",
    advice="See how the data was taken before trusting what is measured on it.",
)
_TOP = Check(
    id="concentrated-popularity",
    title="Events of the most popular 1 % of items",
    severity="note",
    meaning="Recommending these to everybody will look good in most measures.",
    advice="Compare with popularity, and look at coverage too.",
)


def judged(evidence: Evidence) -> Iterator[Finding]:
    shape, limits = evidence.series.rank_frequency, evidence.limits
    if shape is None:
        yield _FLAT.skip(limits.flat, "There are too few items.")
        yield _TOP.skip(limits.top_items, "There are too few items.")
        return
    items = evidence.census.items
    if evidence.census.rows / len(items) < limits.flat_mean:
        yield _FLAT.skip(limits.flat, "Items have too few events to tell.")
    else:
        remark = f"Gini coefficient {shape.gini:.2f}."
        yield _FLAT.judge(shape.variation, limits.flat, (), remark)
    examples = (f"{item}: {several(count, 'event')}" for item, count in items.head(5).iter_rows())
    yield _TOP.judge(shape.top_hundredth, limits.top_items, examples)
