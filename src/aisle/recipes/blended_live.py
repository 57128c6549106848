"""The blend as events stream in: the ridge's rows and popularity go on, the transformer stays.

An event adds to the sums that the ridge is made of: `decay[k]` to H'Y between the user's item k
steps back and the new one, and the square of it to H'H's diagonal. With the diagonal `m` of an
item's row `b` and what came since, `c` and `d`, the row is `(m b + c) / (m + d)`: exact for the
diagonal solver, one step of Jacobi's method for the dense one. So an item that no training has seen
follows those that shoppers had before it as soon as somebody takes it. Popularity goes on
by events.
"""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes.base import Query, StreamedEvents
from aisle.recipes.blended import BlendedModel, blended

_LOOKS_BACK = 20
"""Steps back whose transitions are counted; what lies further adds little."""
_MOST_USERS = 50_000
"""Users whose last items are remembered; of others those of the training are read again."""
_MOST_NEXT = 400
"""Items that have followed one; of twice as many the more frequent half stays."""
_MOST_ROWS = 50_000
"""Items with transitions of their own; the one left alone for longest goes back to its training."""


class LiveBlend:
    """One process's companion of a model. Sums since the training, kept small."""

    def __init__(self, model: BlendedModel, histories: Interactions) -> None:
        self._model, self._histories = model, histories
        self._trained = len(model.items)
        self._known = self._trained
        self._recent: OrderedDict[str, list[int]] = OrderedDict()
        self._rows: OrderedDict[int, _Row] = OrderedDict()
        self._events = np.zeros(self._trained, np.float32)
        self._least = float(model.ridge.mass.min(initial=1.0))
        self._count = max(len(histories), 1)

    def absorb(self, events: StreamedEvents) -> None:
        """Add each event to the sums; another event with the item at hand is no step."""
        self._known = events.known
        self._events = np.pad(self._events, (0, events.known - len(self._events)))
        decay = self._model.ridge.decay
        for user, item in zip(events.users, events.item.tolist(), strict=True):
            before = self._last_of(user)
            if before and before[-1] == item:
                continue
            self._events[item] += 1
            for back, source in enumerate(reversed(before[-len(decay) :])):
                self._row(source).add(item, float(decay[back]))
            before.append(item)
            del before[:-_LOOKS_BACK]

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[known]` probabilities, as the model's.

        An item that is not of the training has the transformer think of it as the ridge does.
        """
        ridge, model = self._model.ridge, self._model
        shares = np.pad(ridge.shares * np.float32(self._count), (0, self._known - self._trained))
        shares = (shares + self._events) / np.float32(self._count + self._events.sum())
        by_ridge = ridge.log_probabilities(self._personal(query.history), shares)
        by_transformer = None
        if model.transformer is not None and model.transformer_share:
            by_transformer = by_ridge.copy()
            known = _trained_part(query, self._trained)
            by_transformer[: self._trained] = model.transformer.log_probabilities(known)
        return blended(model, by_ridge, by_transformer, query.history)

    def _personal(self, history: NDArray[np.int32]) -> NDArray[np.float32]:
        """`[known]` as `RidgeModel.personal`, with what came since."""
        ridge = self._model.ridge
        recent = ridge.recent(history)
        weights = ridge.decay[: len(recent)].copy()
        since = np.zeros(self._known)
        for back, item in enumerate(recent.tolist()):
            row = self._rows.get(item)
            if row is None:
                continue
            mass = self._mass(item)
            added = np.array(list(row.next.values())) * (weights[back] / (mass + row.mass))
            since[list(row.next)] += added
            weights[back] *= mass / (mass + row.mass)
        known = recent < self._trained
        totals = np.pad(
            ridge.totals(recent[known], weights[known]), (0, len(since) - self._trained)
        )
        totals += since
        np.maximum(totals, 0, out=totals)
        total = totals.sum()
        return (totals / total if total else totals).astype(np.float32)

    def _mass(self, item: int) -> float:
        ridge = self._model.ridge
        code = int(ridge.row_of[item]) if item < self._trained else -1
        return float(ridge.mass[code]) if code >= 0 else self._least

    def _row(self, item: int) -> "_Row":
        row = self._rows.get(item)
        if row is None:
            row = self._rows[item] = _Row()
            if len(self._rows) > _MOST_ROWS:
                self._rows.popitem(last=False)
        self._rows.move_to_end(item)
        return row

    def _last_of(self, user: str) -> list[int]:
        """The user's last items, oldest first; the list is the one to add to."""
        found = self._recent.get(user)
        if found is None:
            found = self._recent[user] = self._trained_last(user)
            if len(self._recent) > _MOST_USERS:
                self._recent.popitem(last=False)
        self._recent.move_to_end(user)
        return found

    def _trained_last(self, user: str) -> list[int]:
        code = self._histories.users.find(user)
        if code < 0:
            return []
        items = self._histories.item[self._histories.rows_of(code)]
        recent: list[int] = self._model.ridge.recent(items)[:_LOOKS_BACK][::-1].tolist()
        return recent


class _Row:
    """What has come since the training to one item."""

    __slots__ = ("mass", "next")

    def __init__(self) -> None:
        self.mass = 0.0
        self.next: dict[int, float] = {}

    def add(self, item: int, weight: float) -> None:
        """One transition."""
        self.mass += weight * weight
        self.next[item] = self.next.get(item, 0.0) + weight
        if len(self.next) >= 2 * _MOST_NEXT:
            strongest = sorted(self.next, key=lambda one: self.next[one])[_MOST_NEXT:]
            self.next = {one: self.next[one] for one in strongest}


def _trained_part(query: Query, items: int) -> Query:
    """The query without events of items that came after the training."""
    kept = query.history < items
    if kept.all():
        return query
    return Query(
        history=query.history[kept],
        times=query.times[kept],
        now=query.now,
        event_type=None if query.event_type is None else query.event_type[kept],
        value=None if query.value is None else query.value[kept],
        traits=query.traits,
        context=query.context,
    )
