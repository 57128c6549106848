"""What products are worth to the shoppers of a part while they shop."""

from itertools import pairwise

import numpy as np

from allstore.simulator.goods import (
    DRIFT,
    PROMOTED,
    STYLE_CATEGORY,
    STYLE_NUMBER,
    Flags,
    Floats,
    Goods,
    Integers,
    features,
)
from allstore.simulator.people import People, weights
from allstore.simulator.settings import DAY, Settings

SMALL = 250_000
"""Multiplications that a linear algebra library does on one core: more cores only cost here."""
NEVER = np.float32(-1e9)


class Worth:
    """Utilities at a shopper's moment, of pairs and of whole shelves."""

    def __init__(self, people: People, goods: Goods, settings: Settings) -> None:
        self._goods = goods
        self._settings = settings
        self._weights = weights(people, slice(None), settings)
        self._features = features(goods)
        self._unearned = np.float32((1.0 - settings.earned) * settings.popularity)
        self._thrift = people.thrift
        self._bargain = (settings.discount * (0.2 + 0.8 * people.hunter)).astype(np.float32)
        self._offers = offers(settings)
        self._begin = settings.end - settings.days * DAY
        self._columns = [np.ascontiguousarray(self._features[shelf].T) for shelf in goods.shelf]
        self._launched = (goods.launched[goods.shelf] - self._begin).astype(np.int32)
        other = goods.style[goods.shelf] != STYLE_NUMBER[:, None]
        lost = np.where(other, np.float32(-settings.other_style), np.float32(0.0))
        self._lost = np.where(goods.shelf < 0, NEVER, lost)

    def on_shelf(self, shoppers: Integers, times: Integers, styles: Integers) -> Floats:
        """(sessions, width) for who looks for a style, `NEVER` where there is no product yet; the
        styles ascend.
        """
        settings = self._settings
        weighed = self._weights[shoppers]
        weighed[:, DRIFT] = (times - self._begin) / (settings.days * DAY) - 0.5
        category = STYLE_CATEGORY[styles]
        weighed[:, PROMOTED] = self._bargain[shoppers] * ~self._offers[self._week(times), category]
        score = self._product(weighed, styles)
        score += self._lost[styles]
        age = (times - self._begin).astype(np.int32)[:, None] - self._launched[styles]
        fading = age * np.float32(-1.0 / (settings.novelty_days * DAY))
        np.exp(np.minimum(fading, 0.0, out=fading), out=fading)
        fading *= np.float32(settings.novelty)
        score += fading
        np.copyto(score, NEVER, where=age < 0)
        return score

    def likeness(self, anchors: Integers, styles: Integers) -> Floats:
        """(sessions, width) inner products of the anchors' characters and the shelf's; the styles
        ascend.
        """
        weighed = np.zeros((len(anchors), self._features.shape[1]), np.float32)
        weighed[:, : self._settings.dimensions] = self._goods.character[anchors]
        return self._product(weighed, styles)

    def wants(self, shoppers: Integers, products: Integers, times: Integers) -> Floats:
        """What leads to the cart: utility without mere popularity, less what the price weighs, more
        for an offer.
        """
        worth = np.einsum("ij,ij->i", self._weights[shoppers], self._features[products])
        worth -= self._unearned * self._goods.popularity[products]
        dear = self._settings.dear * self._goods.tier[products] * self._thrift[shoppers]
        reduced = on_offer(self._goods, self._offers, products, self._week(times))
        wants: Floats = worth - dear + 2.0 * self._bargain[shoppers] * reduced
        return wants

    def _product(self, weighed: Floats, styles: Integers) -> Floats:
        """Each row's weights times the features of its style's shelf."""
        width = self._goods.shelf.shape[1]
        score = np.empty((len(styles), width), np.float32)
        begins = np.diff(styles, prepend=-1, append=-1) != 0
        begins[:: max(SMALL // (weighed.shape[1] * width), 1)] = True
        for first, last in pairwise(np.flatnonzero(begins).tolist()):
            np.matmul(weighed[first:last], self._columns[styles[first]], out=score[first:last])
        return score

    def _week(self, times: Integers) -> Integers:
        return week(times, self._settings)


def week(times: Integers, settings: Settings) -> Integers:
    """Which week of the simulation each time is in, from 0."""
    weeks: Integers = (times - (settings.end - settings.days * DAY)) // (7 * DAY)
    return weeks


def on_offer(goods: Goods, offered: Flags, products: Integers, weeks: Integers) -> Flags:
    """Which of these products were on offer in these weeks: promoted, or of a category that was;
    `offered` is what `offers` gives.
    """
    flags: Flags = offered[weeks, goods.category[products]] | goods.promoted[products]
    return flags


def offers(settings: Settings) -> Flags:
    """(weeks, categories) what is on offer."""
    rng = np.random.default_rng([settings.seed, 7])
    draws = rng.random((settings.days // 7 + 2, int(STYLE_CATEGORY.max()) + 1))
    flags: Flags = draws.argsort(axis=1).argsort(axis=1) < settings.offers
    return flags
