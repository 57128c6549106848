"""What a session under way is about, as far as its views tell: which style is looked for, whether
that is still what it began with, and which product comes next.

The steps are those of `choices.Block`, followed in probabilities instead of draws.
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from allstore.simulator.choices import EXTRA_VIEWS
from allstore.simulator.goods import SIBLINGS, STYLE_NUMBER, Floats, Goods, Integers
from allstore.simulator.settings import Settings

LEAST = 1e-300
TINY = 1e-9
LIKELY = 0.01
"""The least probability of an accident that is followed up."""


class Shelves:
    """Probabilities of the next view of a leg, for any style."""

    def __init__(self, goods: Goods, settings: Settings) -> None:
        self._goods = goods
        self._settings = settings
        self._rows = [row[row >= 0] for row in goods.shelf]
        self._lost = [
            settings.other_style * (goods.style[row] != style)
            for style, row in enumerate(self._rows)
        ]
        self._place = np.full((len(STYLE_NUMBER), len(goods.style)), -1, np.int32)
        """`[styles, products]` where a product stands on the shelf of a style; -1 if nowhere."""
        for style, row in enumerate(self._rows):
            self._place[style, row] = np.arange(len(row))
        self.holds = self._place >= 0
        """`[styles, products]` who is shown to whoever looks for a style."""

    def next(self, style: int, worth: Floats, views: Integers) -> Floats:
        """`[products]` probabilities after these views of the leg; all 0 where none is left."""
        row = self._rows[style]
        score = worth[row] - self._lost[style]
        if len(views) and self.holds[style, views[0]]:
            likeness = self._goods.character[row] @ self._goods.character[views[0]]
            score = score + self._settings.likeness * likeness
        places = self._place[style, views]
        score[places[places >= 0]] = -np.inf
        odds = np.zeros(len(worth))
        highest = score.max(initial=-np.inf)
        if highest > -np.inf:
            chosen = np.exp(score - highest)
            odds[row] = chosen / chosen.sum()
        return odds

    def of_styles(self, weights: Floats, worth: Floats) -> Floats:
        """`[products]` the first view of a leg whose style goes by weight."""
        odds = np.zeros(len(worth))
        for style in np.flatnonzero(weights).tolist():
            odds += weights[style] * self.next(style, worth, STYLE_NUMBER[:0])
        return odds


class _Hypothesis(msgspec.Struct, frozen=True):
    """One course of the session so far: how likely, and what comes next under it."""

    weight: float
    odds: Floats


class Session(msgspec.Struct, frozen=True):
    """What is known of the session and its shopper."""

    views: Integers
    carted: Integers
    """Products put into the cart in it."""
    worth: Floats
    """`[products]` as the session began."""
    interest: Floats
    """`[styles]`"""
    gender: int
    now: int


class Intent:
    """Follows sessions."""

    def __init__(self, goods: Goods, settings: Settings) -> None:
        self._goods = goods
        self._settings = settings
        self.shelves = Shelves(goods, settings)

    def next(self, session: Session) -> Floats:
        """`[products]` probabilities of the next view, which belongs to this session."""
        found = list(self._hypotheses(session))
        total = sum(each.weight for each in found)
        odds = np.zeros(len(session.worth))
        for each in found:
            odds += each.weight / max(total, LEAST) * each.odds
        return odds

    def _hypotheses(self, session: Session) -> Iterator[_Hypothesis]:
        """Still in the first leg, about to leave it, or one or two views into the second."""
        views, settings = session.views, self._settings
        stay = 1.0 - 1.0 / settings.session_views
        for style in np.flatnonzero(self.shelves.holds[:, views].any(axis=1)).tolist():
            likely, following = self._follow(style, session.worth, views)
            likely *= session.interest[style] + LEAST
            goes_on = stay if len(views) < settings.longest_session else 0.0
            yield _Hypothesis(float(likely[-1]) * goes_on, following)
            leaving = 1.0 - stay if len(views) < settings.longest_session else 1.0
            for length in range(min(EXTRA_VIEWS, len(views))):
                first, second = np.split(views, [len(views) - length])
                yield from self._second(
                    session, style, first, second, float(likely[len(first)]) * leaving
                )

    def _second(
        self, session: Session, style: int, first: Integers, second: Integers, likely: float
    ) -> Iterator[_Hypothesis]:
        """The first leg was `first`, and `second` are the views of the other so far."""
        settings = self._settings
        left = 1.0 - len(second) / EXTRA_VIEWS
        carted = session.carted
        if len(carted):
            carted = carted[np.isin(carted, first)]
        share = settings.complement if len(carted) else settings.wander
        worth = session.worth.copy()
        worth[first] -= settings.seen
        start, styles = self._start(session, style, carted, worth)
        if not len(second):
            yield _Hypothesis(likely * share, start)
            return
        begun = likely * share * left * self._slipped(start, int(second[0]))
        for other in np.flatnonzero(styles * self.shelves.holds[:, second[0]]).tolist():
            rest, following = self._follow(other, worth, second)
            weight = begun * styles[other] * rest[-1] / max(rest[1], LEAST)
            yield _Hypothesis(float(weight), following)

    def _start(
        self, session: Session, style: int, carted: Integers, worth: Floats
    ) -> tuple[Floats, Floats]:
        """`[products]` the first view of the second leg, and `[styles]` what it looks for."""
        goods, settings = self._goods, self._settings
        if not len(carted):
            styles = np.bincount(SIBLINGS[style], minlength=len(STYLE_NUMBER)) / SIBLINGS.shape[1]
            return self.shelves.of_styles(styles, worth), styles
        partners = goods.partners[carted[-1]]
        fit = (goods.launched[partners] < session.now) & (
            goods.gender[partners] != 1 - session.gender
        )
        styles = np.bincount(goods.style[partners], minlength=len(STYLE_NUMBER)) / len(partners)
        exact = np.zeros(len(worth))
        np.add.at(exact, partners[fit], settings.exact_complement / len(partners))
        return exact + (1.0 - exact.sum()) * self.shelves.of_styles(styles, worth), styles

    def _follow(self, style: int, worth: Floats, views: Integers) -> tuple[Floats, Floats]:
        """`[views + 1]` how likely the first of the views are in one leg of this style, the wish
        to go on included, and `[products]` the odds of the view after them.

        An accident comes in the place of what was meant, which then does not come any more.
        """
        stay = 1.0 - 1.0 / self._settings.session_views
        likely = np.ones(len(views) + 1)
        lost: list[Floats] = []
        for number, product in enumerate(views.tolist()):
            plain = self.shelves.next(style, worth, views[:number])
            odds = _without(plain, lost)
            step = self._slipped(odds, product)
            likely[number + 1] = likely[number] * step * (stay if number else 1.0)
            slipped = self._settings.accidents / len(worth) / max(step, LEAST)
            lost = [_after(each, plain, product, slipped) for each in lost]
            if slipped > LIKELY:
                lost.append(slipped * odds)
        return likely, _without(self.shelves.next(style, worth, views), lost)

    def _slipped(self, odds: Floats, product: int) -> float:
        """The probability of a view that may have been an accident."""
        slips = self._settings.accidents
        return float((1.0 - slips) * odds[product] + slips / len(odds))


def _without(odds: Floats, lost: list[Floats]) -> Floats:
    """`[products]` odds of the next view, where each of `lost` gives the probabilities of what an
    accident took the place of; the rest of each is that nothing was lost. The sum is 1, unless all
    are 0.
    """
    for each in lost:
        share = each / np.maximum(1.0 - odds, TINY)
        odds = odds * np.maximum(1.0 - each.sum() + share.sum() - share, 0.0)
        odds = _scaled(odds)
    return odds


def _after(lost: Floats, odds: Floats, product: int, slipped: float) -> Floats:
    """The same after a view of `product`, which was an accident with the probability `slipped`:
    what is seen as meant was not lost before.
    """
    if not odds[product]:
        return lost
    found = lost / np.maximum(1.0 - odds, TINY)
    found[product] = 0.0
    found /= max(1.0 - lost.sum() + found.sum(), TINY)
    mixed: Floats = slipped * lost + (1.0 - slipped) * found
    return mixed


def _scaled(odds: Floats) -> Floats:
    """The same with a sum of 1, unless all are 0."""
    total = odds.sum()
    scaled: Floats = odds / total if total > 0 else odds
    return scaled
