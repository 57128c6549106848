"""Filters: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateFilter.html."""

import time
from collections.abc import Mapping

from aisle.data.state import Transaction
from aisle.filters.checking import check_filter, fields_of
from aisle.filters.parsing import parse_filter
from aisle.records import DatasetGroup, Filter, Status
from aisle.records.answer import Answer
from aisle.records.errors import InvalidInputException, LimitExceededException
from aisle.resources.paging import list_page
from aisle.resources.rules import begin_deletion, describe, require, shown
from aisle.resources.schema import schemas_of
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call

_MOST_FIELDS = 10
_MOST_FIELDS_OF_GROUP = 20


def create_filter(
    call: Call,
    *,
    name: str,
    dataset_group_arn: str,
    filter_expression: str,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Keep an expression for requests to name; its datasets must be there.

    Raises InvalidInputException that points at what is wrong with the expression.
    """
    parsed = parse_filter(filter_expression)
    now = time.time()
    with call.state.write() as transaction:
        group = require(call, transaction, DatasetGroup, dataset_group_arn)
        if group.status is not Status.ACTIVE:
            raise InvalidInputException(
                f"datasetGroupArn: {group.arn} must be ACTIVE; its status is {group.status.value}."
            )
        check_filter(filter_expression, parsed, schemas_of(transaction, group.arn))
        if call.state.settings.strict_quotas:
            _check_quotas(transaction, group.arn, fields_of(parsed))
        record = Filter(
            arn=call.scope.arn(f"filter/{name}"),
            name=name,
            parent_arn=group.arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            dataset_group_arn=group.arn,
            filter_expression=filter_expression,
        )
        transaction.resources.add(record)
    return {"filterArn": record.arn}


def describe_filter(call: Call, *, filter_arn: str) -> Answer:
    return describe(call, Filter, filter_arn, "filter", "filterArn")


def list_filters(
    call: Call,
    *,
    dataset_group_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        Filter,
        "Filters",
        lambda record: shown(record, "filterArn"),
        parent_arn=dataset_group_arn,
        next_token=next_token,
        max_results=max_results,
    )


def delete_filter(call: Call, *, filter_arn: str) -> None:
    """Delete a filter; requests that name it are refused from now on."""
    with call.state.write() as transaction:
        begin_deletion(transaction, require(call, transaction, Filter, filter_arn), {})


def _check_quotas(
    transaction: Transaction, group_arn: str, fields: frozenset[tuple[str, str]]
) -> None:
    """https://docs.aws.amazon.com/personalize/latest/dg/limits.html"""
    if len(fields) > _MOST_FIELDS:
        raise LimitExceededException(
            f"The quota of distinct dataset fields of a filter is {_MOST_FIELDS}; the expression "
            f"has {len(fields)}."
        )
    others = transaction.resources.children(Filter, group_arn)
    used = fields.union(*(fields_of(parse_filter(each.filter_expression)) for each in others))
    if len(used) > _MOST_FIELDS_OF_GROUP:
        raise LimitExceededException(
            f"The quota of distinct dataset fields in all filters of a dataset group is "
            f"{_MOST_FIELDS_OF_GROUP}; with this one {group_arn} would have {len(used)}."
        )
