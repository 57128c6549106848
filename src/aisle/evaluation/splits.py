"""What to learn from and what to hold out."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions

_FEWEST = 2
"""Events of a user who is asked about: one given, one to be found."""


class Split(msgspec.Struct, frozen=True):
    """Three parts of one set of interactions, with its users and items."""

    train: Interactions
    """Learnt from."""
    given: Interactions
    """The histories of the held-out users, shown to the model as it answers."""
    truth: Interactions
    """What the held-out users did next."""

    @property
    def users(self) -> NDArray[np.int64]:
        """Codes of the held-out users, ascending."""
        return np.flatnonzero(np.diff(self.truth.offsets))


def personalize(
    data: Interactions,
    seed: int,
    *,
    share: float = 0.1,
    most: int | None = None,
    after: int | None = None,
) -> Split:
    """The service's split: whole users are held out, and the newest tenth of their events is truth.

    `share` of the users with two or more events are held out (at least one, `most` at most). The
    truth is a tenth of a user's events, rounded down, and never fewer than one; with `after`, epoch
    seconds, only later events are, and only users with such are held out.
    https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html
    """
    counts = np.diff(data.offsets)
    later = counts if after is None else _later(data, after)
    eligible = np.flatnonzero((counts >= _FEWEST) & (later > 0))
    held = min(len(eligible), max(1, round(share * len(eligible))))
    held = held if most is None else min(held, most)
    chosen = np.random.default_rng(seed).choice(eligible, held, replace=False)
    newest = np.zeros_like(counts)
    newest[chosen] = np.minimum(np.maximum(1, counts[chosen] // 10), later[chosen])
    is_held = np.zeros(len(counts), np.bool_)
    is_held[chosen] = True
    of_held = np.repeat(is_held, counts)
    is_truth = _is_newest(data, newest)
    return Split(
        train=data.where(~of_held),
        given=data.where(of_held & ~is_truth),
        truth=data.where(is_truth),
    )


def leave_one_out(data: Interactions, back: int = 0) -> Split:
    """Every user's last event is the truth, all before it is given, and learnt from as well.

    `back` first drops that many of each user's newest events: 1 gives the validation part of the
    usual protocol. Users left with fewer than two events are not asked about.
    """
    counts = np.diff(data.offsets)
    data = data.where(~_is_newest(data, np.minimum(back, counts)))
    counts = np.diff(data.offsets)
    is_truth = _is_newest(data, (counts >= _FEWEST).astype(np.int64))
    before = data.where(~is_truth)
    return Split(train=before, given=before, truth=data.where(is_truth))


def one_new_item(data: Interactions, seed: int, *, share: float = 0.1) -> Split:
    """Learnt from is what came before a time, the quantile `1 - share` of all events; of each user
    one later event, drawn among those with an item that is new to the user, is the truth, and all
    that the user did before it is given.

    The draw is even, so that what is asked says nothing about what came after it. Items that nobody
    had before the time may be asked for.
    """
    if not len(data):
        return Split(data, data, data)
    split = np.quantile(data.timestamp, 1.0 - share)
    user = data.user_of_rows().astype(np.int64)
    firsts = np.unique(user * max(len(data.items), 1) + data.item, return_index=True)[1]
    later = firsts[(data.timestamp[firsts] > split) & (firsts > data.offsets[user[firsts]])]
    shuffled = np.random.default_rng(seed).permutation(later)
    drawn = shuffled[np.unique(user[shuffled], return_index=True)[1]]
    limit = data.offsets[:-1].copy()
    limit[user[drawn]] = drawn
    rows = np.arange(len(data))
    return Split(
        train=data.where(data.timestamp <= split),
        given=data.where(rows < limit[user]),
        truth=data.where(np.isin(rows, drawn)),
    )


def spread_evenly(data: Interactions, most: int) -> NDArray[np.int64]:
    """Codes of at most `most` of the users with two or more events, ascending."""
    users = np.flatnonzero(np.diff(data.offsets) >= _FEWEST)
    return users[:: -(-len(users) // most) or 1]


def _later(data: Interactions, after: int) -> NDArray[np.int64]:
    """`[users]` how many of a user's events are later than that."""
    return np.bincount(data.user_of_rows()[data.timestamp > after], minlength=len(data.users))


def _is_newest(data: Interactions, newest: NDArray[np.int64]) -> NDArray[np.bool_]:
    """`[events]` whether an event is among the `newest[user]` last of its user."""
    starts = np.repeat(data.offsets[1:] - newest, np.diff(data.offsets))
    return np.asarray(np.arange(len(data)) >= starts)
