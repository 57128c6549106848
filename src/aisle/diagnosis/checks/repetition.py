"""Rows and interactions that come more than once."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from aisle.diagnosis.events import Events, distinct
from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.thresholds import COARSE

_DUPLICATES = Check(
    id="duplicate-rows",
    title="Rows that repeat another in every column",
    severity="warning",
    meaning="The same event was written more than once; it counts more than it should.",
    advice="Remove the copies, and find what sends events twice.",
)
_REPEATS = Check(
    id="repeat-interactions",
    title="Interactions with an item that the user had before",
    severity="warning",
    meaning="Most of the data says that users come back to what they know; a model will "
    "recommend that rather than something new.",
    advice="If that is not wanted, keep the first of each user and item, or filter out what "
    "users already have.",
)
_ECHOES = Check(
    id="echoed-events",
    title="Events that repeat another's user, item and time under another type",
    severity="note",
    meaning="One act is written as two events, so these types carry the same information.",
    advice="Train on one of the types; do not count both as evidence.",
)


def judged(evidence: Evidence) -> Iterator[Finding]:
    events, limits = evidence.events, evidence.limits
    rows = evidence.interactions.count
    yield _DUPLICATES.judge(events.duplicates / rows if rows else 0.0, limits.duplicate)
    if not len(events):
        yield _REPEATS.skip(limits.repeat, "No event is usable.")
        yield _ECHOES.skip(limits.echoed, "No event is usable.")
        return
    first = events.first_of_row
    pairs, moment = distinct(events.pair[first]), _moments(events)[first]
    repeats = (distinct(moment) - pairs) / len(moment)
    yield _REPEATS.judge(repeats, limits.repeat)
    yield _echoes(evidence, moment, events.type[first])


def _echoes(evidence: Evidence, moment: NDArray[np.int64], kind: NDArray[np.uint32]) -> Finding:
    events, limit = evidence.events, evidence.limits.echoed
    if len(events.types) == 1:
        return _ECHOES.skip(limit, "There is one event type at most.")
    if events.in_whole(COARSE, evidence.limits.whole):
        return _ECHOES.skip(limit, "The times are rounded to minutes or more.")
    acts = distinct(moment * len(events.types) + kind)
    return _ECHOES.judge((acts - distinct(moment)) / len(moment), limit)


def _moments(events: Events) -> NDArray[np.int64]:
    """One number for each user, time and item."""
    starts = events.starts_of(events.time)
    run = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(events)))
    return run * len(events.item_ids) + events.item
