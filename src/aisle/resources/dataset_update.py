"""Updates of datasets: https://docs.aws.amazon.com/personalize/latest/dg/API_UpdateDataset.html."""

import time
from collections.abc import Mapping
from uuid import uuid4

from aisle.data.schema import DatasetSchema, Field, parse_schema
from aisle.data.state import Transaction
from aisle.records import Dataset, DatasetGroup, DatasetImportJob, DatasetUpdate, Schema
from aisle.records.errors import InvalidInputException, ResourceInUseException
from aisle.resources.rules import in_progress, require, require_active
from aisle.serving.call import Call

_UPDATABLE = ("ITEMS", "USERS")


def update_dataset(call: Call, *, dataset_arn: str, schema_arn: str) -> Mapping[str, object]:
    """Replace a dataset's schema by one that has all its fields; those it adds are null in the
    rows that are there. The old schema holds until the update is ACTIVE.
    """
    now = time.time()
    with call.state.write() as transaction:
        dataset = require_active(call, transaction, Dataset, dataset_arn)
        schema = require(call, transaction, Schema, schema_arn)
        _check_idle(transaction, dataset)
        _check_schema(transaction, dataset, schema)
        for update in transaction.resources.children(DatasetUpdate, dataset.arn):
            transaction.resources.remove(update.arn)
        record = DatasetUpdate(
            arn=f"{dataset.arn}/update/{uuid4().hex[:8]}",
            name=dataset.name,
            parent_arn=dataset.arn,
            creation_date_time=now,
            last_updated_date_time=now,
            schema_arn=schema.arn,
        )
        transaction.resources.add(record)
    return {"datasetArn": dataset.arn}


def _check_idle(transaction: Transaction, dataset: Dataset) -> None:
    children = transaction.resources.children
    updates = in_progress(children(DatasetUpdate, dataset.arn))
    imports = in_progress(children(DatasetImportJob, dataset.arn))
    for noun, records in (("an update", updates), ("the import job", imports)):
        if records:
            raise ResourceInUseException(
                f"The dataset {dataset.arn} cannot be updated while {noun} {records[0].arn} is "
                f"under way: its status is {records[0].status.value}."
            )


def _check_schema(transaction: Transaction, dataset: Dataset, schema: Schema) -> None:
    """Raise InvalidInputException, which names the field, where the new schema does not fit."""
    if dataset.dataset_type not in _UPDATABLE:
        raise InvalidInputException(
            f"The dataset {dataset.arn} is of type {dataset.dataset_type}; only the schemas of "
            f"{' and '.join(_UPDATABLE)} datasets can be replaced."
        )
    group = transaction.resources.require(DatasetGroup, dataset.dataset_group_arn)
    if schema.domain != group.domain:
        raise InvalidInputException(
            f"The schema's domain is {schema.domain or 'none'} and the dataset group's "
            f"{group.domain or 'none'}; they must be the same."
        )
    new = parse_schema(schema.schema, schema.domain)
    if new.dataset_type != dataset.dataset_type:
        raise InvalidInputException(
            f"The schema {schema.arn} describes a dataset of type {new.dataset_type}, not "
            f"{dataset.dataset_type}."
        )
    old_schema = transaction.resources.require(Schema, dataset.schema_arn)
    _check_fields(parse_schema(old_schema.schema, old_schema.domain), new)


def _check_fields(old: DatasetSchema, new: DatasetSchema) -> None:
    named = {field.name: field for field in new.fields}
    for field in old.fields:
        if field.name not in named:
            raise InvalidInputException(
                f"Field {field.name} is missing: a new schema must have all fields of the old one."
            )
        if named[field.name] != field:
            raise InvalidInputException(
                f"Field {field.name} must stay as it is: it was {_described(field)} and is "
                f"{_described(named[field.name])} in the new schema."
            )
    before = {field.name for field in old.fields}
    for field in new.fields:
        if field.name not in before and not field.nullable:
            raise InvalidInputException(
                f"Field {field.name} is new and must allow null, since the rows that are there "
                f"have no value for it; found type {field.type} alone."
            )


def _described(field: Field) -> str:
    flags = {
        "null allowed": field.nullable,
        "categorical": field.categorical,
        "textual": field.textual,
        "itemName": field.item_name,
    }
    return ", ".join([field.type, *(flag for flag, holds in flags.items() if holds)])
