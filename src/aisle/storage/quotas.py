"""How many resources an account may have: the service's quotas, in force where they are asked for.

https://docs.aws.amazon.com/personalize/latest/dg/limits.html
"""

from collections.abc import Mapping, Sequence

import msgspec

from aisle.records import (
    Campaign,
    DatasetGroup,
    DatasetImportJob,
    Filter,
    Recommender,
    Record,
    Schema,
    Solution,
    Status,
)
from aisle.records.errors import LimitExceededException


class Quota(msgspec.Struct, frozen=True):
    """At most so many resources of a kind in one account and region."""

    most: int
    noun: str
    """What is counted, in the plural."""
    per_group: bool = False
    """Whether each dataset group has its own count."""
    pending_only: bool = False
    """Whether only those count that are still being made."""

    def check(self, new: Record, present: Sequence[Record]) -> None:
        """Raise LimitExceededException where `present` leave no room for a new one."""
        count = sum(self._counts(new, record) for record in present)
        if count >= self.most:
            of = f"the dataset group {_group_of(new)}" if self.per_group else "the account"
            raise LimitExceededException(
                f"The quota of {self.noun} is {self.most}; {of} has {count}."
            )

    def _counts(self, new: Record, record: Record) -> bool:
        if self.pending_only and record.status not in _PENDING:
            return False
        return not self.per_group or _group_of(record) == _group_of(new)


QUOTAS: Mapping[str, Quota] = {
    Schema.kind: Quota(500, "schemas"),
    DatasetGroup.kind: Quota(5, "dataset groups"),
    DatasetImportJob.kind: Quota(
        5, "dataset import jobs that are pending or in progress", pending_only=True
    ),
    Solution.kind: Quota(10, "solutions of a dataset group", per_group=True),
    Campaign.kind: Quota(5, "campaigns of a dataset group", per_group=True),
    Recommender.kind: Quota(5, "recommenders of a dataset group", per_group=True),
    Filter.kind: Quota(30, "filters of a dataset group", per_group=True),
}
"""By the kind of record."""

_PENDING = (Status.CREATE_PENDING, Status.CREATE_IN_PROGRESS)


def _group_of(record: Record) -> object:
    return getattr(record, "dataset_group_arn", None)
