"""The blend as events stream in: the ridge's rows and popularity go on, the transformer stays.

An event of weight w adds to the sums that the ridge is made of: `w d` to H'WY between the user's
item k steps back and the new one, and `w d^2` to H'WH's diagonal, where `d` is `decay[k]` times
what the days between leave of it. With the diagonal `m` of an item's row `b` and what came since,
`c` and `n`, the row is `(m b + c) / (m + n)`: exact for the diagonal solver, one step of Jacobi's
method for the dense one. So an item that no training has seen follows those that shoppers had
before it as soon as somebody takes it. Popularity goes on by events.
"""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes.base import Query, StreamedEvents
from aisle.recipes.blended import BlendedModel, blended
from aisle.recipes.ridge_model import Recent, days_of, distribution, first_of_runs
from aisle.recipes.transformer.model import TransformerModel

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
        self._recent: OrderedDict[str, _Recent] = OrderedDict()
        self._rows: OrderedDict[int, _Row] = OrderedDict()
        self._events = np.zeros(self._trained, np.float32)
        self._least = float(model.ridge.mass.min()) if len(model.ridge.mass) else 1.0
        self._count = max(len(histories), 1)
        self._shares = model.ridge.shares

    def absorb(self, events: StreamedEvents) -> None:
        """Add each event to the sums. Another event with the item at hand is no step: it adds what
        it weighs more than those before it.
        """
        self._known = events.known
        self._events = np.pad(self._events, (0, events.known - len(self._events)))
        decay = self._model.ridge.decay
        weights = np.ones(len(events)) if events.weight is None else events.weight
        days = days_of(events.time).tolist()
        fours = zip(events.users, events.item.tolist(), weights.tolist(), days, strict=True)
        for user, item, weight, day in fours:
            recent = self._last_of(user)
            more = recent.step(item, weight, day)
            if more <= 0:
                continue
            self._events[item] += more
            sources = recent.items[-2 : -len(decay) - 2 : -1]
            passed = recent.days[-1] - np.array(recent.days[-2 : -len(decay) - 2 : -1], np.int32)
            parts = decay[: len(sources)] * self._model.ridge.faded(passed)
            for source, part in zip(sources, parts.tolist(), strict=True):
                self._row(source).add(item, part, more)
        shares = self._events.copy()
        shares[: self._trained] += self._model.ridge.shares * np.float32(self._count)
        self._shares = shares / np.float32(self._count + self._events.sum())

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[known]` probabilities, as the model's.

        An item that is not of the training has the transformer think of it as the ridge does.
        """
        model = self._model
        recent = model.ridge.recent(query.history, query.times, query.now)
        by_ridge = model.ridge.log_probabilities(self._personal(recent), self._shares)
        by_transformer = None
        if model.transformer is not None and model.transformer_share:
            by_transformer = self._by_transformer(model.transformer, query, by_ridge)
        by_content = self._by_content(recent)
        return blended(model, by_ridge, by_transformer, query.history, by_content)

    def _by_content(self, recent: Recent) -> NDArray[np.float32] | None:
        """`[known]`: of items that came after the training the mean is said."""
        found = self._model.by_content(recent.among(self._trained))
        if found is None or self._known == self._trained:
            return found
        mean = float(found.mean())
        return np.pad(found, (0, self._known - self._trained), constant_values=mean)

    def _by_transformer(
        self, transformer: TransformerModel, query: Query, by_ridge: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """`[known]`"""
        if self._known == self._trained:
            return transformer.scores(query)
        both = by_ridge.copy()
        known = query.only(query.history < self._trained)
        both[: self._trained] = transformer.log_probabilities(known)
        return both

    def _personal(self, recent: Recent) -> NDArray[np.float32]:
        """`[known]` as `RidgeModel.personal_of`, with what came since."""
        weights = recent.weights.copy()
        since = self._since(recent.items, weights)
        trained = Recent(recent.items, weights).among(self._trained)
        totals = self._model.ridge.totals(trained, self._known)
        if since is not None:
            totals += since
        return distribution(totals)

    def _since(
        self, recent: NDArray[np.int32], weights: NDArray[np.float32]
    ) -> NDArray[np.float32] | None:
        """`[known]` what the rows of the items have had since the training, by `weights`, which
        become those of the rows as trained; None where they have had nothing.
        """
        found = [
            (at, self._rows[item]) for at, item in enumerate(recent.tolist()) if item in self._rows
        ]
        if not found:
            return None
        at = [step for step, _ in found]
        before = np.array([row.trained for _, row in found])
        after = before + np.array([row.mass for _, row in found])
        items, sums = zip(*[row.arrays() for _, row in found], strict=True)
        shares = np.repeat(weights[at] / after, [len(one) for one in items])
        weights[at] *= before / after
        weighted = np.concatenate(sums) * shares
        return np.bincount(np.concatenate(items), weighted, self._known).astype(np.float32)

    def _mass(self, item: int) -> float:
        """Of an item's row as trained; the least of all for one that has none."""
        ridge = self._model.ridge
        row = ridge.row_of[item] if item < self._trained else -1
        return self._least if row < 0 else float(ridge.mass[row])

    def _row(self, item: int) -> "_Row":
        row = self._rows.get(item)
        if row is None:
            row = self._rows[item] = _Row(self._mass(item))
            if len(self._rows) > _MOST_ROWS:
                self._rows.popitem(last=False)
        self._rows.move_to_end(item)
        return row

    def _last_of(self, user: str) -> "_Recent":
        """The user's last items, to be added to."""
        found = self._recent.get(user)
        if found is None:
            found = self._recent[user] = self._trained_last(user)
            if len(self._recent) > _MOST_USERS:
                self._recent.popitem(last=False)
        self._recent.move_to_end(user)
        return found

    def _trained_last(self, user: str) -> "_Recent":
        code = self._histories.users.find(user)
        if code < 0:
            return _Recent([], [], 0.0)
        rows = self._histories.rows_of(code)
        items, weight = self._histories.item[rows], 1.0
        if self._histories.weight is not None and len(items):
            others = np.flatnonzero(items != items[-1])
            run = slice(others[-1] + 1 if len(others) else 0, None)
            weight = float(self._histories.weight[rows][run].max())
        last = first_of_runs(items)[-_LOOKS_BACK:]
        days = days_of(self._histories.timestamp[rows][last])
        return _Recent(items[last].tolist(), days.tolist(), weight)


class _Recent:
    """A user's last items and their days, oldest first, each run of events as one."""

    __slots__ = ("_weight", "days", "items")

    def __init__(self, items: list[int], days: list[int], weight: float) -> None:
        """`weight` is that of the heaviest event of the last run."""
        self.items, self.days, self._weight = items, days, weight

    def step(self, item: int, weight: float, day: int) -> float:
        """Go on to an item; what that adds to the weight with which the item was reached."""
        if self.items and self.items[-1] == item:
            more = weight - self._weight
            self._weight = max(self._weight, weight)
            return more
        self.items.append(item)
        self.days.append(day)
        del self.items[: -_LOOKS_BACK - 1], self.days[: -_LOOKS_BACK - 1]
        self._weight = weight
        return weight


class _Row:
    """What has come since the training to one item."""

    __slots__ = ("_arrays", "_next", "mass", "trained")

    def __init__(self, trained: float) -> None:
        """`trained` is the mass of its item's row in the model."""
        self.trained, self.mass = trained, 0.0
        self._next: dict[int, float] = {}
        self._arrays: tuple[NDArray[np.int32], NDArray[np.float32]] | None = None

    def add(self, item: int, decay: float, weight: float) -> None:
        """A transition over as many steps as `decay` says, which counts `weight`."""
        self.mass += weight * decay * decay
        self._next[item] = self._next.get(item, 0.0) + weight * decay
        self._arrays = None
        if len(self._next) >= 2 * _MOST_NEXT:
            strongest = sorted(self._next, key=lambda one: self._next[one])[_MOST_NEXT:]
            self._next = {one: self._next[one] for one in strongest}

    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The items that followed, and the sum of each; made again after an addition."""
        if self._arrays is None:
            items = np.fromiter(self._next, np.int32, len(self._next))
            self._arrays = items, np.fromiter(self._next.values(), np.float32, len(items))
        return self._arrays
