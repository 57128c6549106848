"""Rules that batch inference and batch segment jobs share."""

from collections.abc import Mapping
from typing import Any

from aisle.data.sources import check_location
from aisle.data.state import Transaction
from aisle.filters.expression import Subject
from aisle.filters.parsing import parse_filter
from aisle.records import Filter, SolutionVersion
from aisle.records.errors import InvalidInputException
from aisle.resources.rules import require_active
from aisle.serving.call import Call


def check_places(job_input: Mapping[str, Any], job_output: Mapping[str, Any]) -> None:
    """Raise InvalidInputException where a path is no location that is ever reached."""
    check_location(job_input["s3DataSource"]["path"])
    check_location(job_output["s3DataDestination"]["path"])


def check_results(num_results: int | None, most: int) -> None:
    """Raise InvalidInputException for more results of each line than there can be."""
    if num_results is not None and not 1 <= num_results <= most:
        raise InvalidInputException(f"numResults is {num_results}; it must be 1 to {most}.")


def check_filter_of(
    call: Call,
    transaction: Transaction,
    filter_arn: str | None,
    version: SolutionVersion,
    subject: Subject,
) -> None:
    """Raise an error unless a filter that is named is ACTIVE, the group's, and of the subject."""
    if filter_arn is None:
        return
    record = require_active(call, transaction, Filter, filter_arn)
    if record.dataset_group_arn != version.dataset_group_arn:
        raise InvalidInputException(
            f"filterArn: {filter_arn} belongs to the dataset group {record.dataset_group_arn}, "
            f"and the solution version to {version.dataset_group_arn}."
        )
    chosen = parse_filter(record.filter_expression).subject
    if chosen is not subject:
        raise InvalidInputException(
            f"filterArn: {filter_arn} chooses among {chosen}; this job needs a filter of {subject}."
        )
