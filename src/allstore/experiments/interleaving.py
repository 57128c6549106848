"""Team-draft interleaving: two lists become one, and each item plays for the list it came from.

After Radlinski, Kurup and Joachims, How Does Clickthrough Data Reflect Retrieval Quality?
(CIKM 2008). Two lists shown to the same visitor at once are compared with far fewer visits than
two groups of visitors need.
"""

import random
from collections.abc import Iterator, Sequence

import msgspec

TEAMS = 2


class Interleaved(msgspec.Struct, frozen=True):
    """One list of two."""

    ids: tuple[str, ...]
    teams: tuple[int, ...]
    """Of each item: 0 where the first list picked it, 1 where the second did."""


def team_draft(first: Sequence[str], second: Sequence[str], count: int, seed: int) -> Interleaved:
    """At most `count` items: in each round both lists pick, in an order that a coin decides, the
    best of theirs that is not in yet.

    The draft ends where a list has nothing left to pick, so that neither team is ever more than one
    item ahead; the same seed gives the same coins.
    """
    coins = random.Random(seed)  # noqa: S311 - a coin, not a secret
    taken: dict[str, int] = {}
    left = [iter(first), iter(second)]
    while len(taken) < count:
        starts = coins.randrange(TEAMS)
        for team in (starts, 1 - starts):
            item = _best(left[team], taken)
            if item is None:
                return _interleaved(taken)
            taken[item] = team
            if len(taken) == count:
                break
    return _interleaved(taken)


def _best(left: Iterator[str], taken: dict[str, int]) -> str | None:
    return next((item for item in left if item not in taken), None)


def _interleaved(taken: dict[str, int]) -> Interleaved:
    return Interleaved(tuple(taken), tuple(taken.values()))
