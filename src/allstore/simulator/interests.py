"""What a shopper comes for."""

import numpy as np

from allstore.simulator.goods import STYLE_NUMBER, Flags, Floats, Goods, Integers
from allstore.simulator.people import People
from allstore.simulator.settings import DAY, Settings
from allstore.simulator.visits import seasons

WEEK = 7 * DAY


class Interests:
    """The styles that the shoppers of a part look for, and what they know of them already."""

    def __init__(self, people: People, goods: Goods, settings: Settings) -> None:
        self._people = people
        self._goods = goods
        self._settings = settings
        self._begin = settings.end - settings.days * DAY
        self._stock = np.bincount(goods.style, minlength=len(STYLE_NUMBER)).astype(np.float32)
        weeks = range(settings.days // 7 + 3)
        self._seasons = np.array(
            [seasons((self._begin // WEEK + week) * WEEK, settings) for week in weeks], np.float32
        )
        self._seen = np.zeros((len(people.age), len(goods.style)), bool)
        self._known = np.zeros((len(people.age), len(STYLE_NUMBER)), np.float32)

    def choose(self, shoppers: Integers, times: Integers, rng: np.random.Generator) -> Integers:
        """A style for each, by interest, season, and how much of it is new to the shopper."""
        people, settings = self._people, self._settings
        moments = (times - self._begin) / (settings.days * DAY)
        changed = (moments > people.changes[shoppers])[:, None]
        odds = np.where(changed, people.styles_later[shoppers], people.styles[shoppers])
        odds *= self._seasons[times // WEEK - self._begin // WEEK]
        odds *= appeal(self._known[shoppers] / self._stock, settings)
        sums = odds.cumsum(axis=1)
        draws = rng.random(len(times)) * sums[:, -1]
        styles: Integers = (sums < draws[:, None]).sum(axis=1)
        return np.minimum(styles, len(STYLE_NUMBER) - 1)

    def seen(self, shoppers: Integers, products: Integers) -> Flags:
        """Whether each has viewed the products of its row."""
        flags: Flags = self._seen[shoppers[:, None], products]
        return flags

    def view(self, shoppers: Integers, products: Integers) -> None:
        """Remember that each has viewed a product."""
        new = ~self._seen[shoppers, products]
        self._seen[shoppers, products] = True
        np.add.at(self._known, (shoppers[new], self._goods.style[products[new]]), 1.0)


def appeal(known: Floats, settings: Settings) -> Floats:
    """What is left of the interest in a style of whose products a share is known: nearly all of it
    up to the half, then less and less.
    """
    share = np.minimum(known, 1.0)
    return 1.0 - np.float32(settings.satiety) * share**2
