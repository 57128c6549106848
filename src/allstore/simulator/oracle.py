"""The perfect model: it knows every parameter of the simulation, and not what chance will do.

What it ranks highest is what the choice model of `choices` is likeliest to do next, so no model
that learns from the events alone can be expected to find more of it.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from allstore.simulator.goods import STYLE_CATEGORY, Floats, Goods, Integers
from allstore.simulator.intent import LEAST, Intent, Session
from allstore.simulator.interests import appeal
from allstore.simulator.people import People, utilities
from allstore.simulator.settings import DAY, HOUR
from allstore.simulator.store import Truth
from allstore.simulator.visits import seasons, trend
from allstore.simulator.worth import offers

Kinds = NDArray[np.str_]
PAUSE = HOUR // 2
"""Seconds without an event that end a session."""


class _Past(msgspec.Struct, frozen=True):
    """What a shopper did, oldest first."""

    products: Integers
    """Rows of `Store.products`."""
    times: Integers
    """Epoch seconds."""
    kinds: Kinds
    """Event types in lower case."""


class Oracle:
    """Answers about the shoppers of one simulation, for items in an order given once.

    Raises KeyError for an item or a shopper that the simulation does not have.
    """

    def __init__(self, truth: Truth, items: Sequence[str]) -> None:
        rows = {product.id: row for row, product in enumerate(truth.products)}
        self._rows: Integers = np.array([rows[item] for item in items], np.int64)
        self._truth = truth
        self._goods: Goods = truth.goods
        self._settings = truth.settings
        self._offers = offers(truth.settings)
        self._begin = truth.settings.end - truth.settings.days * DAY
        self._intent = Intent(truth.goods, truth.settings)
        self._stock = np.bincount(self._goods.style, minlength=len(STYLE_CATEGORY))

    def utility(self, user: str, now: int) -> Floats:
        """`[items]` what each is worth to the shopper at `now`, the interest in its style
        included; minus infinity for one that is not on sale yet.
        """
        people, row = self._truth.person(user)
        shares = np.log(np.maximum(self._interest(people, row, now), 1e-9))
        worth = self._worth(people, row, now) + shares[self._goods.style]
        return worth[self._rows]

    def next_item(
        self, user: str, items: Integers, kinds: Sequence[str], times: Integers, now: int
    ) -> Floats:
        """`[items]` the probability of each to be viewed at `now`, given that the shopper never had
        it. `items` (codes), `kinds` (event types) and `times` are the history, oldest first.
        """
        people, row = self._truth.person(user)
        past = _Past(self._rows[items], times, np.char.lower(np.asarray(kinds, np.str_)))
        worth = self._worth(people, row, now)
        session = _current(past, now)
        before = past.products[: len(past.products) - len(session.products)]
        worth[np.unique(before)] -= self._settings.seen
        interest = self._interest(people, row, now) * self._appeal(before)
        interest /= interest.sum()
        if len(session.products):
            gender = int(people.gender[row])
            odds = self._intent.next(_described(session, worth, interest, gender, now))
        else:
            odds = self._begun(interest, worth, now)
        on_sale = self._goods.launched < now
        slips = self._settings.accidents
        odds = (1.0 - slips) * odds + slips * on_sale / on_sale.sum()
        odds[past.products] = 0.0
        if not odds.any():  # the shelf is exhausted, and accidents do not happen
            odds[on_sale] = 1.0
            odds[past.products] = 0.0
        odds /= max(odds.sum(), LEAST)
        probabilities: Floats = odds[self._rows]
        return probabilities

    def _worth(self, people: People, row: int, now: int) -> Floats:
        """`[products]` utility within the style, as it is at that time."""
        goods, settings = self._goods, self._settings
        worth = utilities(people, goods, slice(row, row + 1), settings)[0].astype(np.float64)
        worth += goods.drift * ((now - self._begin) / (settings.days * DAY) - 0.5)
        age = (now - goods.launched) / (settings.novelty_days * DAY)
        worth += settings.novelty * np.exp(-np.clip(age, 0.0, 50.0))
        week = (now - self._begin) // (7 * DAY)
        reduced = self._offers[week, goods.category] | goods.promoted
        worth += settings.discount * reduced * (0.2 + 0.8 * people.hunter[row])
        return np.where(goods.launched < now, worth, -np.inf)

    def _interest(self, people: People, row: int, now: int) -> Floats:
        """`[styles]` shares at that time, by taste and season."""
        moment = (now - self._begin) / (self._settings.days * DAY)
        later = moment > people.changes[row]
        shares = (people.styles_later if later else people.styles)[row]
        odds: Floats = shares * (self._stock > 0) * seasons(now, self._settings)
        odds /= odds.sum()
        return odds

    def _appeal(self, viewed: Integers) -> Floats:
        """`[styles]` how much of the interest is left in each after these products."""
        known = np.bincount(self._goods.style[np.unique(viewed)], minlength=len(STYLE_CATEGORY))
        return appeal(known / np.maximum(self._stock, 1), self._settings)

    def _begun(self, interest: Floats, worth: Floats, now: int) -> Floats:
        """The first view of a session: what the shopper comes for, or what everybody looks at."""
        odds = self._intent.shelves.of_styles(interest, worth)
        share = self._settings.trend_share * float(trend(np.array([now]), self._settings)[0])
        odds *= 1.0 - share
        if len(self._goods.trending):
            odds[self._goods.trending] += share / len(self._goods.trending)
        return odds


def _current(past: _Past, now: int) -> _Past:
    """The events of the session that is under way at `now`; none where a new one begins."""
    times = np.append(past.times, now)
    pauses = np.flatnonzero(np.diff(times) > PAUSE)
    first = int(pauses[-1]) + 1 if len(pauses) else 0
    return _Past(past.products[first:], past.times[first:], past.kinds[first:])


def _described(session: _Past, worth: Floats, interest: Floats, gender: int, now: int) -> Session:
    return Session(
        views=session.products[session.kinds == "view"],
        carted=session.products[session.kinds == "addtocart"],
        worth=worth,
        interest=interest,
        gender=gender,
        now=now,
    )
