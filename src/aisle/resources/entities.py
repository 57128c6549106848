"""Items, users and actions, put one by one:
https://docs.aws.amazon.com/personalize/latest/dg/API_UBS_PutItems.html and the pages of PutUsers
and PutActions.
"""

import asyncio
import time
from collections.abc import Mapping

from aisle.data.entities import Entity
from aisle.data.schema import DatasetSchema, parse_schema
from aisle.data.values import json_object, row_values
from aisle.records import Dataset, Schema
from aisle.records.errors import InvalidInputException, ResourceNotFoundException
from aisle.resources.rules import require_active
from aisle.serving.call import Call


async def put_items(
    call: Call, *, dataset_arn: str, items: list[Mapping[str, str]]
) -> Mapping[str, object]:
    """Add items or replace those of the same id; the answer comes when they are on disk."""
    return await _put(call, dataset_arn, "ITEMS", "itemId", items)


async def put_users(
    call: Call, *, dataset_arn: str, users: list[Mapping[str, str]]
) -> Mapping[str, object]:
    """As `put_items`, for users."""
    return await _put(call, dataset_arn, "USERS", "userId", users)


async def put_actions(
    call: Call, *, dataset_arn: str, actions: list[Mapping[str, str]]
) -> Mapping[str, object]:
    """As `put_items`, for actions."""
    return await _put(call, dataset_arn, "ACTIONS", "actionId", actions)


async def _put(
    call: Call, arn: str, dataset_type: str, id_member: str, documents: list[Mapping[str, str]]
) -> Mapping[str, object]:
    """Store all of the request's entities or, where one breaks a rule of the schema, none."""
    seq, schema = _dataset(call, arn, dataset_type)
    now = time.time()
    batch = [_entity(seq, schema, id_member, document, now) for document in documents]
    await asyncio.wrap_future(call.state.entities.append(batch))
    return {}


def _dataset(call: Call, arn: str, dataset_type: str) -> tuple[int, DatasetSchema]:
    """Row number and schema of the caller's ACTIVE dataset of that type."""
    with call.state.read() as transaction:
        dataset = require_active(call, transaction, Dataset, arn)
        if dataset.dataset_type != dataset_type:
            raise InvalidInputException(
                f"datasetArn is {arn}, a dataset of type {dataset.dataset_type}; it must be of "
                f"type {dataset_type}."
            )
        seq = transaction.resources.seq(arn)
        schema = transaction.resources.get(Schema, dataset.schema_arn)
    if seq is None or schema is None:
        raise ResourceNotFoundException(f"Could not find dataset {arn}.")
    return seq, parse_schema(schema.schema, schema.domain)


def _entity(
    dataset: int, schema: DatasetSchema, id_member: str, document: Mapping[str, str], now: float
) -> Entity:
    entity_id = document[id_member]
    where = f"{id_member} {entity_id!r}"
    values = row_values(schema, json_object(document.get("properties"), where), where)
    present = {name: value for name, value in values.items() if value is not None}
    return Entity(dataset=dataset, entity_id=entity_id, values=present, put_at=now)
