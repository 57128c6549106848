"""Which columns a training may look at, as solutions and recommenders say it.

https://docs.aws.amazon.com/personalize/latest/dg/API_TrainingDataConfig.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aisle.data.schema import DatasetSchema, parse_schema
from aisle.data.state import Transaction
from aisle.records import Dataset, Schema
from aisle.records.errors import InvalidInputException

_TYPES = ("INTERACTIONS", "ITEMS", "USERS")
_ALWAYS = ("USER_ID", "ITEM_ID", "TIMESTAMP")
_SETS = ("excludedDatasetColumns", "includedDatasetColumns")


def schema_of(transaction: Transaction, group_arn: str, dataset_type: str) -> DatasetSchema | None:
    """The schema of a group's dataset, or None where it has no such dataset."""
    for dataset in transaction.resources.children(Dataset, group_arn):
        if dataset.dataset_type == dataset_type:
            record = transaction.resources.require(Schema, dataset.schema_arn)
            return parse_schema(record.schema, record.domain)
    return None


def check_training_columns(
    transaction: Transaction, group_arn: str, config: Mapping[str, Any], event_type: str | None
) -> None:
    """Raise InvalidInputException for a column that is not there or that a training needs.

    `event_type` is the type of event that the training asks for, if any.
    """
    for member in _SETS:
        for dataset_type, columns in config.get(member, {}).items():
            where = f"trainingDataConfig.{member}.{dataset_type}"
            schema = _known(transaction, group_arn, where, dataset_type)
            _check_columns(where, schema, columns)
            if member == _SETS[0]:
                _check_not_needed(where, columns, event_type)
    both = [{name.upper() for name in config.get(member, {})} for member in _SETS]
    if twice := both[0] & both[1]:
        raise InvalidInputException(
            f"trainingDataConfig has {' and '.join(_SETS)} for {', '.join(sorted(twice))}; a "
            "dataset can have one of them."
        )


def _known(
    transaction: Transaction, group_arn: str, where: str, dataset_type: str
) -> DatasetSchema:
    if dataset_type.upper() not in _TYPES:
        raise InvalidInputException(f"{where}: the dataset must be one of {', '.join(_TYPES)}.")
    schema = schema_of(transaction, group_arn, dataset_type.upper())
    if schema is None:
        raise InvalidInputException(f"{where}: the dataset group has no {dataset_type} dataset.")
    return schema


def _check_columns(where: str, schema: DatasetSchema, columns: Sequence[str]) -> None:
    names = [field.name for field in schema.fields]
    for column in columns:
        if column.upper() not in {name.upper() for name in names}:
            raise InvalidInputException(
                f"{where} has {column!r}; the dataset's columns are {', '.join(names)}."
            )


def _check_not_needed(where: str, columns: Sequence[str], event_type: str | None) -> None:
    needed = (*_ALWAYS, *(("EVENT_TYPE",) if event_type else ()))
    for column in columns:
        if column.upper() in needed:
            raise InvalidInputException(f"{where} has {column!r}, which every training needs.")
