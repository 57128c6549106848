"""Schemas: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateSchema.html."""

import time
from collections.abc import Mapping

from aisle.data.schema import DatasetSchema, parse_schema
from aisle.data.state import Transaction
from aisle.records import Dataset, DatasetUpdate, Schema, Status
from aisle.records.answer import Answer
from aisle.records.errors import ResourceInUseException
from aisle.resources.paging import list_page
from aisle.resources.rules import describe, in_progress, require, shown
from aisle.serving.call import Call


def create_schema(
    call: Call, *, name: str, schema: str, domain: str | None = None
) -> Mapping[str, object]:
    """Store an Avro schema after checking every rule on its fields."""
    parse_schema(schema, domain)
    now = time.time()
    record = Schema(
        arn=call.scope.arn(f"schema/{name}"),
        name=name,
        status=Status.ACTIVE,
        creation_date_time=now,
        last_updated_date_time=now,
        schema=schema,
        domain=domain,
    )
    with call.state.write() as transaction:
        transaction.resources.add(record)
    return {"schemaArn": record.arn}


def describe_schema(call: Call, *, schema_arn: str) -> Answer:
    return describe(call, Schema, schema_arn, "schema", "schemaArn")


def list_schemas(
    call: Call, *, next_token: str | None = None, max_results: int | None = None
) -> Mapping[str, object]:
    return list_page(
        call,
        Schema,
        "schemas",
        lambda record: shown(record, "schemaArn"),
        next_token=next_token,
        max_results=max_results,
    )


def delete_schema(call: Call, *, schema_arn: str) -> None:
    """Remove a schema that no dataset uses."""
    with call.state.write() as transaction:
        record = require(call, transaction, Schema, schema_arn)
        page = transaction.resources.page
        datasets = [dataset for _, dataset in page(Dataset, scope=call.scope)]
        updates = in_progress([update for _, update in page(DatasetUpdate, scope=call.scope)])
        users: list[Dataset | DatasetUpdate] = [*datasets, *updates]
        for user in users:
            if user.schema_arn == record.arn:
                raise ResourceInUseException(
                    f"The schema {record.arn} is used by the {user.kind} {user.arn}."
                )
        transaction.resources.remove(record.arn)


def schemas_of(transaction: Transaction, group_arn: str) -> dict[str, DatasetSchema]:
    """The schemas of a group's datasets by their type, but for datasets that are being deleted."""
    found = {}
    for dataset in transaction.resources.children(Dataset, group_arn):
        if dataset.status not in _GOING:
            schema = transaction.resources.require(Schema, dataset.schema_arn)
            found[dataset.dataset_type] = parse_schema(schema.schema, schema.domain)
    return found


_GOING = (Status.DELETE_PENDING, Status.DELETE_IN_PROGRESS)
