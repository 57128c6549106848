"""What users did with actions, as it happens:
https://docs.aws.amazon.com/personalize/latest/dg/API_UBS_PutActionInteractions.html.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from aisle.data.action_log import NOT_TAKEN, TAKEN, VIEWED, ActionInteraction
from aisle.data.schema import DatasetSchema, parse_schema
from aisle.data.schema_rules import folded
from aisle.data.values import field_value, json_object
from aisle.records import Dataset, Schema, Status
from aisle.records.arn import scope_of
from aisle.records.errors import (
    InvalidInputException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from aisle.serving.call import Call

_TYPES = {kind.lower(): kind for kind in (TAKEN, NOT_TAKEN, VIEWED)}


async def put_action_interactions(
    call: Call, *, tracking_id: str, action_interactions: list[Mapping[str, Any]]
) -> Mapping[str, object]:
    """Store events of actions; the answer comes when they are on disk."""
    seq, schema = _dataset(call, tracking_id)
    batch = [
        _interaction(seq, schema, document, f"action interaction {position}")
        for position, document in enumerate(action_interactions, 1)
    ]
    await asyncio.wrap_future(call.state.actions.append(batch))
    return {}


def _dataset(call: Call, tracking_id: str) -> tuple[int, DatasetSchema]:
    """Row number and schema of the ACTIVE ActionInteractions dataset that DescribeDataset shows
    the tracking id of.
    """
    with call.state.read() as transaction:
        dataset = transaction.resources.find(Dataset, tracking_id)
        if dataset is None or scope_of(dataset.arn) != call.scope:
            raise ResourceNotFoundException(
                f"trackingId is {tracking_id!r}; no Action interactions dataset has it."
            )
        if dataset.status is not Status.ACTIVE:
            raise ResourceInUseException(
                f"The dataset {dataset.arn} must be ACTIVE: its status is {dataset.status.value}."
            )
        seq = transaction.resources.seq(dataset.arn)
        schema = transaction.resources.get(Schema, dataset.schema_arn)
    if seq is None or schema is None:
        raise ResourceNotFoundException(f"Could not find dataset {dataset.arn}.")
    return seq, parse_schema(schema.schema, schema.domain)


def _interaction(
    dataset: int, schema: DatasetSchema, document: Mapping[str, Any], where: str
) -> ActionInteraction:
    impression = document.get("impression")
    _check_properties(schema, document.get("properties"), where)
    return ActionInteraction(
        dataset=dataset,
        user_id=document.get("userId"),
        session_id=document["sessionId"],
        event_id=document.get("eventId"),
        event_type=_event_type(document["eventType"], where),
        action_id=document["actionId"],
        sent_at=document["timestamp"],
        recommendation_id=document.get("recommendationId"),
        impression=msgspec.json.encode(impression).decode() if impression else None,
        properties=document.get("properties"),
    )


def _event_type(given: str, where: str) -> str:
    kind = _TYPES.get(given.lower())
    if kind is None:
        raise InvalidInputException(
            f"{where}: eventType is {given!r}; it must be one of {', '.join(_TYPES.values())}."
        )
    return kind


def _check_properties(schema: DatasetSchema, text: str | None, where: str) -> None:
    """Hold values to the fields that they are for; other keys are the caller's own."""
    properties = {folded(key): value for key, value in json_object(text, where).items()}
    for field in schema.fields:
        value = properties.get(folded(field.name))
        if value is not None:
            field_value(field, value, f"{where}, {field.name} in properties")
