"""Whether there is enough, and whether few people make most of it."""

from collections.abc import Iterator

import numpy as np

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.thresholds import COARSE
from aisle.diagnosis.wording import several
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
    census, limits = evidence.census, evidence.limits
    counts = census.user_counts
    yield _INTERACTIONS.judge(census.rows, INTERACTIONS)
    yield _USERS.judge(int((counts >= INTERACTIONS_OF_A_USER).sum()), USERS)
    if not census.rows:
        for check, limit in ((_SINGLE, limits.single_event_users), (_HEAVY, limits.heavy_users)):
            yield check.skip(limit, "No event has user and item.")
    else:
        yield _SINGLE.judge(float((counts == 1).mean()), limits.single_event_users)
        yield _heavy(evidence)
    yield _bursts(evidence)


def _heavy(evidence: Evidence) -> Finding:
    users, limit = evidence.census.users, evidence.limits.heavy_users
    if len(users) < USERS:
        return _HEAVY.skip(limit, "There are too few users to compare.")
    top = users.head(-(-len(users) // 1000))
    examples = (f"{user}: {several(count, 'event')}" for user, count in top.iter_rows())
    return _HEAVY.judge(float(top["events"].sum() / evidence.census.rows), limit, examples)


def _bursts(evidence: Evidence) -> Finding:
    events, limit = evidence.events, evidence.limits.burst
    if not len(events) or events.in_whole(COARSE, evidence.limits.whole):
        return _BURST.skip(limit, "The times tell no minutes.")
    starts = events.starts_of(events.time // 60)
    sizes = np.diff(starts, append=len(events))
    busy = starts[sizes > limit]
    users, minutes = np.unique(events.user[busy], return_counts=True)
    examples = (
        f"{events.user_ids[int(users[i])]}: {several(int(minutes[i]), 'minute')} with more than "
        f"{limit} events"
        for i in np.argsort(-minutes, kind="stable")[:5]
    )
    return _BURST.judge(int(sizes.max()), limit, examples)
