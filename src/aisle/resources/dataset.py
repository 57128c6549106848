"""Datasets: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDataset.html."""

import time
from collections.abc import Mapping
from uuid import uuid4

from aisle.data.schema import parse_schema
from aisle.data.state import Transaction
from aisle.records import (
    Dataset,
    DatasetGroup,
    DatasetImportJob,
    DatasetUpdate,
    EventTracker,
    Filter,
    Recommender,
    RecommenderUpdate,
    Record,
    Schema,
    Solution,
    SolutionVersion,
)
from aisle.records.answer import Answer
from aisle.records.dataset import dataset_arn as arn_of
from aisle.records.errors import InvalidInputException
from aisle.resources.paging import list_page
from aisle.resources.rules import (
    begin_deletion,
    in_progress,
    require,
    require_active,
    shown,
)
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call

_TYPES = {
    "INTERACTIONS": "INTERACTIONS",
    "ITEMS": "ITEMS",
    "USERS": "USERS",
    "ACTIONS": "ACTIONS",
    "ACTION_INTERACTIONS": "ACTION_INTERACTIONS",
}
_NOT_IN_DOMAINS = ("ACTIONS", "ACTION_INTERACTIONS")


def create_dataset(
    call: Call,
    *,
    name: str,
    schema_arn: str,
    dataset_group_arn: str,
    dataset_type: str,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Begin a dataset: one of each type a group. Its ARN is made of the group's name and type."""
    kind = _dataset_type(dataset_type)
    tracking_id = str(uuid4()) if kind == "ACTION_INTERACTIONS" else None
    now = time.time()
    with call.state.write() as transaction:
        schema = require(call, transaction, Schema, schema_arn)
        group = require_active(call, transaction, DatasetGroup, dataset_group_arn)
        _check_fit(schema, group, kind)
        record = Dataset(
            arn=arn_of(group.arn, kind),
            name=name,
            parent_arn=group.arn,
            lookup_key=tracking_id,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            dataset_group_arn=group.arn,
            dataset_type=kind,
            schema_arn=schema.arn,
            tracking_id=tracking_id,
        )
        transaction.resources.add(record)
    return {"datasetArn": record.arn}


def describe_dataset(call: Call, *, dataset_arn: str) -> Answer:
    """A dataset, with the last update of its schema if there was one."""
    with call.state.read() as transaction:
        record = require(call, transaction, Dataset, dataset_arn)
        updates = transaction.resources.children(DatasetUpdate, record.arn)
    document = shown(record, "datasetArn")
    if updates:
        document["latestDatasetUpdate"] = shown(updates[-1], "datasetUpdateArn")
    return Answer(document={"dataset": document})


def list_datasets(
    call: Call,
    *,
    dataset_group_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        Dataset,
        "datasets",
        lambda record: shown(record, "datasetArn"),
        parent_arn=dataset_group_arn,
        next_token=next_token,
        max_results=max_results,
    )


def delete_dataset(call: Call, *, dataset_arn: str) -> None:
    """Delete a dataset with all its rows; Interactions only when no event tracker feeds it."""
    with call.state.write() as transaction:
        record = require(call, transaction, Dataset, dataset_arn)
        children = transaction.resources.children
        trackers = (
            children(EventTracker, record.dataset_group_arn)
            if record.dataset_type == "INTERACTIONS"
            else []
        )
        begin_deletion(
            transaction,
            record,
            {
                "the event tracker": trackers,
                "the filter": children(Filter, record.dataset_group_arn),
                "the import job": in_progress(children(DatasetImportJob, record.arn)),
                "the update": in_progress(children(DatasetUpdate, record.arn)),
                "the training of": _trainings(transaction, record.dataset_group_arn),
            },
        )


def _trainings(transaction: Transaction, group_arn: str) -> list[Record]:
    """What is reading the group's data just now."""
    children = transaction.resources.children
    versions = [
        version
        for solution in children(Solution, group_arn)
        for version in children(SolutionVersion, solution.arn)
    ]
    recommenders = children(Recommender, group_arn)
    updates = [update for each in recommenders for update in children(RecommenderUpdate, each.arn)]
    return in_progress([*versions, *recommenders, *updates])


def _dataset_type(value: str) -> str:
    kind = _TYPES.get(value.upper())
    if kind is None:
        raise InvalidInputException(
            f"datasetType is {value!r}; it must be one of {', '.join(_TYPES)}."
        )
    return kind


def _check_fit(schema: Schema, group: DatasetGroup, kind: str) -> None:
    if group.domain and kind in _NOT_IN_DOMAINS:
        raise InvalidInputException(
            f"A dataset of type {kind} cannot be in a dataset group of domain {group.domain}."
        )
    if schema.domain != group.domain:
        raise InvalidInputException(
            f"The schema's domain is {schema.domain or 'none'} and the dataset group's "
            f"{group.domain or 'none'}; they must be the same."
        )
    described = parse_schema(schema.schema, schema.domain).dataset_type
    if described != kind:
        raise InvalidInputException(
            f"The schema {schema.arn} describes a dataset of type {described}, not {kind}."
        )
