"""Which products a session views and which go into the cart.

The sessions of a part's shoppers are played in rounds: first the first session of every shopper,
then every second one, so that each session knows what its shopper has seen before.
"""

import msgspec
import numpy as np

from allstore.simulator.goods import (
    PARTNERS,
    SIBLINGS,
    Flags,
    Floats,
    Goods,
    Integers,
    places_on_shelf,
)
from allstore.simulator.interests import Interests
from allstore.simulator.people import People
from allstore.simulator.settings import HOUR, Settings
from allstore.simulator.visits import Visits
from allstore.simulator.worth import NEVER, Worth

EXTRA_VIEWS = 3
"""The longest excursion to complements or to another style."""
CELLS = 100_000
"""Sessions times products on a shelf that are weighed at once: what a processor's cache holds."""
LONGEST_GAP = 1500
"""Seconds between two views of a session."""
PAUSE = 4 * HOUR
"""Seconds, on average, that a session waits longer than an hour after one that it came too soon
after.
"""
ENOUGH = 4000
"""Views on which the threshold of the cart is measured."""
SMALLEST = np.float32(2**-24)


class Views(msgspec.Struct, frozen=True):
    """Arrays with a row for each view; `shopper` counts from the part's first."""

    session: Integers
    shopper: Integers
    product: Integers
    time: Integers
    want: Floats
    """Utility at that time, the price and any offer included."""
    carted: Flags


class Leg(msgspec.Struct, frozen=True):
    """The part of a session that is about one style; a row for each session."""

    session: Integers
    shopper: Integers
    time: Integers
    style: Integers
    wanted: Integers
    """The product to begin with, or -1."""
    attached: Flags
    """Whether that goes with something in the cart."""
    length: Integers
    """Views."""


