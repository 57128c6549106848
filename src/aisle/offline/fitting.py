"""A model that has learnt, as whoever compares models asks it."""

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import EMPTY, Catalogue
from aisle.data.ids import IdIndex
from aisle.evaluation.held_out import HeldOut
from aisle.evaluation.ranking import top
from aisle.recipes.base import Progress, Query, TrainingData
from aisle.serving.answer_space import joined
from aisle.serving.newcomers import placed

Score = Callable[[Query], NDArray[np.floating]]
"""`[items]` scores, higher is better."""

_TOLD_EVERY = 64


class Fitted(msgspec.Struct, frozen=True):
    """What scores, and the items that its scores and its queries are about."""

    score: Score
    items: IdIndex
    note: str = ""
    """What is to be known of how it learnt."""
    newcomers: bool = False
    """Whether rows of the catalogue that it does not know are placed among its own, as serving
    does.
    """


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
    item has no code there.
    """
    space = _Space(fitted, held, items)
    lists = np.full((len(held), depth), -1, np.int32)
    for number, query in enumerate(_queries(held, users, items, space, related=related)):
        if number % _TOLD_EVERY == 0:
            progress(number / len(held), f"ranking {number:,} of {len(held):,}")
        scores = space.scores(fitted.score(query), None if related else query.history)
        had = held.events.item[held.history(number)]
        if not held.keep_seen:
            scores[space.positions(had)] = -np.inf
        if related:
            scores[space.positions(had[-1:])] = -np.inf
        best = space.held[top(scores, depth)]
        lists[number, : len(best)] = best
    return lists


class _Known(msgspec.Struct, frozen=True):
    """A model's items, for an answer space."""

    ids: list[str]
    codes: dict[str, int]


class _Space:
    """What is ranked: a model's items and, with newcomers, those that the catalogue has beside."""

    def __init__(self, fitted: Fitted, held: HeldOut, catalogue: Catalogue) -> None:
        known, ids = list(fitted.items), list(held.events.items)
        codes = {one: code for code, one in enumerate(known)}
        self._newcomers, self._closed = fitted.newcomers, held.closed
        self._space = joined(_Known(known, codes), catalogue if fitted.newcomers else EMPTY)
        self._position = np.array(self._space.positions(ids), np.int64)
        self.codes = np.array([codes.get(one, -1) for one in ids], np.int32)
        """`[held-out items]` the model's codes; -1 for what it does not know."""
        self.held = np.full(len(self._space), -1, np.int32)
        """`[space]` codes of held-out items; -1 for what was not held out from."""
        there = self._position >= 0
        self.held[self._position[there]] = np.flatnonzero(there)

    def positions(self, codes: NDArray[np.int32]) -> NDArray[np.int64]:
        """Where those of the held-out items stand that stand anywhere."""
        found = self._position[codes]
        return found[found >= 0]

    def scores(
        self, of_model: NDArray[np.floating], history: NDArray[np.int32] | None
    ) -> NDArray[np.floating]:
        """`[space]` for who had the items of a history, in the model's codes."""
        scores = np.array(of_model)
        if self._newcomers:
            scores = placed(self._space, scores, shares=False, history=history)
        if self._closed:
            scores[self.held < 0] = -np.inf
        return scores


def _queries(
    held: HeldOut, users: Catalogue, items: Catalogue, space: _Space, *, related: bool
) -> Iterator[Query]:
    """One a question, with the context of the event whose time is `held.now`; related items are
    asked for the last item the user had.
    """
    events = held.events
    for question in range(len(held)):
        rows = held.history(question)
        codes = space.codes[events.item[rows]]
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
