"""Updates of recommenders: another configuration, or the same one on newer data."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from aisle.records import Recommender, RecommenderUpdate
from aisle.records.base import under_way
from aisle.records.deployment import update_arn
from aisle.storage.resources import Resources


def asked_updates(resources: Resources, recommender_arn: str) -> list[RecommenderUpdate]:
    """The updates that somebody asked for, oldest first."""
    updates = resources.children(RecommenderUpdate, recommender_arn)
    return [update for update in updates if not update.automatic]


def drop_automatic(resources: Resources, recommender_arn: str) -> None:
    """Forget the trainings that began by themselves; whoever works on one stops."""
    for update in resources.children(RecommenderUpdate, recommender_arn):
        if update.automatic:
            resources.remove(update.arn)


def begin_update(
    resources: Resources,
    recommender: Recommender,
    config: Mapping[str, Any],
    *,
    retrains: bool,
    automatic: bool = False,
) -> None:
    """Queue an update in the place of those of its kind that have ended.

    One that somebody asked for ends an automatic training, whose place it takes.
    """
    for update in resources.children(RecommenderUpdate, recommender.arn):
        superseded = update.automatic and not automatic
        ended = update.automatic is automatic and not under_way([update])
        if superseded or ended:
            resources.remove(update.arn)
    now = time.time()
    update = RecommenderUpdate(
        arn=update_arn(recommender.arn, uuid4().hex[:8]),
        name=recommender.name,
        parent_arn=recommender.arn,
        creation_date_time=now,
        last_updated_date_time=now,
        recommender_config=dict(config),
        retrains=retrains,
        automatic=automatic,
    )
    resources.add(update)
