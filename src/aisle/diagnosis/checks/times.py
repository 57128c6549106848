"""Whether times are times, and how finely they tell the order of events."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding

_UNREADABLE = Check(
    id="timestamps-unreadable",
    title="Timestamps that are not whole numbers",
    severity="error",
    unit="count",
    meaning="The import fails: TIMESTAMP is epoch seconds, such as 1700000000.",
    advice="Convert dates and decimals to epoch seconds.",
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
    advice="Divide milliseconds by 1000.",
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
    title="Events at the commonest timestamp",
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
            (_WHOLE_DAYS, limits.whole_days),
            (_TIES, limits.ties),
        ):
            yield check.skip(limit, "There are too few events.")
        return
    moments, sizes = np.unique(events.time, return_counts=True)
    yield _ONE_INSTANT.judge(
        float(sizes.max() / len(events)),
        limits.one_instant,
        (f"{int(moments[i])}: {sizes[i]:,} events" for i in [int(sizes.argmax())]),
    )
    yield _WHOLE_DAYS.judge(events.share_at_one_time_of_day(), limits.whole_days)
    yield _ties(evidence)


def _faults(evidence: Evidence) -> Iterator[Finding]:
    table, faults, limits = evidence.interactions, evidence.events.time_faults, evidence.limits
    time = pl.col("TIMESTAMP").cast(pl.Int64, strict=False)
    ahead = evidence.inputs.now + limits.ahead
    for check, count, fault in (
        (_UNREADABLE, faults.unreadable, pl.col("TIMESTAMP").is_not_null() & time.is_null()),
        (_NEGATIVE, faults.negative, time < 0),
        (_NOT_SECONDS, faults.not_seconds, time >= limits.seconds),
        (_FUTURE, faults.future, time.is_between(ahead, limits.seconds, "none")),
        (_OLD, faults.old, time.is_between(0, limits.oldest, "left")),
    ):
        yield check.judge(count, 0, table.examples(fault, "TIMESTAMP") if count else ())


def _creation(evidence: Evidence) -> Finding:
    table, name = evidence.items, "CREATION_TIMESTAMP"
    if table is None or table.column(name) is None:
        return _CREATION.skip(0, "There is no CREATION_TIMESTAMP.")
    time = pl.col(name).cast(pl.Float64, strict=False)
    sound = time.is_between(0, evidence.limits.seconds, "left").fill_null(value=False)
    fault = pl.col(name).is_not_null() & ~sound
    count = table.count_of(fault)
    return _CREATION.judge(count, 0, table.examples(fault, name) if count else ())


def _ties(evidence: Evidence) -> Finding:
    events, limits = evidence.events, evidence.limits
    if events.in_whole_days(limits.whole_days):
        return _TIES.skip(limits.ties, "The times tell days only.")
    starts = events.starts_of(events.time)
    sizes = np.diff(starts, append=len(events))
    tied = _several(events.item, starts)
    return _TIES.judge(float(sizes[tied].sum() / len(events)), limits.ties)


def _several(item: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which runs hold more than one item."""
    least, most = np.minimum.reduceat(item, starts), np.maximum.reduceat(item, starts)
    return np.asarray(least != most)
