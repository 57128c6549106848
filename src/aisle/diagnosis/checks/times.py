"""Whether times are times, and how finely they tell the order of events."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from msgspec.structs import replace
from numpy.typing import NDArray

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding, Severity
from aisle.diagnosis.thresholds import COARSE, DAY
from aisle.diagnosis.timestamps import UNITS, TimeFaults, understood, whole
from aisle.diagnosis.values import number
from aisle.diagnosis.wording import several
from aisle.recipes.minimums import USERS

_UNREADABLE = Check(
    id="timestamps-unreadable",
    title="Timestamps that are not whole numbers",
    severity="error",
    unit="count",
    meaning="The import fails: TIMESTAMP is epoch seconds, such as 1700000000.",
    advice="Convert dates and decimals to epoch seconds. The other checks read decimals and dates "
    "such as 2024-01-31 for what they seem to be.",
)
_NEGATIVE = Check(
    id="timestamps-negative",
    title="Timestamps below zero",
    severity="error",
    unit="count",
    meaning="They lie before 1970: a fault of conversion, and the order of events is lost.",
    advice="Mend the conversion, or remove the rows.",
)
_NOT_SECONDS = Check(
    id="timestamps-not-seconds",
    title="Timestamps in milliseconds or finer",
    severity="error",
    unit="count",
    meaning="Read as seconds they lie thousands of years ahead, so recency means nothing. The "
    "other checks read them as what they seem to be.",
    advice="Bring them to seconds.",
)
_FUTURE = Check(
    id="timestamps-in-future",
    title="Events that are yet to come",
    severity="warning",
    unit="count",
    meaning="They count as the newest of all, so they weigh more than they should.",
    advice="See whether the source writes local time or planned dates; remove those.",
)
_OLD = Check(
    id="timestamps-too-old",
    title="Events from before 1995",
    severity="warning",
    unit="count",
    meaning="Zero and small numbers are what a missing date becomes.",
    advice="Find the true time, or remove the rows.",
)
_ONE_INSTANT = Check(
    id="timestamps-at-one-instant",
    title="Events, or first events of users, at the commonest timestamp",
    severity="warning",
    meaning="So many at once were stamped by an import, not by what people did; the order among "
    "them is lost.",
    advice="Take the time of the act from the source.",
)
_WHOLE_DAYS = Check(
    id="timestamps-whole-days",
    title="Events at the commonest time of the day",
    severity="note",
    meaning="The times tell the day only. The order within a day is that of the file.",
    advice="If the source knows the time, export it. Else keep the rows in their true order.",
)
_TIES = Check(
    id="tied-events",
    title="Events at the same instant as the user's event on another item",
    severity="note",
    meaning="Their order in time is not known. Users choose several at once, or times are rounded.",
    advice="Keep the rows in their true order; a model that predicts the next item follows it.",
)
_CREATION = Check(
    id="creation-times-not-seconds",
    title="Values of CREATION_TIMESTAMP that are not epoch seconds",
    severity="warning",
    unit="count",
    meaning="The service tells new items by it; such a value says that the item is never new.",
    advice="Write whole epoch seconds.",
)


def judged(evidence: Evidence) -> Iterator[Finding]:
    yield from _faults(evidence)
    yield _creation(evidence)
    events, limits = evidence.events, evidence.limits
    if len(events) < limits.few:
        for check, limit in (
            (_ONE_INSTANT, limits.one_instant),
            (_WHOLE_DAYS, limits.whole),
            (_TIES, limits.ties),
        ):
            yield check.skip(limit, "There are too few events.")
        return
    yield _one_instant(evidence)
    yield _WHOLE_DAYS.judge(events.share_at_one_second_of(DAY), limits.whole)
    yield _ties(evidence)


def _faults(evidence: Evidence) -> Iterator[Finding]:
    faults, limits = evidence.events.time_faults, evidence.limits
    text = pl.col("TIMESTAMP")
    time = understood(text)
    ahead = evidence.inputs.now + limits.ahead
    severity: Severity = "error" if faults.mostly_implausible(limits.implausible) else "warning"
    future, old = (replace(check, severity=severity) for check in (_FUTURE, _OLD))
    for check, count, fault in (
        (_unreadable(evidence), faults.unreadable, text.is_not_null() & whole(text).is_null()),
        (_NEGATIVE, faults.negative, time < 0),
        (_finer(faults), sum(faults.finer), time >= limits.seconds),
        (future, faults.future, time.is_between(ahead, limits.seconds, "none")),
        (old, faults.old, time.is_between(0, limits.oldest, "left")),
    ):
        examples = evidence.interactions.examples(fault, "TIMESTAMP") if count else ()
        yield check.judge(count, 0, examples)


def _unreadable(evidence: Evidence) -> Check:
    """The check, with the column's type where no value of that type is a time."""
    column = evidence.interactions.column("TIMESTAMP")
    if column is None or column.stored == pl.String:
        return _UNREADABLE
    kind = column.stored.base_type()
    advice = f"The column is of type {kind}: convert it to epoch seconds, whole numbers (long)."
    return replace(_UNREADABLE, advice=advice)


def _finer(faults: TimeFaults) -> Check:
    """The check, with what to divide by for each unit seen."""
    steps = [
        f"{unit.name} by {unit.each:,} ({several(rows, 'row')})"
        for unit, rows in zip(UNITS, faults.finer, strict=True)
        if rows
    ]
    return replace(_NOT_SECONDS, advice=f"Divide {', '.join(steps)}.") if steps else _NOT_SECONDS


def _one_instant(evidence: Evidence) -> Finding:
    events, limits = evidence.events, evidence.limits
    found = [(*_commonest(events.time), "event")]
    firsts = events.time[events.starts_of(np.zeros_like(events.time))]
    if len(firsts) >= USERS and not events.in_whole(COARSE, limits.whole):
        found.append((*_commonest(firsts), "first event"))
    examples = (
        f"{time}: {several(count, kind)}"
        for time, count, share, kind in found
        if share > limits.one_instant
    )
    return _ONE_INSTANT.judge(max(share for _, _, share, _ in found), limits.one_instant, examples)


def _commonest(times: NDArray[np.int64]) -> tuple[int, int, float]:
    """The time, how often it comes, and that as a share."""
    moments, sizes = np.unique(times, return_counts=True)
    at = int(sizes.argmax())
    return int(moments[at]), int(sizes[at]), float(sizes[at] / len(times))


def _creation(evidence: Evidence) -> Finding:
    table, name = evidence.items, "CREATION_TIMESTAMP"
    if table is None or table.column(name) is None:
        return _CREATION.skip(0, "There is no CREATION_TIMESTAMP.")
    time = number(pl.col(name))
    sound = time.is_between(0, evidence.limits.seconds, "left").fill_null(value=False)
    fault = pl.col(name).is_not_null() & ~sound
    count = table.count_of(fault)
    return _CREATION.judge(count, 0, table.examples(fault, name) if count else ())


def _ties(evidence: Evidence) -> Finding:
    events, limits = evidence.events, evidence.limits
    if events.in_whole(DAY, limits.whole):
        return _TIES.skip(limits.ties, "The times tell days only.")
    starts = events.starts_of(events.time)
    sizes = np.diff(starts, append=len(events))
    tied = _several(events.item, starts)
    return _TIES.judge(float(sizes[tied].sum() / len(events)), limits.ties)


def _several(item: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which runs hold more than one item."""
    least, most = np.minimum.reduceat(item, starts), np.maximum.reduceat(item, starts)
    return np.asarray(least != most)
