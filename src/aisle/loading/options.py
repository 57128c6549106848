"""What a load may be asked to do, and how it says that it cannot."""

from collections.abc import Callable
from typing import Literal

import msgspec

from aisle.loading.times import LATEST

Progress = Callable[[str, float], None]
"""Told what is being done, and the share of the whole load done, 0 to 1."""


def quiet(_doing: str, _share: float) -> None:
    """A Progress that says nothing."""


class LoadError(Exception):
    """Files that cannot be loaded; the message is for whoever named them."""


class NothingToLoadError(LoadError):
    """A file that is whole but is of no known kind; in a folder such a one is passed over."""


class LoadOptions(msgspec.Struct, frozen=True):
    """How to read, and what to leave out. Raises LoadError for a value out of its range."""

    core: int | None = None
    """Keep users and items with at least this many interactions, all of them with such."""
    cold_items: float | None = None
    """The share of items without an interaction to keep; None keeps them all."""
    since: int | None = None
    """Epoch seconds; what came before is left out."""
    until: int | None = None
    """Epoch seconds; what came at this time or later is left out."""
    event_type: str | None = None
    """For rows that do not name one; None takes a name that suits the kind of file."""
    seed: int = 0
    drop_duplicates: bool = False
    """Keep the first of the interactions with one user, item, time and event type."""
    anonymous: Literal["reject", "invoice"] = "reject"
    """What to do with purchases of nobody known: reject, or let the invoice be the user."""
    keep_going: bool = False
    """Keep what comes before the break in a damaged file, instead of failing."""

    def __post_init__(self) -> None:
        if self.core is not None and self.core < 1:
            raise LoadError(f"core must be 1 or more; found {self.core}.")
        if self.cold_items is not None and not 0 <= self.cold_items <= 1:
            raise LoadError(f"cold_items must be a share from 0 to 1; found {self.cold_items}.")
        if self.event_type is not None and not 0 < len(self.event_type.strip()) <= _LONGEST_TYPE:
            raise LoadError(f"event_type must have 1 to {_LONGEST_TYPE} characters.")
        for name, time in (("since", self.since), ("until", self.until)):
            if time is not None and not 0 <= time <= LATEST:
                raise LoadError(f"{name} must be epoch seconds from 1970 to 2099; found {time}.")
        if None not in (self.since, self.until) and (self.since or 0) >= (self.until or 0):
            raise LoadError(f"since must come before until; found {self.since} and {self.until}.")


_LONGEST_TYPE = 256
