"""Event trackers, and the events that come through them:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateEventTracker.html and
https://docs.aws.amazon.com/personalize/latest/dg/API_UBS_PutEvents.html.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import msgspec

from aisle.data.event_log import Event
from aisle.records import Dataset, DatasetGroup, EventTracker, Status
from aisle.records.answer import Answer
from aisle.records.dataset import dataset_arn
from aisle.records.errors import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceInUseException,
)
from aisle.resources.paging import list_page
from aisle.resources.rules import begin_deletion, describe, refuse, require, require_active, shown
from aisle.serving.call import Call

_MOST_ID_LENGTH = 256


def create_event_tracker(
    call: Call,
    *,
    name: str,
    dataset_group_arn: str,
    tags: list[Mapping[str, str]] | None = None,
) -> Mapping[str, object]:
    """Begin to take events for a group: one tracker a group, which needs an Interactions
    dataset.
    """
    refuse("tags", tags)
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


async def put_events(
    call: Call,
    *,
    tracking_id: str,
    session_id: str,
    event_list: list[Mapping[str, Any]],
    user_id: str | None = None,
) -> Mapping[str, object]:
    """Store events; the answer comes when they are on disk, and they count from then on."""
    dataset = _dataset_of(call, tracking_id)
    batch = [_event(dataset, session_id, user_id, document) for document in event_list]
    await asyncio.wrap_future(call.state.events.append(batch))
    return {}


def _dataset_of(call: Call, tracking_id: str) -> int:
    """The row number of the Interactions dataset that a tracking id feeds."""
    with call.state.read() as transaction:
        tracker = transaction.resources.find(EventTracker, tracking_id)
        if tracker is None or tracker.account_id != call.scope.account:
            raise InvalidInputException(f"trackingId is {tracking_id!r}; no event tracker has it.")
        seq = transaction.resources.seq(dataset_arn(tracker.dataset_group_arn, "INTERACTIONS"))
    if seq is None:
        raise InvalidInputException(
            f"The dataset group of trackingId {tracking_id!r} has no Interactions dataset."
        )
    return seq


def _event(
    dataset: int, session_id: str, user_id: str | None, document: Mapping[str, Any]
) -> Event:
    properties = _properties(document)
    attribution = document.get("metricAttribution") or {}
    impression = document.get("impression")
    return Event(
        dataset=dataset,
        user_id=user_id,
        session_id=session_id,
        event_id=document.get("eventId"),
        event_type=document["eventType"],
        item_id=document.get("itemId") or _item_id(properties),
        event_value=document.get("eventValue", _event_value(properties)),
        sent_at=document["sentAt"],
        recommendation_id=document.get("recommendationId"),
        attribution_source=attribution.get("eventAttributionSource"),
        impression=msgspec.json.encode(impression).decode() if impression else None,
        properties=document.get("properties"),
    )


def _properties(document: Mapping[str, Any]) -> Mapping[str, Any]:
    text = document.get("properties")
    if text is None:
        return {}
    try:
        properties = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise InvalidInputException(
            f"properties must be a JSON object in a string; {text[:100]!r} is not: {error}."
        ) from error
    if not isinstance(properties, dict):
        raise InvalidInputException(f"properties must be a JSON object; {text[:100]!r} is not.")
    return properties


def _item_id(properties: Mapping[str, Any]) -> str | None:
    """Old clients put the item inside the properties."""
    value = properties.get("itemId")
    if value is None:
        return None
    if not isinstance(value, str | int) or not 1 <= len(str(value)) <= _MOST_ID_LENGTH:
        raise InvalidInputException(
            f"itemId in properties is {str(value)[:100]!r}; it must be text of 1 to "
            f"{_MOST_ID_LENGTH} characters."
        )
    return str(value)


def _event_value(properties: Mapping[str, Any]) -> float | None:
    value = properties.get("eventValue")
    if value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputException(
            f"eventValue in properties is {str(value)[:100]!r}; it must be a number."
        ) from error
