"""Event trackers:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateEventTracker.html.
"""

import time
from collections.abc import Mapping
from uuid import uuid4

from aisle.records import Dataset, DatasetGroup, EventTracker, Status
from aisle.records.answer import Answer
from aisle.records.dataset import dataset_arn
from aisle.records.errors import (
    ResourceAlreadyExistsException,
    ResourceInUseException,
)
from aisle.resources.paging import list_page
from aisle.resources.rules import begin_deletion, describe, require, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call


def create_event_tracker(
    call: Call,
    *,
    name: str,
    dataset_group_arn: str,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Begin to take events for a group: one tracker a group, which needs an Interactions
    dataset.
    """
    tracking_id = str(uuid4())
    now = time.time()
    with call.state.write() as transaction:
        group = require_active(call, transaction, DatasetGroup, dataset_group_arn)
        for tracker in transaction.resources.children(EventTracker, group.arn):
            raise ResourceAlreadyExistsException(tracker.arn)
        dataset = transaction.resources.get(Dataset, dataset_arn(group.arn, "INTERACTIONS"))
        if dataset is None or dataset.status is not Status.ACTIVE:
            raise ResourceInUseException(
                f"The dataset group {group.arn} needs an ACTIVE Interactions dataset before it "
                "can have an event tracker."
            )
        record = EventTracker(
            arn=call.scope.arn(f"event-tracker/{uuid4().hex[:8]}"),
            name=name,
            parent_arn=group.arn,
            lookup_key=tracking_id,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            dataset_group_arn=group.arn,
            account_id=call.scope.account,
            tracking_id=tracking_id,
        )
        transaction.resources.add(record)
    return {"eventTrackerArn": record.arn, "trackingId": tracking_id}


def describe_event_tracker(call: Call, *, event_tracker_arn: str) -> Answer:
    return describe(call, EventTracker, event_tracker_arn, "eventTracker", "eventTrackerArn")


def list_event_trackers(
    call: Call,
    *,
    dataset_group_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        EventTracker,
        "eventTrackers",
        lambda record: shown(record, "eventTrackerArn"),
        parent_arn=dataset_group_arn,
        next_token=next_token,
        max_results=max_results,
    )


def delete_event_tracker(call: Call, *, event_tracker_arn: str) -> None:
    """Stop taking events; those already taken stay."""
    with call.state.write() as transaction:
        record = require(call, transaction, EventTracker, event_tracker_arn)
        begin_deletion(transaction, record, {})
