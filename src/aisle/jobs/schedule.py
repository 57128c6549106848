"""Trainings that begin by themselves.

https://docs.aws.amazon.com/personalize/latest/dg/customizing-solution-config-auto-training.html
"""

import re
import time
from collections.abc import Iterator

from aisle.data.state import State, Transaction
from aisle.jobs.retraining import begin_update
from aisle.jobs.versions import new_version
from aisle.records import (
    Dataset,
    DatasetImportJob,
    EventTracker,
    Recommender,
    RecommenderUpdate,
    Solution,
    SolutionVersion,
    Status,
)
from aisle.records.base import under_way
from aisle.records.dataset import dataset_arn
from aisle.settings import Settings

DAILY_RATE = re.compile(r"rate\((\d+) days?\)")
DEFAULT_SCHEDULE = "rate(7 days)"
_DAYS_OF_RECOMMENDERS = 7
_LOOKS_A_DELAY = 10
_LONGEST_PAUSE = 60.0


class Schedule:
    """Looks now and then for what is due. Any number may look: one transaction finds and begins."""

    def __init__(self, state: State) -> None:
        self._state = state
        settings = state.settings
        first = settings.auto_training_delay_seconds or settings.auto_training_day_seconds
        soonest = min(first, settings.auto_training_day_seconds)
        self._pause = min(soonest / _LOOKS_A_DELAY, _LONGEST_PAUSE)
        self._looked_at = time.monotonic()

    def begin_due(self) -> None:
        """Queue the trainings whose time has come; at most once in a while."""
        now = time.monotonic()
        if now - self._looked_at < self._pause:
            return
        self._looked_at = now
        with self._state.read() as transaction:
            due = any(True for _ in _due(transaction, self._state.settings))
        if not due:
            return
        with self._state.write() as transaction:
            for record in list(_due(transaction, self._state.settings)):
                _begin(transaction, record)


def _due(transaction: Transaction, settings: Settings) -> Iterator[Solution | Recommender]:
    resources = transaction.resources
    now = time.time()
    for _, solution in resources.page(Solution):
        if solution.perform_auto_training and solution.status is Status.ACTIVE:
            versions = resources.children(SolutionVersion, solution.arn)
            late = now >= _next_version_at(solution, versions, settings)
            if late and not under_way(versions) and _has_events(transaction, solution):
                yield solution
    for _, recommender in resources.page(Recommender):
        if recommender.status is Status.ACTIVE and recommender.artefact:
            updates = resources.children(RecommenderUpdate, recommender.arn)
            last = max([recommender.trained_at, *(one.creation_date_time for one in updates)])
            period = _DAYS_OF_RECOMMENDERS * settings.auto_training_day_seconds
            if now >= last + period and not under_way(updates):
                yield recommender


def _begin(transaction: Transaction, record: Solution | Recommender) -> None:
    if isinstance(record, Recommender):
        begin_update(
            transaction.resources,
            record,
            record.recommender_config,
            retrains=True,
            automatic=True,
        )
    else:
        transaction.resources.add(new_version(record, training_type="AUTOMATIC"))


def _next_version_at(
    solution: Solution, versions: list[SolutionVersion], settings: Settings
) -> float:
    """When an automatic training is due (epoch s): a period after the newest version; without one
    since automatic training began, a delay after that.
    """
    newest = versions[-1].creation_date_time if versions else 0.0
    if newest < solution.auto_training_since:
        return solution.auto_training_since + settings.auto_training_delay_seconds
    config = solution.solution_config.get("autoTrainingConfig", {})
    return newest + days_of(config) * settings.auto_training_day_seconds


def days_of(config: dict[str, str]) -> int:
    """The period of an `autoTrainingConfig`."""
    found = DAILY_RATE.fullmatch(config.get("schedulingExpression", DEFAULT_SCHEDULE))
    return int(found.group(1)) if found else _DAYS_OF_RECOMMENDERS


def _has_events(transaction: Transaction, solution: Solution) -> bool:
    """Whether the group may have anything to learn from: rows imported, or events coming in."""
    resources = transaction.resources
    dataset = resources.get(Dataset, dataset_arn(solution.dataset_group_arn, "INTERACTIONS"))
    if dataset is None:
        return False
    imports = resources.children(DatasetImportJob, dataset.arn)
    trackers = resources.children(EventTracker, solution.dataset_group_arn)
    return bool(dataset.parts or imports or trackers)
