"""The store as the simulation has it, and what the shoppers of one part do there."""

import math

import msgspec
import numpy as np

from allstore.catalog.generator import Catalogue, generate_catalogue
from allstore.simulator.choices import Block
from allstore.simulator.funnel import Events, make_events, pick, trim
from allstore.simulator.goods import Goods, Integers, make_goods
from allstore.simulator.parts import Part
from allstore.simulator.people import make_people
from allstore.simulator.settings import Settings
from allstore.simulator.visits import make_visits

TRIES = 6
SPARE = 0.01
"""The share that is planned beyond what is asked for; what comes of it is left out."""
VARYING = 3.0
"""And how many roots of their number, by which what comes differs from the plan."""


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
    enough = part.interactions * (1.0 + SPARE + VARYING / math.sqrt(part.interactions))
    planned = enough
    for _ in range(TRIES):
        events, counts = _play(world, part, planned)
        if len(events.time) >= part.interactions:
            rng = np.random.default_rng([world.settings.seed, 13, part.number])
            events = trim(events, part.interactions, counts, rng)
            return msgspec.structs.replace(events, shopper=events.shopper + part.start)
        planned *= enough / max(len(events.time), 1)
    raise ValueError(
        f"interactions must be fewer than {world.settings.interactions:,}: shoppers "
        f"{part.start + 1} to {part.stop} have no time for {part.interactions:,} of them"
    )


def _play(world: World, part: Part, planned: float) -> tuple[Events, Integers]:
    """About as many events as planned, and how many sessions each shopper had."""
    settings = world.settings
    rng = np.random.default_rng([settings.seed, 4, part.number])
    per_view = 1.0 + float(np.cumprod(settings.funnel).sum())
    people = make_people(settings, part)
    visits = make_visits(people, world.goods, math.ceil(planned / per_view), settings, rng)
    played = Block(people, world.goods, settings, rng).play(visits)
    events = make_events(played, settings, rng)
    return pick(events, events.time < settings.end), visits.counts
