"""One run from settings to store."""

import math

import msgspec
import numpy as np

from allstore.catalog.generator import generate_catalogue
from allstore.simulator.choices import Block
from allstore.simulator.funnel import Events, frame, join, make_events, pick, trim
from allstore.simulator.goods import Goods, make_goods
from allstore.simulator.people import People, make_people, make_shoppers
from allstore.simulator.settings import Settings
from allstore.simulator.store import Store, Truth
from allstore.simulator.visits import make_visits

SPARES = (1.05, 1.3, 2.0)
"""How much more than asked for is simulated, so that some sessions can be left out. The larger
ones are for small stores, whose numbers vary more.
"""
CELLS = 20_000_000
"""Shoppers times products of a block at most."""


def simulate(settings: Settings) -> Store:
    """A store from its settings alone: the same for equal settings."""
    catalogue = generate_catalogue(
        settings.products,
        seed=settings.seed,
        days=settings.days,
        end=settings.end,
        new=settings.new_products,
        cold=settings.cold_products,
        promoted=settings.promoted,
        featured=settings.featured,
    )
    goods = make_goods(catalogue, settings, np.random.default_rng([settings.seed, 2]))
    people = make_people(settings, np.random.default_rng([settings.seed, 3]))
    shoppers = make_shoppers(people, np.random.default_rng([settings.seed, 8]))
    interactions = frame(
        _events(people, goods, settings),
        [product.id for product in catalogue.products],
        [shopper.id for shopper in shoppers],
    )
    return Store(catalogue.products, shoppers, interactions, Truth(settings, people, goods))


def _events(people: People, goods: Goods, settings: Settings) -> Events:
    """As many as asked for, unless the shoppers are too few or too cold for it."""
    for spare in SPARES:
        events = _play(people, goods, spare, settings)
        if len(events.time) >= settings.interactions:
            break
    return trim(events, settings.interactions, np.random.default_rng([settings.seed, 10]))


def _play(people: People, goods: Goods, spare: float, settings: Settings) -> Events:
    """The events of all shoppers, block by block."""
    per_view = 1.0 + float(np.cumprod(settings.funnel).sum())
    wanted = settings.interactions * spare / per_view / max(float(people.activity.sum()), 1e-9)
    size = max(min(settings.block, CELLS // settings.products), 1)
    parts, sessions = [], 0
    for first in range(0, settings.shoppers, size):
        rows = slice(first, min(first + size, settings.shoppers))
        views = math.ceil(float(people.activity[rows].sum()) * wanted)
        visits = make_visits(people, goods, rows, views, settings)
        played = Block(people, goods, rows, settings).play(visits)
        rng = np.random.default_rng([settings.seed, 9, first])
        events = make_events(played, settings, rng)
        events = pick(events, events.time < settings.end)
        parts.append(
            msgspec.structs.replace(
                events, session=events.session + sessions, shopper=events.shopper + first
            )
        )
        sessions += len(visits.shopper)
    return join(parts)
