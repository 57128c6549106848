"""The door of the lists to the experiments: who sees what, and what came of it.

What counts: an outcome is owed to the last list of the experiment that showed the product to this
visit or shopper within the experiment's window. A click is owed to the very list that it was made
in: it names that list's source and the recommendation that the product came in, or none where the
shop itself put it there. A product added or bought may come from elsewhere, unless it names another
recommendation. A product counts once for each action of a participant.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from allstore.experiments import assignment
from allstore.experiments.bandit import Posterior, thompson
from allstore.experiments.configuration import Action, Experiment, Kind, Unit, Variation
from allstore.experiments.interleaving import Interleaved, team_draft
from allstore.shop.database import experiment_participants, exposures, outcomes, upsert
from allstore.shop.events import EventType, Source, Touch
from allstore.shop.visitor import Visitor

_ACTIONS = {
    EventType.VIEW: Action.CLICK,
    EventType.ADD_TO_CART: Action.ADD_TO_CART,
    EventType.PURCHASE: Action.PURCHASE,
}

log = structlog.get_logger(__name__)


class Participation(msgspec.Struct, frozen=True):
    """A visit or shopper in an experiment."""

    experiment: Experiment
    unit_id: str
    variation: Variation | None
    """None where lists are interleaved: the participant sees both."""

    def interleaved(self, lists: Sequence[Sequence[str]], count: int) -> Interleaved:
        """The two lists as one; the same lists are put together in the same way again."""
        coins = assignment.seed(self.experiment, "interleaving", self.unit_id)
        return team_draft(lists[0], lists[1], count, coins)


class Experiments:
    """`now` gives epoch seconds."""

    def __init__(
        self,
        engine: sa.Engine,
        experiments: Sequence[Experiment],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._engine, self._now = engine, now
        self.all = tuple(experiments)
        self._running = {each.feature: each for each in experiments if each.running}

    def participation(self, feature: str, visitor: Visitor) -> Participation | None:
        """What the visitor sees of the experiment that runs on a list; None: what all see."""
        experiment = self._running.get(feature)
        unit_id = _unit(experiment, visitor) if experiment else None
        if experiment is None or unit_id is None or not assignment.takes_part(experiment, unit_id):
            return None
        return Participation(experiment, unit_id, self._variation(experiment, unit_id))

    def shown(
        self,
        participation: Participation,
        source: Source,
        items: Mapping[str, str],
        recommendation_ids: Mapping[str, str | None],
    ) -> None:
        """Record a list, by the `source` that its links name: of each product in order the name of
        the variation that put it there, and the recommendation that its own link names.

        A list that could not be answered is recorded as well, empty: it is part of what its
        variation does. A failure of the database is logged; the page is more important.
        """
        experiment, now = participation.experiment, int(self._now())
        variation = participation.variation
        participant = {
            "experiment": experiment.name,
            "unit_id": participation.unit_id,
            "variation": variation.name if variation else None,
            "entered_at": now,
        }
        exposure = {
            "id": uuid.uuid4().hex,
            "experiment": experiment.name,
            "unit_id": participation.unit_id,
            "source": source,
            "items": list(items.items()),
            "recommendation_ids": {one: each for one, each in recommendation_ids.items() if each},
            "shown_at": now,
        }
        try:
            with self._engine.begin() as connection:
                entry = upsert(connection.dialect.name, experiment_participants).values(
                    **participant
                )
                connection.execute(entry.on_conflict_do_nothing())
                connection.execute(sa.insert(exposures).values(**exposure))
        except sa.exc.DBAPIError as error:
            log.warning("exposure_not_recorded", experiment=experiment.name, error=str(error))

    def record(self, visitor: Visitor, event_type: EventType, touches: Iterable[Touch]) -> None:
        """Credit what the visitor did to the lists that showed the products."""
        action = _ACTIONS.get(event_type)
        if action is None or not self.all:
            return
        touches = list(touches)
        try:
            for experiment in self.all:
                unit_id = _unit(experiment, visitor)
                if unit_id is not None:
                    self._credit(experiment, unit_id, action, touches)
        except sa.exc.DBAPIError as error:
            log.warning("outcome_not_recorded", action=action, error=str(error))

    def _variation(self, experiment: Experiment, unit_id: str) -> Variation | None:
        if experiment.kind is Kind.INTERLEAVING:
            return None
        if experiment.kind is Kind.AB:
            return assignment.assigned(experiment, unit_id)
        return self._seen_before(experiment, unit_id) or self._played(experiment, unit_id)

    def _seen_before(self, experiment: Experiment, unit_id: str) -> Variation | None:
        query = sa.select(_OF.variation).where(
            _OF.experiment == experiment.name, _OF.unit_id == unit_id
        )
        with self._engine.connect() as connection:
            name = connection.scalar(query)
        return experiment.variation(name) if name else None

    def _played(self, experiment: Experiment, unit_id: str) -> Variation:
        """The bandit's draw, from what is known now; who has not converted yet counts as not."""
        tallies = read_tallies(self._engine, experiment)
        arms = [Posterior().updated(won, seen - won) for seen, won in tallies]
        return experiment.variations[thompson(arms, assignment.seed(experiment, "arm", unit_id))]

    def _credit(
        self, experiment: Experiment, unit_id: str, action: Action, touches: Sequence[Touch]
    ) -> None:
        now = int(self._now())
        lists = (
            sa.select(exposures)
            .where(
                exposures.c.unit_id == unit_id,
                exposures.c.experiment == experiment.name,
                exposures.c.source.is_not(None),
                exposures.c.shown_at >= now - experiment.window_minutes * 60,
            )
            .order_by(exposures.c.shown_at.desc(), exposures.c.id)
        )
        with self._engine.begin() as connection:
            shown = connection.execute(lists).all()
            owed = [row for touch in touches if (row := _owed(shown, action, touch))]
            for row in owed:
                outcome = upsert(connection.dialect.name, outcomes).values(**row, happened_at=now)
                connection.execute(outcome.on_conflict_do_nothing())
            if owed and action is experiment.metric:
                connection.execute(
                    sa.update(experiment_participants)
                    .where(_OF.experiment == experiment.name, _OF.unit_id == unit_id)
                    .where(_OF.converted_at.is_(None))
                    .values(converted_at=now)
                )


