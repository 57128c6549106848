"""The parts of a store that are simulated one by one: blocks of shoppers."""

from itertools import pairwise

import msgspec
import numpy as np

from allstore.simulator.goods import Floats
from allstore.simulator.settings import Settings

CELLS = 64_000_000
"""Shoppers times products of a part at most; each takes a byte."""

LATEST = 0.99
"""The part of the time after which nobody joins."""


class Part(msgspec.Struct, frozen=True):
    """Shoppers `start` to `stop`, and how many interactions they have between them."""

    number: int
    start: int
    stop: int
    interactions: int


def make_parts(settings: Settings) -> list[Part]:
    """All shoppers, in parts of about equal size, with shares of the interactions by activity."""
    edges = _edges(settings)
    active = [
        float(arrivals(number, start, stop, settings)[0].sum(dtype=np.float64))
        for number, (start, stop) in enumerate(pairwise(edges))
    ]
    share = np.concatenate([[0.0], np.cumsum(active)]) / sum(active)
    upto = np.rint(share * settings.interactions).astype(np.int64).tolist()
    rows = zip(pairwise(edges), pairwise(upto), strict=True)
    return [
        Part(number, start, stop, last - first)
        for number, ((start, stop), (first, last)) in enumerate(rows)
    ]


def arrivals(number: int, start: int, stop: int, settings: Settings) -> tuple[Floats, Floats]:
    """`People.activity`, 0 for the cold ones, whose share is exact, and `People.joined`."""
    rng = np.random.default_rng([settings.seed, 11, number])
    count = stop - start
    often = rng.lognormal(0.0, settings.activity_spread, count)
    cold = int(stop * settings.cold_shoppers) - int(start * settings.cold_shoppers)
    often[rng.permutation(count)[:cold]] = 0.0
    newcomer = rng.random(count) < settings.new_shoppers
    joined = np.where(newcomer, rng.uniform(0.0, LATEST, count), 0.0)
    return (often * (1.0 - joined)).astype(np.float32), joined.astype(np.float32)


def _edges(settings: Settings) -> list[int]:
    """Where the parts begin, and the end of the last."""
    size = max(min(settings.block, CELLS // settings.products), 1)
    count = -(-settings.shoppers // size)
    return [number * settings.shoppers // count for number in range(count + 1)]
