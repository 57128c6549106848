"""A model that has learnt, as whoever compares models asks it."""

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.ids import IdIndex
from aisle.evaluation.held_out import HeldOut
from aisle.evaluation.ranking import top
from aisle.recipes.base import Progress, Query, TrainingData

Score = Callable[[Query], NDArray[np.floating]]
"""`[items]` scores, higher is better."""

_TOLD_EVERY = 64


class Fitted(msgspec.Struct, frozen=True):
    """What scores, and the items that its scores and its queries are about."""

    score: Score
    items: IdIndex
    note: str = ""
    """What is to be known of how it learnt."""


Fit = Callable[[TrainingData, int, Progress], Fitted]
"""Learns with a seed. Raises ValueError where the data will not do."""


def ranked(
    fitted: Fitted,
    held: HeldOut,
    users: Catalogue,
    items: Catalogue,
    depth: int,
    *,
    related: bool,
    progress: Progress,
) -> NDArray[np.int32]:
    """`[questions, depth]` codes of the held-out items, best first; -1 where a list is short or an
    item is of the model's alone.
    """
    spaces = _Spaces(fitted.items, held.events.items)
    lists = np.full((len(held), depth), -1, np.int32)
    for number, query in enumerate(_queries(held, users, items, spaces, related=related)):
        if number % _TOLD_EVERY == 0:
            progress(number / len(held), f"ranking {number:,} of {len(held):,}")
        scores = np.array(fitted.score(query))
        if not held.keep_seen:
            scores[query.history] = -np.inf
        best = spaces.held(top(scores, depth))
        lists[number, : len(best)] = best
    return lists


class _Spaces:
    """Codes of held-out items and of a model's, each in the other's terms."""

    def __init__(self, model: IdIndex, held: IdIndex) -> None:
        self._to_model: NDArray[np.int32] | None = None
        self._to_held = self._to_model
        ids = list(held)
        if list(model) != ids:
            self._to_model = np.array([model.find(one) for one in ids], np.int32)
            self._to_held = np.array([held.find(one) for one in model], np.int32)

    def model(self, codes: NDArray[np.int32]) -> NDArray[np.int32]:
        """-1 for what the model does not know."""
        return codes if self._to_model is None else self._to_model[codes]

    def held(self, codes: NDArray[np.int32]) -> NDArray[np.int32]:
        """-1 for what was not held out from."""
        return codes if self._to_held is None else self._to_held[codes]


def _queries(
    held: HeldOut, users: Catalogue, items: Catalogue, spaces: _Spaces, *, related: bool
) -> Iterator[Query]:
    """One a question, with the context of the event whose time is `held.now`; related items are
    asked for the last item the user had.
    """
    events = held.events
    for question in range(len(held)):
        rows = held.history(question)
        codes = spaces.model(events.item[rows])
        known = codes >= 0
        yield Query(
            history=codes[known],
            times=events.timestamp[rows][known],
            now=float(held.now[question]),
            item=int(codes[-1]) if related else -1,
            event_type=events.event_type[rows][known],
            value=None if events.value is None else events.value[rows][known],
            traits=users.traits(events.users[int(held.user[question])]),
            context=events.context_of(held.asked_at(question)),
            item_traits=items.traits(events.items[int(events.item[rows][-1])]) if related else {},
        )