_OF = experiment_participants.c


def read_tallies(engine: sa.Engine, experiment: Experiment) -> list[tuple[int, int]]:
    """Of each variation in order: its participants, and those of them that converted."""
    query = (
        sa.select(_OF.variation, sa.func.count(), sa.func.count(_OF.converted_at))
        .where(_OF.experiment == experiment.name)
        .group_by(_OF.variation)
    )
    with engine.connect() as connection:
        found = {name: (seen, won) for name, seen, won in connection.execute(query)}
    return [found.get(variation.name, (0, 0)) for variation in experiment.variations]


def _unit(experiment: Experiment, visitor: Visitor) -> str | None:
    return visitor.session_id if experiment.unit is Unit.VISIT else visitor.shopper_id


def _owed(shown: Sequence[sa.Row[Any]], action: Action, touch: Touch) -> dict[str, Any] | None:
    """The outcome of a touch, where one of the lists, the last first, is owed it."""
    for exposure in shown:
        variation = dict(exposure.items).get(touch.product_id)
        if variation is not None and _explains(exposure, action, touch):
            return {
                "experiment": exposure.experiment,
                "unit_id": exposure.unit_id,
                "action": action,
                "product_id": touch.product_id,
                "variation": variation,
                "exposure_id": exposure.id,
            }
    return None


def _explains(exposure: sa.Row[Any], action: Action, touch: Touch) -> bool:
    own = exposure.recommendation_ids.get(touch.product_id)
    if action is Action.CLICK:
        return bool(touch.source == exposure.source) and touch.recommendation_id == own
    return touch.recommendation_id in {None, own}
