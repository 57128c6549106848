"""Dataset groups: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDatasetGroup.html."""

import time
from collections.abc import Mapping

from aisle.records import (
    Dataset,
    DatasetGroup,
    EventTracker,
    Filter,
    MetricAttribution,
    Recommender,
    Solution,
)
from aisle.records.answer import Answer
from aisle.records.errors import InvalidInputException
from aisle.resources.paging import list_page
from aisle.resources.rules import begin_deletion, describe, require, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call


def create_dataset_group(
    call: Call,
    *,
    name: str,
    role_arn: str | None = None,
    kms_key_arn: str | None = None,
    domain: str | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Begin a group, custom or of a domain."""
    if kms_key_arn is not None and role_arn is None:
        raise InvalidInputException(
            f"kmsKeyArn is {kms_key_arn}; it needs a roleArn that may use the key."
        )
    now = time.time()
    record = DatasetGroup(
        arn=call.scope.arn(f"dataset-group/{name}"),
        name=name,
        tags=checked_tags(tags),
        creation_date_time=now,
        last_updated_date_time=now,
        domain=domain,
        role_arn=role_arn,
        kms_key_arn=kms_key_arn,
    )
    with call.state.write() as transaction:
        transaction.resources.add(record)
    return {"datasetGroupArn": record.arn, "domain": domain}


def describe_dataset_group(call: Call, *, dataset_group_arn: str) -> Answer:
    return describe(call, DatasetGroup, dataset_group_arn, "datasetGroup", "datasetGroupArn")


def list_dataset_groups(
    call: Call, *, next_token: str | None = None, max_results: int | None = None
) -> Mapping[str, object]:
    return list_page(
        call,
        DatasetGroup,
        "datasetGroups",
        lambda record: shown(record, "datasetGroupArn"),
        next_token=next_token,
        max_results=max_results,
    )


def delete_dataset_group(call: Call, *, dataset_group_arn: str) -> None:
    """Delete a group in which nothing is left."""
    with call.state.write() as transaction:
        record = require(call, transaction, DatasetGroup, dataset_group_arn)
        children = transaction.resources.children
        begin_deletion(
            transaction,
            record,
            {
                "the event tracker": children(EventTracker, record.arn),
                "the recommender": children(Recommender, record.arn),
                "the solution": children(Solution, record.arn),
                "the filter": children(Filter, record.arn),
                "the metric attribution": children(MetricAttribution, record.arn),
                "the dataset": children(Dataset, record.arn),
            },
        )
