"""What every record shares, and the life cycle it goes through."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar, TypeVar

import msgspec


class Status(StrEnum):
    """Where a resource stands in its life, in the service's own words.

    See https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeSolutionVersion.html and the
    Describe pages beside it.
    """

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CREATE_PENDING = "CREATE PENDING"
    CREATE_IN_PROGRESS = "CREATE IN_PROGRESS"
    ACTIVE = "ACTIVE"
    CREATE_FAILED = "CREATE FAILED"
    CREATE_STOPPING = "CREATE STOPPING"
    CREATE_STOPPED = "CREATE STOPPED"
    STOP_PENDING = "STOP PENDING"
    STOP_IN_PROGRESS = "STOP IN_PROGRESS"
    INACTIVE = "INACTIVE"
    START_PENDING = "START PENDING"
    START_IN_PROGRESS = "START IN_PROGRESS"
    DELETE_PENDING = "DELETE PENDING"
    DELETE_IN_PROGRESS = "DELETE IN_PROGRESS"

    @property
    def claimed(self) -> "Status | None":
        """The status a job worker gives a row when it takes it up; None if there is no work."""
        return _CLAIMED.get(self)


_CLAIMED = {
    Status.PENDING: Status.IN_PROGRESS,
    Status.IN_PROGRESS: Status.IN_PROGRESS,
    Status.CREATE_PENDING: Status.CREATE_IN_PROGRESS,
    Status.CREATE_IN_PROGRESS: Status.CREATE_IN_PROGRESS,
    Status.CREATE_STOPPING: Status.CREATE_STOPPING,
    Status.STOP_PENDING: Status.STOP_IN_PROGRESS,
    Status.STOP_IN_PROGRESS: Status.STOP_IN_PROGRESS,
    Status.START_PENDING: Status.START_IN_PROGRESS,
    Status.START_IN_PROGRESS: Status.START_IN_PROGRESS,
    Status.DELETE_PENDING: Status.DELETE_IN_PROGRESS,
    Status.DELETE_IN_PROGRESS: Status.DELETE_IN_PROGRESS,
}


R = TypeVar("R", bound="Record")


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One resource of the control plane.

    `parent_arn` is the resource it belongs to and is deleted after; `lookup_key` a second name
    it is found by (an event tracker's tracking id). `tags` are the caller's; Describe does not show
    them.
    """

    kind: ClassVar[str]

    arn: str
    name: str
    parent_arn: str | None = None
    lookup_key: str | None = None
    status: Status = Status.CREATE_PENDING
    failure_reason: str | None = None
    creation_date_time: float
    last_updated_date_time: float
    tags: dict[str, str] = {}


def under_way(records: Iterable[R]) -> list[R]:
    """Those that are still being made, or being stopped."""
    making = (Status.CREATE_PENDING, Status.CREATE_IN_PROGRESS, Status.CREATE_STOPPING)
    return [record for record in records if record.status in making]
