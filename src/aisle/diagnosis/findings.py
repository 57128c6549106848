"""What a diagnosis says: findings, the recipes' readiness and the series behind the plots."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from aisle.diagnosis.series import Series

Severity = Literal["error", "warning", "note", "ok"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note", "ok")

Unit = Literal["share", "count", "ratio"]
MOST_EXAMPLES = 5


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One check and how it came out.

    error: training fails or learns something wrong. warning: a threshold is passed that calls for
    work on the data. note: worth knowing. ok: looked at, nothing found.
    """

    id: str
    severity: Severity
    title: str
    measured: float | None
    """None where the data has nothing to measure; `remark` says what."""
    threshold: float
    unit: Unit
    """A share lies in 0..1."""
    limit: Literal["most", "least"]
    """Whether `threshold` is the most or the least that passes."""
    meaning: str
    advice: str
    examples: tuple[str, ...] = ()
    remark: str = ""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured, and what it means where it fails."""

    id: str
    title: str
    severity: Severity
    unit: Unit = "share"
    limit: Literal["most", "least"] = "most"
    meaning: str
    advice: str

    def judge(
        self, measured: float, threshold: float, examples: Iterable[str] = (), remark: str = ""
    ) -> Finding:
        """The finding; the threshold itself still passes, and examples are kept of a failure."""
        passed = measured <= threshold if self.limit == "most" else measured >= threshold
        kept = () if passed else tuple(examples)[:MOST_EXAMPLES]
        return self._finding("ok" if passed else self.severity, measured, threshold, kept, remark)

    def skip(self, threshold: float, remark: str) -> Finding:
        """The finding where the data lacks what would be measured."""
        return self._finding("ok", None, threshold, (), remark)

    def _finding(
        self,
        severity: Severity,
        measured: float | None,
        threshold: float,
        examples: tuple[str, ...],
        remark: str,
    ) -> Finding:
        return Finding(
            id=self.id,
            severity=severity,
            title=self.title,
            measured=measured,
            threshold=threshold,
            unit=self.unit,
            limit=self.limit,
            meaning=self.meaning,
            advice=self.advice,
            examples=examples,
            remark=remark,
        )


class RecipeReadiness(msgspec.Struct, frozen=True):
    """Whether a recipe can train; `missing` says in words what it lacks."""

    recipe: str
    ready: bool
    missing: tuple[str, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The data at a glance. Rows without user or item count in `rows` alone."""

    rows: int
    usable_rows: int
    """Those with user, item and a plausible time."""
    users: int
    items: int
    first: int | None
    """Epoch seconds of the oldest usable event."""
    last: int | None
    density: float
    """Share of all pairs of a user and an item that occur."""
    event_types: tuple[str, ...]
    """The commonest first."""


class Diagnosis(msgspec.Struct, frozen=True):
    """Everything that was looked at; `findings` has the worst first."""

    summary: Summary
    findings: tuple[Finding, ...]
    recipes: tuple[RecipeReadiness, ...]
    series: Series

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity."""
        return tuple(one for one in self.findings if one.severity == severity)

    @property
    def fit(self) -> bool:
        """Whether nothing stands against training."""
        return not self.of("error")
