"""Questions for a recommender: histories that end somewhere, and what came next."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.distinct import distinct
from aisle.data.interactions import Interactions


class Questions(msgspec.Struct, frozen=True):
    """What to learn from, and of each question whose it is and where its history ends.

    Rows are those of the interactions that are held out from.
    """

    train: Interactions
    user: NDArray[np.int64]
    """`[questions]` user codes."""
    stop: NDArray[np.int64]
    """`[questions]` the first row that is not given."""
    end: NDArray[np.int64]
    """`[questions]` the first row that is not to be found; those from `stop` on are."""


class LeftOut(msgspec.Struct, frozen=True):
    """What is not asked, and why."""

    without_history: int
    """Questions of users of whom nothing is given."""
    seen: int
    """Items to be found that the user had before, where such are not recommended."""
    unseen: int
    """Items to be found that nobody had in training, where such are not asked for."""


class HeldOut(msgspec.Struct, frozen=True):
    """Questions with an answer each. Histories are slices of `events`, so that any number of
    questions takes no more memory than their ends.
    """

    train: Interactions
    """Learnt from; the same users and items as `events`."""
    events: Interactions
    user: NDArray[np.int64]
    """`[questions]` user codes, ascending."""
    stop: NDArray[np.int64]
    """`[questions]` the history is the user's rows of `events` before this one; never empty."""
    now: NDArray[np.float64]
    """`[questions]` epoch seconds of the request."""
    truth_offsets: NDArray[np.int64]
    """`[questions + 1]`"""
    truth: NDArray[np.int32]
    """Distinct item codes, question after question, at least one each."""
    keep_seen: bool
    closed: bool
    """Whether no other items than those of `events` are to be recommended."""
    target_time: bool
    left_out: LeftOut

    def __len__(self) -> int:
        return len(self.user)

    def history(self, question: int) -> slice:
        """The rows of `events` that are given."""
        return slice(int(self.events.offsets[self.user[question]]), int(self.stop[question]))

    def asked_at(self, question: int) -> int:
        """The row of `events` at whose time the request comes: the one to be found, or else the
        last given.
        """
        return int(self.stop[question]) - (not self.target_time)

    @property
    def relevant(self) -> NDArray[np.int64]:
        """`[questions]` how many items are to be found."""
        return np.diff(self.truth_offsets)

    @property
    def pairs(self) -> NDArray[np.int64]:
        """`question * items + item` of every item to be found, ascending."""
        asked = np.repeat(np.arange(len(self), dtype=np.int64), self.relevant)
        return asked * len(self.events.items) + self.truth

    @property
    def history_length(self) -> NDArray[np.int64]:
        """`[questions]` events given."""
        return self.stop - self.events.offsets[self.user]

    @property
    def trained_users(self) -> NDArray[np.int64]:
        """`[items]` distinct users of each item in training; 0 for the cold ones."""
        width = max(len(self.train.items), 1)
        keys = distinct(self.train.user_of_rows() * np.int64(width) + self.train.item)
        return np.bincount(keys % width, minlength=len(self.train.items))

    def at_most(self, count: int, seed: int) -> "HeldOut":
        """The questions of at most so many users, drawn by the seed."""
        users = np.unique(self.user)
        if len(users) <= count:
            return self
        drawn = np.random.default_rng(seed).choice(users, count, replace=False)
        return self._where(np.isin(self.user, drawn))

    def _where(self, kept: NDArray[np.bool_]) -> "HeldOut":
        return msgspec.structs.replace(
            self,
            user=self.user[kept],
            stop=self.stop[kept],
            now=self.now[kept],
            truth_offsets=_offsets(self.relevant[kept]),
            truth=self.truth[np.repeat(kept, self.relevant)],
        )


def held_out(
    events: Interactions,
    asked: Questions,
    *,
    target_time: bool,
    keep_seen: bool,
    keep_unseen: bool,
    closed: bool,
) -> HeldOut:
    """The questions that have a history and, after leaving out what is not to be asked for, an
    answer.
    """
    given = asked.stop > events.offsets[asked.user]
    user, stop, end = asked.user[given], asked.stop[given], asked.end[given]
    of, item = _answers(events, stop, end)
    seen = np.zeros(len(of), bool) if keep_seen else _had_before(events, user[of], item, stop[of])
    known = np.bincount(asked.train.item, minlength=len(events.items)) > 0
    unseen = np.zeros(len(of), bool) if keep_unseen else ~known[item] & ~seen
    found = HeldOut(
        train=asked.train,
        events=events,
        user=user,
        stop=stop,
        now=events.timestamp[stop if target_time else stop - 1].astype(np.float64),
        truth_offsets=_offsets(np.bincount(of[~seen & ~unseen], minlength=len(user))),
        truth=item[~seen & ~unseen],
        keep_seen=keep_seen,
        closed=closed,
        target_time=target_time,
        left_out=LeftOut(
            without_history=int(np.count_nonzero(~given)),
            seen=int(np.count_nonzero(seen)),
            unseen=int(np.count_nonzero(unseen)),
        ),
    )
    return found._where(found.relevant > 0)  # noqa: SLF001 - of its own module


def _answers(
    events: Interactions, stop: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Question and item of the distinct pairs, ascending."""
    sizes = end - stop
    of = np.repeat(np.arange(len(stop), dtype=np.int64), sizes)
    rows = np.arange(len(of)) + np.repeat(stop - _offsets(sizes)[:-1], sizes)
    width = max(len(events.items), 1)
    pairs = distinct(of * width + events.item[rows])
    return pairs // width, (pairs % width).astype(np.int32)


def _had_before(
    events: Interactions,
    user: NDArray[np.int64],
    item: NDArray[np.int32],
    stop: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether the user's first event with the item stands before a row."""
    width = max(len(events.items), 1)
    keys, firsts = np.unique(
        events.user_of_rows() * np.int64(width) + events.item, return_index=True
    )
    return np.asarray(firsts[np.searchsorted(keys, user * width + item)] < stop)


def _offsets(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
