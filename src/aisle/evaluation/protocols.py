"""The protocols of offline evaluation: who is asked, what was given, and what is to be found."""

from collections.abc import Callable, Mapping
from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.held_out import HeldOut, Questions, held_out
from aisle.evaluation.splits import leave_one_out, personalize

_CORE = 5
"""Of the global time split: users and items with at least this many events."""


class ProtocolName(StrEnum):
    """What is held out."""

    LEAVE_ONE_OUT = "leave-one-out"
    """Each user's last event."""
    TIME_SPLIT = "time-split"
    """What comes after a time that is the same for all."""
    PERSONALIZE = "personalize"
    """The newest tenth of the events of some users; the others are learnt from whole."""
    PERCENT_HOLDOUT = "percent-holdout"
    """The newest part of each user's events."""


class Variant(StrEnum):
    """Which of a user's events after the time of a time split is to be found."""

    FIRST = "first"
    LAST = "last"
    """Given everything before it, what came after the time among it."""
    SUCCESSIVE = "successive"
    """Each in turn, given everything before it."""


class Protocol(msgspec.Struct, frozen=True, kw_only=True):
    """A protocol with its choices. Raises ValueError for a share that is not between 0 and 1."""

    name: ProtocolName
    seed: int = 0
    """Of the draw of users (personalize); the others draw nothing."""
    share: float = 0.1
    """What is held out: of all events by time (time-split), of each user's (percent-holdout), of
    the users (personalize); leave-one-out has no use for it."""
    variant: Variant = Variant.FIRST
    """Of time-split."""
    target_time: bool = True
    """Whether a request comes at the time of the event to be found, which a server knows, or at the
    time of the user's last event before it: blind to when the user came back."""
    keep_seen: bool | None = None
    """Whether items that the user had may be recommended, and count where they come again. None:
    with personalize alone, as the service counts."""
    keep_unseen: bool | None = None
    """Whether to ask for items that nobody had in training. None: not with leave-one-out."""
    core: int | None = None
    """Events that every user and item has to have, else it is left out, of lists too. None: 5 with
    time-split.
    """

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise ValueError(f"share must be between 0 and 1; found {self.share}.")

    def resolved(self) -> "Protocol":
        """The same without a None."""
        name, keep_seen, keep_unseen = self.name, self.keep_seen, self.keep_unseen
        return msgspec.structs.replace(
            self,
            keep_seen=name is ProtocolName.PERSONALIZE if keep_seen is None else keep_seen,
            keep_unseen=name is not ProtocolName.LEAVE_ONE_OUT
            if keep_unseen is None
            else keep_unseen,
            core=(_CORE if name is ProtocolName.TIME_SPLIT else 1)
            if self.core is None
            else self.core,
        )


def hold_out(data: Interactions, protocol: Protocol) -> HeldOut:
    """What the protocol learns from and asks.

    `hold_out(found.train, protocol)` is the same one step back, for tuning: with leave-one-out the
    last event but one of each user. Raises ValueError where nobody is left to ask.
    """
    chosen = protocol.resolved()
    kept = data.core(chosen.core or 1)
    if not len(kept):
        raise ValueError(
            f"No interaction is left where each user and item has {chosen.core} or more."
        )
    found = held_out(
        kept,
        _HOLDING[chosen.name](kept, chosen),
        target_time=chosen.target_time,
        keep_seen=bool(chosen.keep_seen),
        keep_unseen=bool(chosen.keep_unseen),
        closed=(chosen.core or 1) > 1,
    )
    if not len(found):
        raise ValueError(
            f"{chosen.name} finds nobody to ask among {len(kept.users):,} users with "
            f"{len(kept):,} interactions: it needs users with something before what is to be found."
        )
    return found


def _leave_one_out(data: Interactions, protocol: Protocol) -> Questions:
    del protocol
    split = leave_one_out(data)
    ends = data.offsets[1:][split.users]
    return Questions(split.train, split.users, ends - 1, ends)


def _time_split(data: Interactions, protocol: Protocol) -> Questions:
    time = np.quantile(data.timestamp, 1.0 - protocol.share)
    later = data.timestamp > time
    user = data.user_of_rows()
    rows = np.flatnonzero(later)
    if protocol.variant is not Variant.SUCCESSIVE:
        first, last = _ends_of_runs(user[rows])
        rows = rows[first if protocol.variant is Variant.FIRST else last]
    return Questions(data.where(~later), user[rows].astype(np.int64), rows, rows + 1)


def _personalize(data: Interactions, protocol: Protocol) -> Questions:
    split = personalize(data, protocol.seed, share=protocol.share)
    ends = data.offsets[1:][split.users]
    newest = np.diff(split.truth.offsets)[split.users]
    return Questions(split.train, split.users, ends - newest, ends)


def _percent_holdout(data: Interactions, protocol: Protocol) -> Questions:
    """Ranks as `rank(pct=True, method="first")` gives them: an event's number over the user's."""
    counts = np.diff(data.offsets)
    number = np.arange(len(data)) - np.repeat(data.offsets[:-1], counts) + 1
    held = number / np.repeat(counts, counts) > 1.0 - protocol.share
    newest = np.bincount(data.user_of_rows()[held], minlength=len(counts))
    users = np.flatnonzero(newest)
    ends = data.offsets[1:][users]
    return Questions(data.where(~held), users, ends - newest[users], ends)


def _ends_of_runs(values: NDArray[np.int32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where runs of one value begin, and where they end."""
    change = values[1:] != values[:-1]
    edge = np.ones(min(len(values), 1), bool)
    return np.concatenate([edge, change]), np.concatenate([change, edge])


_HOLDING: Mapping[ProtocolName, Callable[[Interactions, Protocol], Questions]] = {
    ProtocolName.LEAVE_ONE_OUT: _leave_one_out,
    ProtocolName.TIME_SPLIT: _time_split,
    ProtocolName.PERSONALIZE: _personalize,
    ProtocolName.PERCENT_HOLDOUT: _percent_holdout,
}
