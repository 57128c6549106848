"""The store as the simulation has it, and what the shoppers of one part do there."""

import math

import msgspec
import numpy as np

from allstore.catalog.generator import Catalogue, generate_catalogue
from allstore.simulator.choices import Block
from allstore.simulator.funnel import Events, make_events, pick, trim
from allstore.simulator.goods import Goods, make_goods
from allstore.simulator.parts import Part
from allstore.simulator.people import make_people
from allstore.simulator.settings import Settings
from allstore.simulator.visits import make_visits

SPARES = (1.05, 1.3, 2.0, 4.0, 8.0)
"""How much more than asked for is simulated, so that some sessions can be left out. The larger
ones are for few shoppers, whose numbers vary more.
"""


class World(msgspec.Struct, frozen=True):
    """What every part of a simulation has in common."""

    settings: Settings
    goods: Goods


def make_catalogue(settings: Settings) -> Catalogue:
    return generate_catalogue(
        settings.products,
        seed=settings.seed,
        days=settings.days,
        end=settings.end,
        new=settings.new_products,
        cold=settings.cold_products,
        promoted=settings.promoted,
        featured=settings.featured,
    )


def make_world(catalogue: Catalogue, settings: Settings) -> World:
    rng = np.random.default_rng([settings.seed, 2])
    return World(settings, make_goods(catalogue, settings, rng))


def play(world: World, part: Part) -> Events:
    """As many events as the part has, in no order, with shoppers numbered as in the whole store.
    Raises ValueError where its shoppers have no time for so many.
    """
    for spare in SPARES:
        events = _play(world, part, spare)
        if len(events.time) == part.interactions:
            return events
    raise ValueError(
        f"interactions must be fewer than {world.settings.interactions:,}: shoppers "
        f"{part.start + 1} to {part.stop} have no time for {part.interactions:,} of them"
    )


def _play(world: World, part: Part, spare: float) -> Events:
    settings = world.settings
    rng = np.random.default_rng([settings.seed, 4, part.number])
    per_view = 1.0 + float(np.cumprod(settings.funnel).sum())
    views = math.ceil(part.interactions * spare / per_view)
    people = make_people(settings, part)
    visits = make_visits(people, world.goods, views, settings, rng)
    played = Block(people, world.goods, settings, rng).play(visits)
    events = make_events(played, settings, rng)
    events = pick(events, events.time < settings.end)
    first = (visits.counts.cumsum() - visits.counts)[visits.counts > 0]
    events = trim(events, part.interactions, first, rng)
    return msgspec.structs.replace(events, shopper=events.shopper + part.start)
