"""When each user last met each item: in the trained histories, or since, as far as memory goes.

Or what else is the greatest value of a user's events with an item.
"""

from functools import lru_cache
from typing import Any

from numpy.typing import NDArray

from aisle.data.interactions import Interactions

NEVER = float("-inf")

_MOST_KEPT = 250_000
_MOST_USERS = 4096


class Encounters:
    """The pairs of users and items met lately; what was met longest ago is forgotten first.

    Between `most` and twice as many pairs since the training are remembered, and all of before.
    """

    def __init__(
        self,
        histories: Interactions,
        event_type: str | None = None,
        most: int = _MOST_KEPT,
        of: NDArray[Any] | None = None,
    ) -> None:
        """Only events of `event_type` count, if one is given.

        `of` `[events]` are the values of the histories' events; their times, where none are given.
        """
        self._histories = histories
        self._of: NDArray[Any] = histories.timestamp if of is None else of
        names = histories.event_types
        self._kind: int | None = None
        if event_type is not None:
            kind = event_type.lower()
            self._kind = names.index(kind) if kind in names else len(names)
        self._most = most
        self._young: dict[int, float] = {}
        self._old: dict[int, float] = {}
        self._rows_of = lru_cache(_MOST_USERS)(self._rows)

    def meet(self, user: str, item: int, value: float) -> float:
        """The greatest value the user has met the item with, NEVER if none; add another."""
        pair = hash((user, item))  # 64 bits: that two of so few pairs share one is out of the way
        before = self._young.get(pair)
        if before is None:
            before = self._old.get(pair)
        if before is None:
            before = self._trained(user, item)
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[pair] = max(before, value)
        return before

    def _trained(self, user: str, item: int) -> float:
        rows = self._rows_of(user)
        met = self._histories.item[rows] == item
        if self._kind is not None:
            met &= self._histories.event_type[rows] == self._kind
        values = self._of[rows][met]
        return float(values.max()) if len(values) else NEVER

    def _rows(self, user: str) -> slice:
        code = self._histories.users.find(user)
        return self._histories.rows_of(code) if code >= 0 else slice(0, 0)
