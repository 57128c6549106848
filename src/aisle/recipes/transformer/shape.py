"""The size of a transformer and of what it reads."""

import msgspec

EPSILON = 1e-6
"""Added to the mean square in every norm."""
NARROW = 64
"""The width where there is little to learn from. One thread is as fast with it as several are."""
READ = ("item", "event_type", "value", "since", "until")
"""What a position reads, by the names of the tables that turn it into vectors."""


class Shape(msgspec.Struct, frozen=True):
    """What decides the form of the parameters."""

    items: int
    event_types: int
    """Codes of event types, 0 for an unknown one."""
    traits: int = 0
    """Features of users that are read beside the start of a history."""
    context: int = 0
    """Values of the columns of context."""
    width: int = 128
    """Of the vectors that stand for items and positions."""
    blocks: int = 2
    heads: int = 2
    length: int = 128
    """Positions that a prediction looks back on."""

    @property
    def start(self) -> int:
        """The code of the input before a user's first event."""
        return self.items
