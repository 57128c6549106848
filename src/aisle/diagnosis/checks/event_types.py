"""Event types: how they are spelt, how often they come, and whether the funnel narrows."""

import re
from collections.abc import Iterator

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.values import shown
from aisle.diagnosis.wording import several

_FUNNEL = Check(
    id="funnel-order",
    title="Purchases for each view",
    severity="warning",
    unit="ratio",
    meaning="People look more often than they buy, so views are missing.",
    advice="See that every page view is recorded, and that its type is spelt as you expect.",
)
_SPELLING = Check(
    id="event-types-spelt-differently",
    title="Event types that differ only by case, space or punctuation",
    severity="note",
    unit="count",
    meaning="The service compares types without case, but not without space or punctuation: "
    "what seems one type may be several.",
    advice="Choose one spelling for each type.",
)
_RARE = Check(
    id="rare-event-types",
    title="Event types with hardly any events",
    severity="note",
    unit="count",
    meaning="They are too few to learn from, and may be tests or slips.",
    advice="Leave them out, or merge them with the type they mean.",
)
_PURCHASE = re.compile(r"purchas|bought|^buy|order|transaction")
_CART = re.compile(r"cart|basket|checkout|wish")
_VIEW = re.compile(r"view|detail|visit|impression")


def judged(evidence: Evidence) -> Iterator[Finding]:
    counts = {one.name: int(one.value) for one in evidence.series.event_types if one.name}
    yield _funnel(counts)
    yield _spelling(counts)
    total = evidence.census.rows
    rare = [name for name, count in counts.items() if count < evidence.limits.rare_type * total]
    examples = (f"{shown(name)}: {several(counts[name], 'event')}" for name in rare)
    yield _RARE.judge(len(rare), 0, examples)


def _funnel(counts: dict[str, int]) -> Finding:
    views, purchases = _count(counts, _VIEW), _count(counts, _PURCHASE)
    if not views or not purchases:
        return _FUNNEL.skip(1, "There are not both views and purchases.")
    return _FUNNEL.judge(
        purchases / views, 1, (f"{several(purchases, 'purchase')} and {several(views, 'view')}",)
    )


def _count(counts: dict[str, int], kind: re.Pattern[str]) -> int:
    return sum(
        count
        for name, count in counts.items()
        if kind.search(name.lower()) and not _CART.search(name.lower())
    )


def _spelling(counts: dict[str, int]) -> Finding:
    spelt: dict[str, list[str]] = {}
    for name in counts:
        spelt.setdefault(re.sub(r"[\W_]", "", name).lower(), []).append(name)
    several = [names for names in spelt.values() if len(names) > 1]
    examples = (" and ".join(shown(name) for name in sorted(names)) for names in several)
    return _SPELLING.judge(sum(map(len, several)), 0, examples)
