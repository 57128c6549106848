"""Records of metric attributions."""

from typing import Any, ClassVar

import msgspec

from aisle.records.base import Record


class Metric(msgspec.Struct, frozen=True, rename="camel"):
    """What is summed or counted over events of one type."""

    event_type: str
    metric_name: str
    expression: str


class MetricAttribution(Record, frozen=True, kw_only=True, rename="camel"):
    """The metrics of a dataset group, and where their reports go."""

    kind: ClassVar[str] = "metric-attribution"
    dataset_group_arn: str
    metrics: tuple[Metric, ...]
    metrics_output_config: dict[str, Any]
