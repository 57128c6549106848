"""Which columns of a group's datasets a training may look at.

https://docs.aws.amazon.com/personalize/latest/dg/API_TrainingDataConfig.html
"""

from collections.abc import Mapping, Sequence
from typing import Self

import msgspec
import numpy as np

from aisle.data.catalogue import Catalogue
from aisle.data.interactions import Interactions
from aisle.data.values import IDS

_ALWAYS = (*IDS, "TIMESTAMP")


class TrainingColumns(msgspec.Struct, frozen=True):
    """Columns by type of dataset, both in capitals; ids and times are always looked at."""

    excluded: Mapping[str, frozenset[str]] = {}
    included: Mapping[str, frozenset[str]] = {}
    """Of a dataset that stands here, these and no others."""

    @classmethod
    def of(
        cls, excluded: Mapping[str, Sequence[str]], included: Mapping[str, Sequence[str]]
    ) -> Self:
        """From the members of `trainingDataConfig`, in any case."""
        return cls(_in_capitals(excluded), _in_capitals(included))

    def leaves_out(self, dataset_type: str, column: str) -> bool:
        """Whether a training does not see a column."""
        name = column.upper()
        if name in _ALWAYS:
            return False
        if dataset_type in self.included:
            return name not in self.included[dataset_type]
        return name in self.excluded.get(dataset_type, ())

    def of_rows(self, dataset_type: str, catalogue: Catalogue) -> Catalogue:
        """The same rows, with the columns that are left."""
        left = {
            name: column
            for name, column in catalogue.columns.items()
            if not self.leaves_out(dataset_type, name)
        }
        return msgspec.structs.replace(catalogue, columns=left)

    def of_events(self, events: Interactions, *, by_type: bool) -> Interactions:
        """The same events without their values, types or context where these are left out.

        A training that chooses events `by_type` keeps the types.
        """
        if self.leaves_out("INTERACTIONS", "EVENT_VALUE"):
            events = msgspec.structs.replace(events, value=None)
        left = {n: c for n, c in events.context.items() if not self.leaves_out("INTERACTIONS", n)}
        if len(left) < len(events.context):
            events = msgspec.structs.replace(events, context=left)
        if self.leaves_out("INTERACTIONS", "EVENT_TYPE") and not by_type:
            untyped = np.zeros(len(events), np.uint8)
            events = msgspec.structs.replace(events, event_types=("",), event_type=untyped)
        return events


def _in_capitals(columns: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    return {
        dataset_type.upper(): frozenset(name.upper() for name in names)
        for dataset_type, names in columns.items()
    }
