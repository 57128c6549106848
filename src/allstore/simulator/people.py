"""The shoppers, and what each of them likes."""

import msgspec
import numpy as np
from scipy.special import ndtr, ndtri

from allstore.catalog.models import Shopper
from allstore.catalog.taxonomy import CATEGORIES, PERSONA_WEIGHTS, PERSONAS
from allstore.simulator.goods import (
    STYLE_AGE,
    STYLE_CATEGORY,
    STYLE_GENDERS,
    Flags,
    Floats,
    Goods,
    Integers,
    unit,
)
from allstore.simulator.names import LAST, MEN, WOMEN
from allstore.simulator.settings import Settings

YOUNGEST, OLDEST = 18, 100
GENDERS = ("M", "F")
GENERATION = 25.0
"""Years of difference in age that cost one `Settings.age`."""


class People(msgspec.Struct, frozen=True):
    """Arrays with a row for each shopper."""

    persona: Integers
    gender: Integers
    """Index into `GENDERS`."""
    age: Integers
    activity: Floats
    """How often a shopper comes, in no unit; 0 for the cold ones."""
    joined: Floats
    """When the shopper came first, as a fraction of the time simulated."""
    taste: Floats
    """(shoppers, dimensions)"""
    tier: Floats
    """The price tier preferred, 0..1."""
    thrift: Floats
    """How much prices matter, 1 on average."""
    hunter: Flags
    """Looks for discounts."""
    styles: Floats
    """(shoppers, styles) share of the interest, which adds up to 1."""
    styles_later: Floats
    """The same after a change of interest."""
    changes: Floats
    """When it comes, as a fraction of the time; above 1 where it does not."""


def make_people(settings: Settings, rng: np.random.Generator) -> People:
    count = settings.shoppers
    persona = rng.permutation(count) % len(PERSONAS)
    gender = rng.integers(0, 2, count)
    age = _ages(count, settings, rng)
    activity = rng.lognormal(0.0, settings.activity_spread, count)
    activity[rng.random(count) < settings.cold_shoppers] = 0.0
    newcomer = rng.random(count) < settings.new_shoppers
    within = _within_category(age, gender, settings, rng)
    weights = np.array(PERSONA_WEIGHTS)
    return People(
        persona=persona,
        gender=gender,
        age=age,
        activity=activity.astype(np.float32),
        joined=np.where(newcomer, rng.random(count), 0.0).astype(np.float32),
        taste=unit(rng.normal(size=(count, settings.dimensions))).astype(np.float32),
        tier=np.clip(rng.beta(1.6, 2.6, count), 0.0, 1.0).astype(np.float32),
        thrift=rng.lognormal(-0.1, 0.45, count).astype(np.float32),
        hunter=rng.random(count) < settings.discount_hunters,
        styles=within * _categories(persona, weights, settings)[:, STYLE_CATEGORY],
        styles_later=within * _categories(persona, weights[[1, 0, 2]], settings)[:, STYLE_CATEGORY],
        changes=np.where(
            rng.random(count) < settings.changing_shoppers, rng.uniform(0.3, 0.9, count), 2.0
        ).astype(np.float32),
    )


def make_shoppers(people: People, rng: np.random.Generator) -> list[Shopper]:
    picks = rng.integers(0, 1 << 30, (len(people.age), 2)).tolist()
    rows = zip(
        people.gender.tolist(), people.age.tolist(), people.persona.tolist(), picks, strict=True
    )
    return [
        Shopper(
            id=str(number),
            first_name=(MEN, WOMEN)[gender][first % len((MEN, WOMEN)[gender])],
            last_name=LAST[last % len(LAST)],
            gender=GENDERS[gender],
            age=age,
            persona=PERSONAS[persona],
        )
        for number, (gender, age, persona, (first, last)) in enumerate(rows, start=1)
    ]


def utilities(people: People, goods: Goods, rows: slice, settings: Settings) -> Floats:
    """(rows, products) what a product is worth within its style, apart from time and offers."""
    worth = people.taste[rows] @ (settings.taste * goods.character.T)
    distance = people.tier[rows, None] - goods.tier
    distance *= distance
    worth -= (settings.price * people.thrift[rows, None]) * distance
    worth += settings.popularity * goods.popularity
    other = goods.gender == 1 - people.gender[rows, None]
    worth -= np.float32(settings.gender) * other
    return worth


def _ages(count: int, settings: Settings, rng: np.random.Generator) -> Integers:
    """Normal, cut off at both ends."""
    bounds = (np.array([YOUNGEST, OLDEST + 1]) - settings.age_mean) / settings.age_deviation
    low, high = ndtr(bounds).tolist()
    deviations: Floats = ndtri(rng.uniform(low, high, count))
    ages = settings.age_mean + settings.age_deviation * deviations
    whole: Integers = np.clip(ages, YOUNGEST, OLDEST).astype(np.int64)
    return whole


def _within_category(
    age: Integers, gender: Integers, settings: Settings, rng: np.random.Generator
) -> Floats:
    """(shoppers, styles) shares that add up to 1 in each category."""
    spread = (len(age), len(STYLE_AGE))
    liking: Floats = rng.normal(0.0, settings.style_spread, spread).astype(np.float32)
    liking -= settings.age * ((age[:, None] - STYLE_AGE) / np.float32(GENERATION)) ** 2
    liking += np.log(1.0 - STYLE_GENDERS[:, 1 - gender].T)
    odds = np.exp(liking)
    totals = np.zeros((len(age), len(CATEGORIES)), np.float32)
    for category in range(len(CATEGORIES)):
        totals[:, category] = odds[:, category == STYLE_CATEGORY].sum(axis=1)
    shares: Floats = odds / totals[:, STYLE_CATEGORY]
    return shares


def _categories(persona: Integers, weights: Floats, settings: Settings) -> Floats:
    """(shoppers, categories) shares that add up to 1."""
    names = list(CATEGORIES)
    shares = np.full((len(PERSONAS), len(names)), settings.explore / len(names), np.float32)
    for row, text in enumerate(PERSONAS):
        for name, weight in zip(text.split("_"), weights, strict=True):
            shares[row, names.index(name)] += (1.0 - settings.explore) * weight
    return shares[persona]
