"""Numbers and times in words, alike in the terminal and in the report."""

from datetime import UTC, datetime

from aisle.diagnosis.findings import Diagnosis, Finding, Summary, Unit

_WORDS = {"error": "error", "warning": "warning", "note": "note", "ok": "check passed"}


def amount(value: float, unit: Unit) -> str:
    """Such as `12.3 %`, `1,024` or `0.31`."""
    if unit == "share":
        return f"{value * 100:.1f} %"
    return f"{value:,.0f}" if unit == "count" else f"{value:.2f}"


def measured(finding: Finding) -> str:
    """The measured value, or a dash."""
    return "–" if finding.measured is None else amount(finding.measured, finding.unit)  # noqa: RUF001


def threshold(finding: Finding) -> str:
    """Such as `at most 10.0 %`, or `none` where nothing is allowed."""
    if finding.threshold == 0 and finding.limit == "most":
        return "none"
    return f"at {finding.limit} {amount(finding.threshold, finding.unit)}"


def verdict(diagnosis: Diagnosis) -> str:
    """The whole in one line."""
    return "Ready to train" if diagnosis.fit else "Fix these first"


def tally(diagnosis: Diagnosis) -> str:
    """Such as `1 error, 2 warnings, 40 checks passed`."""
    parts = []
    for severity, word in _WORDS.items():
        count = sum(one.severity == severity for one in diagnosis.findings)
        plural = word.replace("check", "checks") if severity == "ok" else f"{word}s"
        parts.append(f"{count} {word if count == 1 else plural}")
    return ", ".join(parts)


def day(time: int | None) -> str:
    """The date in UTC, such as `2024-05-01`."""
    if time is None:
        return "–"  # noqa: RUF001
    try:
        return datetime.fromtimestamp(time, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return f"{time:,} s"


def several(count: int, noun: str) -> str:
    """Such as `1 minute` or `2,000 minutes`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def dates(summary: Summary) -> str:
    """From the first day to the last."""
    if summary.first is None:
        return "no time can be read"
    return f"{day(summary.first)} to {day(summary.last)}"


def span(seconds: float) -> str:
    """A duration in the unit that fits it."""
    for size, unit in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return several(round(seconds), "second")
