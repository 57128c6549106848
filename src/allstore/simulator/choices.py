"""Which products a session views and which go into the cart.

The sessions of a block of shoppers are played in rounds: first the first session of every shopper,
then every second one, so that each session knows what its shopper has seen before.
"""

import msgspec
import numpy as np

from allstore.simulator.goods import (
    PARTNERS,
    STYLE_CATEGORY,
    STYLE_NAMES,
    Flags,
    Floats,
    Goods,
    Integers,
)
from allstore.simulator.people import People, utilities
from allstore.simulator.settings import DAY, HOUR, Settings
from allstore.simulator.visits import Visits

NEVER = np.float32(-1e9)
EXTRA_VIEWS = 3
"""The longest excursion to complements or to another style."""
ENOUGH = 2000
"""Views from which the threshold of the cart is measured anew."""


class Views(msgspec.Struct, frozen=True):
    """Arrays with a row for each view; `shopper` counts from the block's first."""

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
    length: Integers
    """Views."""


class Block:
    """The shoppers of one block, and what they have seen so far."""

    def __init__(self, people: People, goods: Goods, rows: slice, settings: Settings) -> None:
        self.settings = settings
        self.goods = goods
        self.rng = np.random.default_rng([settings.seed, 6, rows.start])
        self.worth = utilities(people, goods, rows, settings)
        self.gender = people.gender[rows]
        self.hunter = people.hunter[rows]
        self.thrift = people.thrift[rows]
        self.offers = _offers(settings)
        self.begin = settings.end - settings.days * DAY
        count = len(self.hunter)
        self.seen = np.zeros(self.worth.shape, bool)
        self.busy_until = np.zeros(count, np.int64)
        self.last_product = np.full(count, -1)
        self.threshold = 0.0
        self.measured = False

    def play(self, visits: Visits) -> list[Views]:
        """All sessions; the views come round by round, the two legs of a session apart."""
        first = visits.counts.cumsum() - visits.counts
        busiest_first = np.argsort(-visits.counts, kind="stable")
        counts = visits.counts[busiest_first]
        rounds = []
        for number in range(int(counts[0]) if len(counts) else 0):
            shoppers = busiest_first[: np.searchsorted(-counts, -number, side="left")]
            rounds += self._round(visits, shoppers, first[shoppers] + number)
        return rounds

    def _round(self, visits: Visits, shoppers: Integers, sessions: Integers) -> list[Views]:
        times = np.maximum(visits.start[sessions], self.busy_until[shoppers] + HOUR)
        wanted = np.where(
            visits.resumes[sessions], self.last_product[shoppers], visits.product[sessions]
        )
        style = np.where(wanted >= 0, self.goods.style[wanted], visits.style[sessions])
        main = self._play(Leg(sessions, shoppers, times, style, wanted, visits.views[sessions]))
        goes_on, style, wanted = self._next(main, shoppers, sessions)
        length = self.rng.integers(1, EXTRA_VIEWS + 1, len(goes_on))
        shoppers = shoppers[goes_on]
        times = self.busy_until[shoppers]
        extra = self._play(Leg(sessions[goes_on], shoppers, times, style, wanted, length))
        return [main, extra]

    def _play(self, leg: Leg) -> Views:
        products = self._choose(leg)
        row, column = np.nonzero(products >= 0)
        gaps = np.ceil(self.rng.lognormal(3.6, 0.8, products.shape)) * (products >= 0)
        when = leg.time[:, None] + gaps.cumsum(axis=1).astype(np.int64)
        time, shopper = when[row, column], leg.shopper[row]
        product = self._accidents(products[row, column], time)
        self.seen[shopper, product] = True
        self.last_product[shopper] = product
        if when.shape[1]:
            self.busy_until[leg.shopper] = when[:, -1]
        want = self._wants(shopper, product, time)
        return Views(leg.session[row], shopper, product, time, want, self._carts(want))

    def _choose(self, leg: Leg) -> Integers:
        """(sessions, views) products, those left over -1: first the one wanted or else the one
        liked best, then what is liked and like it.
        """
        shelf = self.goods.shelf[leg.style]
        score = self._worth_now(leg.shopper, leg.time, shelf)
        score -= np.float32(self.settings.other_style) * (
            self.goods.style[shelf] != leg.style[:, None]
        )
        score -= np.float32(self.settings.seen) * self.seen[leg.shopper[:, None], shelf]
        score += self.rng.gumbel(size=score.shape).astype(np.float32)
        score[(leg.wanted >= 0)[:, None] & (shelf == leg.wanted[:, None])] = -NEVER
        every, first = np.arange(len(shelf)), score.argmax(axis=1)
        score += np.float32(self.settings.likeness) * self._likeness(shelf[every, first], shelf)
        score[every, first] = -NEVER
        width = min(int(leg.length.max(initial=0)), shelf.shape[1])
        order = np.argsort(-score, axis=1)[:, :width]
        possible = np.take_along_axis(score, order, axis=1) > NEVER / 2
        possible &= np.arange(width) < leg.length[:, None]
        return np.where(possible, np.take_along_axis(shelf, order, axis=1), -1)

    def _worth_now(self, shoppers: Integers, times: Integers, products: Integers) -> Floats:
        """(shoppers, width) utility of the products on a shelf at each shopper's time."""
        goods, settings = self.goods, self.settings
        worth = self.worth[shoppers[:, None], products]
        past = ((times - self.begin) / (settings.days * DAY) - 0.5).astype(np.float32)
        worth += goods.drift[products] * past[:, None]
        age = (times[:, None] - goods.launched[products]) / np.float32(settings.novelty_days * DAY)
        worth += np.float32(settings.novelty) * np.exp(-np.clip(age, 0.0, 50.0))
        worth += self._discount(shoppers[:, None], products, times[:, None])
        return np.where((age < 0) | (products < 0), NEVER, worth).astype(np.float32)

    def _likeness(self, anchors: Integers, shelf: Integers) -> Floats:
        """(sessions, width) inner products of characters."""
        character = self.goods.character
        likeness: Floats = np.einsum("swd,sd->sw", character[shelf], character[anchors])
        return likeness

    def _wants(self, shoppers: Integers, products: Integers, times: Integers) -> Floats:
        """What leads to the cart: utility, less what the price weighs, more for an offer."""
        dear = self.goods.tier[products] * self.thrift[shoppers]
        offer = self._discount(shoppers, products, times)
        return self.worth[shoppers, products] - dear + 2.0 * offer

    def _discount(self, shoppers: Integers, products: Integers, times: Integers) -> Floats:
        week = (times - self.begin) // (7 * DAY)
        reduced = self.offers[week, self.goods.category[products]] | self.goods.promoted[products]
        scale = 0.2 + 0.8 * self.hunter[shoppers]
        return (self.settings.discount * reduced * scale).astype(np.float32)

    def _accidents(self, products: Integers, times: Integers) -> Integers:
        other = self.rng.integers(0, len(self.goods.style), len(products))
        slips = self.rng.random(len(products)) < self.settings.accidents
        return np.where(slips & (self.goods.launched[other] < times), other, products)

    def _carts(self, want: Floats) -> Flags:
        """The share of views that the funnel says goes into the cart."""
        score = self.settings.decisiveness * want + self.rng.logistic(size=len(want))
        if len(want) and (len(want) >= ENOUGH or not self.measured):
            self.threshold = float(np.quantile(score, 1.0 - self.settings.funnel[0]))
            self.measured = True
        return score > self.threshold

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
        draws = self.rng.random(len(shoppers))
        share = np.where(carted >= 0, self.settings.complement, self.settings.wander)
        goes_on = np.flatnonzero(draws < share)
        basket = carted[goes_on]
        partner = self.goods.partners[basket, self.rng.integers(0, PARTNERS, len(goes_on))]
        now = self.busy_until[shoppers[goes_on]]
        exact = (basket >= 0) & (self.rng.random(len(goes_on)) < self.settings.exact_complement)
        exact &= self.goods.launched[partner] < now
        exact &= self.goods.gender[partner] != 1 - self.gender[shoppers[goes_on]]
        aside = self._aside(self.goods.style[self.last_product[shoppers[goes_on]]])
        style = np.where(basket >= 0, self.goods.style[partner], aside)
        return goes_on, style, np.where(exact, partner, -1)

    def _aside(self, styles: Integers) -> Integers:
        """Another style of the same category for each."""
        step = self.rng.integers(1, 4, len(styles))
        table = np.array([_siblings(style) for style in range(len(STYLE_NAMES))])
        others: Integers = table[styles, step - 1]
        return others


def _siblings(style: int) -> Integers:
    category = np.flatnonzero(STYLE_CATEGORY[style] == STYLE_CATEGORY)
    return np.resize(category[category != style], 3)


def _offers(settings: Settings) -> Flags:
    """(weeks, categories) what is on offer."""
    rng = np.random.default_rng([settings.seed, 7])
    draws = rng.random((settings.days // 7 + 2, int(STYLE_CATEGORY.max()) + 1))
    flags: Flags = draws.argsort(axis=1).argsort(axis=1) < settings.offers
    return flags
