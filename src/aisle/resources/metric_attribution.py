"""Metric attributions:
https://docs.aws.amazon.com/personalize/latest/dg/API_CreateMetricAttribution.html.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from aisle.data.sources import check_location
from aisle.data.state import Transaction
from aisle.records import DatasetGroup
from aisle.records.answer import Answer
from aisle.records.errors import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from aisle.records.metric_attribution import Metric, MetricAttribution
from aisle.resources.metric_expression import check_expression
from aisle.resources.paging import list_page, position_of, token
from aisle.resources.rules import begin_deletion, describe, require, require_active, shown
from aisle.resources.schema import schemas_of
from aisle.serving.call import Call

_MOST_METRICS = 10


def create_metric_attribution(
    call: Call,
    *,
    name: str,
    dataset_group_arn: str,
    metrics: Sequence[Mapping[str, str]],
    metrics_output_config: Mapping[str, Any],
) -> Mapping[str, object]:
    """Say what is measured of a group's events, and where reports go: one attribution a group."""
    _check_output(metrics_output_config)
    now = time.time()
    with call.state.write() as transaction:
        group = require_active(call, transaction, DatasetGroup, dataset_group_arn)
        for present in transaction.resources.children(MetricAttribution, group.arn):
            raise ResourceAlreadyExistsException(present.arn)
        record = MetricAttribution(
            arn=call.scope.arn(f"metric-attribution/{name}"),
            name=name,
            parent_arn=group.arn,
            creation_date_time=now,
            last_updated_date_time=now,
            dataset_group_arn=group.arn,
            metrics=_checked(transaction, group.arn, (), metrics),
            metrics_output_config=dict(metrics_output_config),
        )
        transaction.resources.add(record)
    return {"metricAttributionArn": record.arn}


def update_metric_attribution(
    call: Call,
    *,
    metric_attribution_arn: str | None = None,
    add_metrics: Sequence[Mapping[str, str]] | None = None,
    remove_metrics: Sequence[str] | None = None,
    metrics_output_config: Mapping[str, Any] | None = None,
) -> Mapping[str, object]:
    """Take metrics away, then add others; reports may go elsewhere from now on."""
    if metrics_output_config is not None:
        _check_output(metrics_output_config)
    with call.state.write() as transaction:
        record = require_active(
            call, transaction, MetricAttribution, _given(metric_attribution_arn)
        )
        kept = _without(record.metrics, remove_metrics or ())
        changed = replace(
            record,
            metrics=_checked(transaction, record.dataset_group_arn, kept, add_metrics or ()),
            metrics_output_config=dict(metrics_output_config or record.metrics_output_config),
            last_updated_date_time=time.time(),
        )
        transaction.resources.put(changed)
    return {"metricAttributionArn": record.arn}


def describe_metric_attribution(call: Call, *, metric_attribution_arn: str) -> Answer:
    return describe(
        call,
        MetricAttribution,
        metric_attribution_arn,
        "metricAttribution",
        "metricAttributionArn",
    )


def list_metric_attributions(
    call: Call,
    *,
    dataset_group_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        MetricAttribution,
        "metricAttributions",
        lambda record: shown(record, "metricAttributionArn"),
        parent_arn=dataset_group_arn,
        next_token=next_token,
        max_results=max_results,
    )


def list_metric_attribution_metrics(
    call: Call,
    *,
    metric_attribution_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    """A page of the metrics, in the order in which they were added."""
    begin = position_of(next_token)
    size = max_results or _MOST_METRICS
    try:
        with call.state.read() as transaction:
            record = require(call, transaction, MetricAttribution, _given(metric_attribution_arn))
    except ResourceNotFoundException as error:  # which this operation's model does not list
        raise InvalidInputException(str(error)) from error
    page = record.metrics[begin : begin + size]
    answer: dict[str, object] = {"metrics": [msgspec.to_builtins(metric) for metric in page]}
    if begin + size < len(record.metrics):
        answer["nextToken"] = token(begin + size)
    return answer


def delete_metric_attribution(call: Call, *, metric_attribution_arn: str) -> None:
    """Stop measuring; reports that were written stay."""
    with call.state.write() as transaction:
        record = require(call, transaction, MetricAttribution, metric_attribution_arn)
        begin_deletion(transaction, record, {})


def _given(arn: str | None) -> str:
    if arn is None:
        raise InvalidInputException("metricAttributionArn is required.")
    return arn


def _check_output(config: Mapping[str, Any]) -> None:
    destination = config.get("s3DataDestination")
    if destination is not None:
        check_location(destination["path"])


def _without(metrics: tuple[Metric, ...], names: Sequence[str]) -> tuple[Metric, ...]:
    present = {metric.metric_name for metric in metrics}
    for name in names:
        if name not in present:
            known = ", ".join(sorted(present)) or "none"
            raise InvalidInputException(
                f"removeMetrics: there is no metric {name}; known: {known}."
            )
    return tuple(metric for metric in metrics if metric.metric_name not in names)


def _checked(
    transaction: Transaction,
    group_arn: str,
    present: tuple[Metric, ...],
    added: Sequence[Mapping[str, str]],
) -> tuple[Metric, ...]:
    """Those that were there and those that come, each name once and each expression sound."""
    schemas = schemas_of(transaction, group_arn)
    together = (*present, *(msgspec.convert(document, Metric) for document in added))
    names = [metric.metric_name for metric in together]
    for metric in together[len(present) :]:
        if names.count(metric.metric_name) > 1:
            raise InvalidInputException(
                f"metricName {metric.metric_name} is there twice; the names of metrics are unique."
            )
        check_expression(metric.metric_name, metric.expression, schemas)
    if len(together) > _MOST_METRICS:
        raise InvalidInputException(
            f"There would be {len(together)} metrics; an attribution has {_MOST_METRICS} at most."
        )
    return together
