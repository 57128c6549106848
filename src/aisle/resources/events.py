"""Events, as they happen:
https://docs.aws.amazon.com/personalize/latest/dg/API_UBS_PutEvents.html.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from aisle.data.event_log import Event
from aisle.data.schema import DatasetSchema, Field, parse_schema
from aisle.data.schema_rules import folded
from aisle.data.state import Transaction
from aisle.data.values import field_value, json_object
from aisle.records import Dataset, EventTracker, Schema
from aisle.records.arn import scope_of
from aisle.records.dataset import dataset_arn
from aisle.records.errors import InvalidInputException
from aisle.serving.call import Call

_MOST_ID_LENGTH = 256
_MOST_SHOWN = 25
_MOST_RECOMMENDATION_ID_LENGTH = 40
_MEMBERS = {"ITEMID", "EVENTVALUE", "IMPRESSION", "RECOMMENDATIONID", "EVENTATTRIBUTIONSOURCE"}
"""What may stand inside the properties in place of the event's own member."""
_VALUE = Field("EVENT_VALUE", "float")


async def put_events(
    call: Call,
    *,
    tracking_id: str,
    session_id: str,
    event_list: list[Mapping[str, Any]],
    user_id: str | None = None,
) -> Mapping[str, object]:
    """Store events; the answer comes when they are on disk, and they count from then on."""
    properties = [
        _properties(document, position) for position, document in enumerate(event_list, 1)
    ]
    with call.state.read() as transaction:
        seq, dataset = _dataset(call, transaction, tracking_id)
        if any(given.keys() - _MEMBERS for given in properties):
            schema = _schema(transaction, dataset)
            for position, given in enumerate(properties, 1):
                _check_fields(schema, given, f"event {position}")
    batch = [
        _event(document, given, position, seq, (user_id, session_id))
        for position, (document, given) in enumerate(zip(event_list, properties, strict=True), 1)
    ]
    await asyncio.wrap_future(call.state.events.append(batch))
    return {}


def _dataset(call: Call, transaction: Transaction, tracking_id: str) -> tuple[int, Dataset]:
    """The Interactions dataset that a tracking id feeds, with its row number."""
    tracker = transaction.resources.find(EventTracker, tracking_id)
    if tracker is None or scope_of(tracker.arn) != call.scope:
        raise InvalidInputException(f"trackingId is {tracking_id!r}; no event tracker has it.")
    row = transaction.resources.row(Dataset, dataset_arn(tracker.dataset_group_arn, "INTERACTIONS"))
    if row is None:
        raise InvalidInputException(
            f"The dataset group of trackingId {tracking_id!r} has no Interactions dataset."
        )
    return row


def _schema(transaction: Transaction, dataset: Dataset) -> DatasetSchema:
    schema = transaction.resources.get(Schema, dataset.schema_arn)
    if schema is None:
        raise InvalidInputException(f"Could not find schema {dataset.schema_arn}.")
    return parse_schema(schema.schema, schema.domain)


def _properties(document: Mapping[str, Any], position: int) -> Mapping[str, object]:
    """The values inside the properties, by key without case and underscores."""
    text = document.get("properties")
    if text is None:
        return {}
    return {folded(k): value for k, value in json_object(text, f"event {position}").items()}


def _check_fields(schema: DatasetSchema, properties: Mapping[str, object], where: str) -> None:
    """Hold values to the fields that they are for; other keys are the caller's own."""
    for field in schema.fields:
        key = folded(field.name)
        if key not in _MEMBERS and properties.get(key) is not None:
            field_value(field, properties[key], f"{where}, {field.name} in properties")


def _event(
    document: Mapping[str, Any],
    properties: Mapping[str, object],
    position: int,
    dataset: int,
    visit: tuple[str | None, str],
) -> Event:
    where = f"event {position}"
    attribution = document.get("metricAttribution") or {}
    impression = document.get("impression") or _impression(properties.get("IMPRESSION"), where)
    return Event(
        dataset=dataset,
        user_id=visit[0],
        session_id=visit[1],
        event_id=document.get("eventId"),
        event_type=document["eventType"],
        item_id=document.get("itemId")
        or _text(properties.get("ITEMID"), f"{where}: itemId", _MOST_ID_LENGTH),
        event_value=_event_value(document.get("eventValue", properties.get("EVENTVALUE")), where),
        sent_at=document["sentAt"],
        recommendation_id=document.get("recommendationId")
        or _text(
            properties.get("RECOMMENDATIONID"),
            f"{where}: recommendationId",
            _MOST_RECOMMENDATION_ID_LENGTH,
        ),
        attribution_source=attribution.get("eventAttributionSource")
        or _text(
            properties.get("EVENTATTRIBUTIONSOURCE"), f"{where}: eventAttributionSource", 1024
        ),
        impression=msgspec.json.encode(impression).decode() if impression else None,
        properties=document.get("properties"),
    )


def _text(value: object, what: str, most: int) -> str | None:
    """A member that stands inside the properties; a number counts as its digits."""
    if value is None:
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not 1 <= len(text) <= most or "\0" in text:
        raise InvalidInputException(
            f"{what} in properties is {str(value)[:100]!r}; it must be text of 1 to {most} "
            "characters."
        )
    return text


def _impression(value: object, where: str) -> list[str] | None:
    """Items shown, as a list or, as in CSV files, between bars."""
    if value is None:
        return None
    shown = value.split("|") if isinstance(value, str) else value
    if not isinstance(shown, list) or not 1 <= len(shown) <= _MOST_SHOWN:
        raise InvalidInputException(
            f"{where}: impression in properties is {str(value)[:100]!r}; it must be a list of 1 "
            f"to {_MOST_SHOWN} item ids."
        )
    return [_text(item, f"{where}: impression", _MOST_ID_LENGTH) or "" for item in shown]


def _event_value(value: object, where: str) -> float | None:
    number = field_value(_VALUE, value, f"{where}: eventValue")
    return None if number is None else float(number)
