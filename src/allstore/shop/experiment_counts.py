"""What an experiment has counted, for its results page."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from allstore.experiments.configuration import Experiment
from allstore.shop.database import experiment_participants, exposures, outcomes

_OF = experiment_participants.c
# Written out, so that PostgreSQL sees that what it selects is what it groups by.
_DAY = sa.literal_column("86400", sa.BigInteger)
_START = (_OF.entered_at - _OF.entered_at % _DAY).label("start")


class Day(msgspec.Struct, frozen=True):
    """One day of an experiment, or of all days up to one."""

    start: int
    """Epoch seconds, at midnight UTC."""
    participants: tuple[int, ...]
    """Who came in on this day, of each variation in order."""
    conversions: tuple[int, ...]
    """Of those, who has converted since; of an interleaving the visits won."""


class Duels(msgspec.Struct, frozen=True):
    """Interleaved participants by how they ended."""

    wins: tuple[int, int]
    """Participants that did more with the items of the first or the second list."""
    ties: int
    """Those that did as much with both, most of them nothing."""
    running: int
    """Those whose window is still open: they count when it closes."""


def read_days(engine: sa.Engine, experiment: Experiment) -> list[Day]:
    """The days of an A/B test or a bandit on which somebody came in, the first one first."""
    query = (
        sa.select(_START, _OF.variation, sa.func.count(), sa.func.count(_OF.converted_at))
        .where(_OF.experiment == experiment.name)
        .group_by(_START, _OF.variation)
    )
    found: dict[int, dict[str, tuple[int, int]]] = {}
    with engine.connect() as connection:
        for day, variation, seen, won in connection.execute(query):
            found.setdefault(day, {})[variation] = (seen, won)
    names = [variation.name for variation in experiment.variations]
    return [
        _day(start, [found[start].get(name, (0, 0)) for name in names]) for start in sorted(found)
    ]


def read_duels(engine: sa.Engine, experiment: Experiment, now: float) -> tuple[Duels, list[Day]]:
    """How an interleaving stands at `now`, in epoch seconds, and its days."""
    first, second = (variation.name for variation in experiment.variations)
    window = experiment.window_minutes * 60
    ahead = sa.func.sum(
        sa.case((outcomes.c.variation == first, 1), (outcomes.c.variation == second, -1), else_=0)
    )
    decided = (
        sa.select(outcomes.c.unit_id, ahead.label("ahead"))
        .join(
            experiment_participants,
            sa.and_(_OF.unit_id == outcomes.c.unit_id, _OF.experiment == outcomes.c.experiment),
        )
        .where(
            outcomes.c.experiment == experiment.name,
            outcomes.c.action == experiment.metric,
            outcomes.c.happened_at <= _OF.entered_at + window,
        )
        .group_by(outcomes.c.unit_id)
        .subquery()
    )
    result = sa.func.sign(sa.func.coalesce(decided.c.ahead, 0)).label("result")
    closed = (_OF.entered_at + window < int(now)).label("closed")
    rows = (
        sa.select(_START, closed, result)
        .select_from(experiment_participants)
        .join(decided, decided.c.unit_id == _OF.unit_id, isouter=True)
        .where(_OF.experiment == experiment.name)
        .subquery()
    )
    query = sa.select(rows, sa.func.count().label("units")).group_by(*rows.c)
    with engine.connect() as connection:
        return _duels([tuple(row) for row in connection.execute(query)])


def read_outcomes(engine: sa.Engine, experiment: Experiment) -> dict[tuple[str, str], int]:
    """Participants by variation and action: who did it at least once."""
    units = sa.func.count(sa.distinct(outcomes.c.unit_id))
    query = (
        sa.select(outcomes.c.variation, outcomes.c.action, units)
        .where(outcomes.c.experiment == experiment.name)
        .group_by(outcomes.c.variation, outcomes.c.action)
    )
    with engine.connect() as connection:
        return {(variation, action): n for variation, action, n in connection.execute(query)}


def count_exposures(engine: sa.Engine, experiment: Experiment) -> int:
    """Lists shown."""
    query = sa.select(sa.func.count()).where(exposures.c.experiment == experiment.name)
    with engine.connect() as connection:
        return connection.scalar(query) or 0


def cumulative(days: Sequence[Day]) -> list[Day]:
    """Each day with all before it."""
    so_far: list[Day] = []
    for day in days:
        last = so_far[-1] if so_far else None
        so_far.append(
            Day(
                day.start,
                _added(last.participants if last else None, day.participants),
                _added(last.conversions if last else None, day.conversions),
            )
        )
    return so_far


def _added(before: tuple[int, ...] | None, more: tuple[int, ...]) -> tuple[int, ...]:
    return more if before is None else tuple(a + b for a, b in zip(before, more, strict=True))


def _day(start: int, counts: Sequence[tuple[int, int]]) -> Day:
    return Day(start, tuple(seen for seen, _ in counts), tuple(won for _, won in counts))


def _duels(rows: Sequence[tuple[int, bool, int, int]]) -> tuple[Duels, list[Day]]:
    wins, ties, running = [0, 0], 0, 0
    days: dict[int, list[int]] = {}
    for start, closed, result, units in rows:
        if not closed:
            running += units
        elif result == 0:
            ties += units
        else:
            won = 0 if result > 0 else 1
            wins[won] += units
            days.setdefault(start, [0, 0])[won] += units
    found = [
        Day(start, (sum(days[start]), sum(days[start])), (days[start][0], days[start][1]))
        for start in sorted(days)
    ]
    return Duels((wins[0], wins[1]), ties, running), found