class Block:
    """The shoppers of one part, and how far they have come."""

    def __init__(
        self, people: People, goods: Goods, settings: Settings, rng: np.random.Generator
    ) -> None:
        self._settings = settings
        self._goods = goods
        self._rng = rng
        self._gender = people.gender
        self._worth = Worth(people, goods, settings)
        self._interests = Interests(people, goods, settings)
        self._place = places_on_shelf(goods)
        self._carts = Carts(settings, rng)
        self._busy_until = np.zeros(len(people.age), np.int64)
        self._last_product = np.full(len(people.age), -1)

    def play(self, visits: Visits) -> list[Views]:
        """All sessions; the views come round by round, the two legs of a session apart."""
        first = visits.counts.cumsum() - visits.counts
        busiest_first = np.argsort(-visits.counts, kind="stable")
        counts = visits.counts[busiest_first]
        rounds = []
        for number in range(int(counts.max(initial=0))):
            shoppers = busiest_first[: np.searchsorted(-counts, -number, side="left")]
            rounds += self._round(visits, shoppers, first[shoppers] + number)
        return rounds

    def _round(self, visits: Visits, shoppers: Integers, sessions: Integers) -> list[Views]:
        times = self._come(visits, shoppers, sessions)
        wanted = np.where(
            visits.resumes[sessions], self._last_product[shoppers], visits.product[sessions]
        )
        style = self._interests.choose(shoppers, times, self._rng)
        style = np.where(wanted >= 0, self._goods.style[wanted], style)
        length, free = visits.views[sessions], np.zeros(len(sessions), bool)
        main = self._play(Leg(sessions, shoppers, times, style, wanted, free, length))
        goes_on, style, wanted = self._next(main, shoppers, sessions)
        length = self._rng.integers(1, EXTRA_VIEWS + 1, len(goes_on))
        shoppers = shoppers[goes_on]
        times = self._busy_until[shoppers]
        leg = Leg(sessions[goes_on], shoppers, times, style, wanted, wanted >= 0, length)
        extra = self._play(leg)
        return [main, extra]

    def _come(self, visits: Visits, shoppers: Integers, sessions: Integers) -> Integers:
        """When each session begins: as planned, an hour or more after the one before."""
        free = self._busy_until[shoppers] + HOUR
        left = visits.counts.cumsum()[shoppers] - sessions
        room = np.maximum(self._settings.end - free - left * HOUR, 0) / (2 * left)
        later = free + self._rng.exponential(np.minimum(room, PAUSE)).astype(np.int64)
        times = np.where(visits.start[sessions] < free, later, visits.start[sessions])
        return np.minimum(times, self._settings.end)

    def _play(self, leg: Leg) -> Views:
        products = self._choose(leg)
        row, column = np.nonzero(products >= 0)
        gaps = np.ceil(self._rng.lognormal(3.6, 0.8, products.shape)).clip(max=LONGEST_GAP)
        gaps *= products >= 0
        when = leg.time[:, None] + gaps.cumsum(axis=1).astype(np.int64)
        time, shopper = when[row, column], leg.shopper[row]
        product = self._accidents(products[row, column], time)
        self._interests.view(shopper, product)
        self._last_product[shopper] = product
        if when.shape[1]:
            self._busy_until[leg.shopper] = when[:, -1]
        want = self._worth.wants(shopper, product, time)
        want += self._settings.attach * (leg.attached[row] & (column == 0))
        return Views(leg.session[row], shopper, product, time, want, self._carts.take(want))

    def _choose(self, leg: Leg) -> Integers:
        """(sessions, views) products, those left over -1."""
        chosen = np.full((len(leg.style), int(leg.length.max(initial=0))), -1)
        rows = max(CELLS // self._goods.shelf.shape[1], 1)
        by_style = np.argsort(leg.style, kind="stable")
        for first in range(0, len(by_style), rows):
            some = by_style[first : first + rows]
            found = self._choose_by_style(_pick(leg, some))
            chosen[some, : found.shape[1]] = found
        return chosen

    def _choose_by_style(self, leg: Leg) -> Integers:
        """First the product wanted or else the one liked best, then what is liked and like it: two
        multinomial logit choices, with noise of their own. The styles ascend.
        """
        shelf = self._goods.shelf[leg.style]
        score = self._worth.on_shelf(leg.shopper, leg.time, leg.style)
        score -= np.float32(self._settings.seen) * self._interests.seen(leg.shopper, shelf)
        liked = (score + gumbel(self._rng, score.shape)).argmax(axis=1)
        every = np.arange(len(shelf))
        first = np.where(leg.wanted >= 0, self._place[leg.wanted], liked)
        score += gumbel(self._rng, score.shape)
        likeness = self._worth.likeness(shelf[every, first], leg.style)
        score += np.float32(self._settings.likeness) * likeness
        score[every, first] = -NEVER
        places = _best(score, int(leg.length.max()))
        possible = np.take_along_axis(score, places, axis=1) > NEVER / 2
        possible &= np.arange(places.shape[1]) < leg.length[:, None]
        return np.where(possible, np.take_along_axis(shelf, places, axis=1), -1)

    def _accidents(self, products: Integers, times: Integers) -> Integers:
        other = self._rng.integers(0, len(self._goods.style), len(products))
        slips = self._rng.random(len(products)) < self._settings.accidents
        return np.where(slips & (self._goods.launched[other] < times), other, products)

    def _next(
        self, main: Views, shoppers: Integers, sessions: Integers
    ) -> tuple[Integers, Integers, Integers]:
        """Who goes on, to which style, and to which product or -1: after a cart to what goes with
        it, otherwise to another style of the category.
        """
        carted = np.full(len(shoppers), -1)
        place = np.full(int(sessions.max(initial=-1)) + 1, -1)
        place[sessions] = np.arange(len(sessions))
        carted[place[main.session[main.carted]]] = main.product[main.carted]
        draws = self._rng.random(len(shoppers))
        share = np.where(carted >= 0, self._settings.complement, self._settings.wander)
        goes_on = np.flatnonzero(draws < share)
        basket = carted[goes_on]
        partner = self._goods.partners[basket, self._rng.integers(0, PARTNERS, len(goes_on))]
        now = self._busy_until[shoppers[goes_on]]
        exact = (basket >= 0) & (self._rng.random(len(goes_on)) < self._settings.exact_complement)
        exact &= self._goods.launched[partner] < now
        exact &= self._goods.gender[partner] != 1 - self._gender[shoppers[goes_on]]
        last = self._goods.style[self._last_product[shoppers[goes_on]]]
        aside = SIBLINGS[last, self._rng.integers(0, SIBLINGS.shape[1], len(goes_on))]
        style = np.where(basket >= 0, self._goods.style[partner], aside)
        return goes_on, style, np.where(exact, partner, -1)


class Carts:
    """Takes the share of views that the funnel says, by what is wanted most."""

    def __init__(self, settings: Settings, rng: np.random.Generator) -> None:
        self._share = settings.funnel[0]
        self._decisiveness = settings.decisiveness
        self._rng = rng
        self._recent: Floats = np.zeros(0)

    def take(self, want: Floats) -> Flags:
        """Which views go into the cart: those above a threshold, measured on the latest views."""
        score = self._decisiveness * want + self._rng.logistic(size=len(want))
        if not len(score):
            return np.zeros(0, bool)
        self._recent = np.concatenate([self._recent, score])[-max(len(score), ENOUGH) :]
        return score > np.quantile(self._recent, 1.0 - self._share)


def gumbel(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Noise of the extreme value distribution of scale 1, in single precision."""
    draws = rng.standard_exponential(shape, dtype=np.float32)
    np.log(np.maximum(draws, SMALLEST, out=draws), out=draws)
    return np.negative(draws, out=draws)


def _pick(leg: Leg, rows: Integers) -> Leg:
    return Leg(*(column[rows] for column in msgspec.structs.astuple(leg)))


def _best(score: Floats, count: int) -> Integers:
    """(rows, count) places of the highest scores, the highest first."""
    count = min(count, score.shape[1])
    places = np.argpartition(-score, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(score, places, axis=1), axis=1)
    return np.take_along_axis(places, order, axis=1)
