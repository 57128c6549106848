"""What every check may look at."""

import msgspec

from aisle.diagnosis.census import Census
from aisle.diagnosis.events import Events
from aisle.diagnosis.inputs import Inputs
from aisle.diagnosis.series import Series
from aisle.diagnosis.tables import DatasetName, Table
from aisle.diagnosis.thresholds import Thresholds


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The data, read and counted, with the limits that it is held to."""

    inputs: Inputs
    interactions: Table
    items: Table | None
    users: Table | None
    census: Census
    events: Events
    series: Series
    limits: Thresholds

    @property
    def tables(self) -> tuple[Table, ...]:
        """Those that are there."""
        return tuple(one for one in (self.interactions, self.items, self.users) if one)

    def table(self, name: DatasetName) -> Table | None:
        """The dataset of a name, if it is there."""
        return next((one for one in self.tables if one.name == name), None)
