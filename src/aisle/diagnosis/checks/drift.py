"""Whether the data flows evenly through time."""

from collections.abc import Iterator

import numpy as np

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.series import Periods
from aisle.diagnosis.wording import day

_GAPS = Check(
    id="gaps-in-time",
    title="Weeks or months without an event, between busy ones",
    severity="warning",
    unit="count",
    meaning="Nobody came while many came before and after: it was closed, or events were lost.",
    advice="If it was not closed, find the missing events, or train on what came after.",
)
_ABRUPT = Check(
    id="abrupt-drift",
    title="The largest change of what is popular, above the usual one",
    severity="note",
    unit="ratio",
    meaning="From one week or month to the next other items are popular: a launch, a change of "
    "ids or of what is recorded.",
    advice="Look at what changed. If ids changed, bring the old ones to the new.",
)
_ABOUT = 4
"""Periods on each side that tell how busy it was."""
_FEWEST_STEPS = 4


def judged(evidence: Evidence) -> Iterator[Finding]:
    periods, limits = evidence.series.periods, evidence.limits
    if periods is None:
        yield _GAPS.skip(0, "No event is usable.")
        yield _ABRUPT.skip(limits.drift_jump, "No event is usable.")
        return
    gaps = _gaps(periods, limits.gap_users)
    examples = (f"the {periods.width} of {day(periods.start[at])}" for at in gaps)
    yield _GAPS.judge(len(gaps), 0, examples)
    yield _abrupt(periods, limits.drift_jump, limits.drift_events)


def _gaps(periods: Periods, users: int) -> list[int]:
    """Empty periods where on both sides the nearest others average so many active users."""
    active = np.array(periods.users)
    busy = np.flatnonzero(active)
    found = []
    for at in np.flatnonzero(active == 0):
        split = np.searchsorted(busy, at)
        sides = (busy[max(0, split - _ABOUT) : split], busy[split : split + _ABOUT])
        if min(active[side].mean() for side in sides) >= users:
            found.append(int(at))
    return found


def _abrupt(periods: Periods, limit: float, fewest: int) -> Finding:
    steps = [
        (distance, at)
        for at, distance in enumerate(periods.distance)
        if distance is not None and min(periods.events[at - 1 : at + 1]) >= fewest
    ]
    if len(steps) < _FEWEST_STEPS:
        return _ABRUPT.skip(limit, "There are too few busy weeks or months to compare.")
    usual = float(np.median([distance for distance, _ in steps]))
    worst, at = max(steps)
    example = f"the {periods.width} of {day(periods.start[at])}: {worst:.2f}, usually {usual:.2f}"
    return _ABRUPT.judge(worst - usual, limit, (example,))
