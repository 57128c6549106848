"""Whether there is enough, and whether few people make most of it."""

from collections.abc import Iterator

import numpy as np

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.recipes.minimums import INTERACTIONS, INTERACTIONS_OF_A_USER, USERS

_INTERACTIONS = Check(
    id="too-few-interactions",
    title="Interactions to learn from",
    severity="error",
    unit="count",
    limit="least",
    meaning="The service trains no model on fewer.",
    advice="Collect more events, or import older ones.",
)
_USERS = Check(
    id="too-few-users",
    title="Users with two interactions or more",
    severity="error",
    unit="count",
    limit="least",
    meaning="The service trains no model on fewer: a single event shows no preference.",
    advice="Collect more events. If users are anonymous, see that their ids last.",
)
_SINGLE = Check(
    id="single-event-users",
    title="Users with a single interaction",
    severity="note",
    meaning="They teach what is popular, not what follows what.",
    advice="See whether the ids of visitors last from visit to visit.",
)
_HEAVY = Check(
    id="heavy-users",
    title="Events of the most active thousandth of users",
    severity="warning",
    meaning="So few users with so much are often robots, test accounts or pooled visitors.",
    advice="Look at the users named, and leave out those that are not people.",
)
_BURST = Check(
    id="bursts",
    title="Most events of one user within a minute",
    severity="note",
    unit="count",
    meaning="Nobody clicks so fast: a large order, an import of many choices at once, or a robot.",
    advice="Look at the users named; leave out robots.",
)


def judged(evidence: Evidence) -> Iterator[Finding]:
    events, limits = evidence.events, evidence.limits
    counts = events.of_users
    yield _INTERACTIONS.judge(len(events), INTERACTIONS)
    yield _USERS.judge(int((counts >= INTERACTIONS_OF_A_USER).sum()), USERS)
    if not len(events):
        for check, limit in ((_SINGLE, limits.single_event_users), (_HEAVY, limits.heavy_users)):
            yield check.skip(limit, "No event is usable.")
    else:
        yield _SINGLE.judge(float((counts == 1).mean()), limits.single_event_users)
        yield _heavy(evidence)
    yield _bursts(evidence)


def _heavy(evidence: Evidence) -> Finding:
    counts, limit = evidence.events.of_users, evidence.limits.heavy_users
    if len(counts) < USERS:
        return _HEAVY.skip(limit, "There are too few users to compare.")
    top = np.argsort(-counts, kind="stable")[: -(-len(counts) // 1000)]
    examples = (f"{evidence.events.user_ids[int(i)]}: {counts[i]:,} events" for i in top)
    return _HEAVY.judge(float(counts[top].sum() / counts.sum()), limit, examples)


def _bursts(evidence: Evidence) -> Finding:
    events, limit = evidence.events, evidence.limits.burst
    if not len(events) or events.in_whole_days(evidence.limits.whole_days):
        return _BURST.skip(limit, "The times tell days only.")
    starts = events.starts_of(events.time // 60)
    sizes = np.diff(starts, append=len(events))
    busy = starts[sizes > limit]
    users, minutes = np.unique(events.user[busy], return_counts=True)
    examples = (
        f"{events.user_ids[int(users[i])]}: {minutes[i]:,} minutes with more than {limit} events"
        for i in np.argsort(-minutes, kind="stable")[:5]
    )
    return _BURST.judge(int(sizes.max()), limit, examples)
