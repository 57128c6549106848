"""Records of filters."""

from typing import ClassVar

from aisle.records.base import Record


class Filter(Record, frozen=True, kw_only=True, rename="camel"):
    """An expression that requests name, checked against the group's schemas when it was made."""

    kind: ClassVar[str] = "filter"
    dataset_group_arn: str
    filter_expression: str
