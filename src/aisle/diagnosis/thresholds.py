"""Every limit of the diagnosis, in one place.

The first four are those that Amazon's published diagnostic of Personalize data warns at; minimum
counts are in `aisle.recipes.minimums` and lengths of values in `aisle.data.csv_tables`. The others
are this project's, chosen so that well-known healthy data sets pass.
"""

import msgspec

DAY = 86_400
COARSE = 300
"""Seconds; times in multiples of it tell no order within a visit."""


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """Shares lie in 0..1."""

    missing: float = 0.10
    """Of a column's values. Amazon's diagnostic."""
    duplicate: float = 0.10
    """Rows that repeat another in every column. Amazon's diagnostic."""
    repeat: float = 0.50
    """Interactions of a user with an item met before. Amazon's diagnostic."""
    cold: float = 0.10
    """Items or users without interaction, or without metadata. Amazon's diagnostic."""

    few: int = 100
    """Events, for shares among them to say something."""
    rejected: float = 0.01
    """Rows that a loader could not take."""
    echoed: float = 0.10
    """Events that repeat user, item and time of another under another event type."""

    oldest: int = 788_918_400
    """Epoch seconds of 1995: before shops and film raters were online."""
    ahead: int = DAY
    """Seconds that a time may lie ahead, for clocks and time zones."""
    seconds: int = 100_000_000_000
    """From here on a number cannot be epoch seconds (the year 5138) but is milliseconds."""
    implausible: float = 0.50
    """Times that lie too far back or ahead, from which on nothing is learnt from times."""
    one_instant: float = 0.10
    """Events, or first events of users, at the commonest timestamp."""
    whole: float = 0.99
    """Events at the commonest time of the day, for times to be whole days; so for minutes."""
    ties: float = 0.50
    """Events that share user and instant with another item's event."""
    boundary: float = 0.01
    """Events at the very time where the newest tenth begins."""
    split: float = 0.9
    """Share of events, by time, that an evaluation would train on."""
    seen_in_test: float = 0.50
    """Events behind the split that repeat user, item and type of one before it."""

    gap_users: int = 20
    """Users that are active about an empty week or month for it to count as a gap."""
    drift_jump: float = 0.30
    """Jensen-Shannon distance (0..1) above the usual one of consecutive weeks or months."""
    drift_events: int = 1000
    """Events on both sides, for the distance to be more than noise."""

    heavy_users: float = 0.10
    """Events of the most active thousandth of users, one user at least."""
    burst: int = 100
    """Events of a user within a minute, on different items."""
    single_event_users: float = 0.50
    flat: float = 0.10
    """Squared coefficient of variation of the items' popularity, sampling noise taken off."""
    flat_mean: float = 5.0
    """Events an item, from which on flatness can be told from noise."""
    top_items: float = 0.50
    """Events of the most popular hundredth of items."""

    rare_type: float = 0.001
    """Events of an event type."""
    placeholder: float = 0.01
    """Events of an id that stands for nobody."""
    float_ids: float = 0.01
    """Distinct ids written as 17.0."""

    unique: float = 0.95
    """Distinct among a column's values, for it to look like an id."""
    unique_rows: int = 50
    """Values from which on that can be told."""
    rows_of_category: float = 3.0
    """Values of a column for each of its categories."""
    categories: int = 100
    """Fewer are never too many."""
    text: float = 0.50
    """Items with a description."""
    html: float = 0.01
    """Descriptions with tags or entities."""
    created_late: float = 0.05
    """Items that were created after their first interaction."""
    determines: float = 0.95
    """Values of a column that go with a single item."""
    constant_value: float = 0.90
    """Items whose events all have one value."""
