"""The shoppers, and what each of them likes."""

import msgspec
import numpy as np
from scipy.special import ndtr, ndtri

from allstore.catalog.taxonomy import CATEGORIES, PERSONA_WEIGHTS, PERSONAS
from allstore.simulator.goods import (
    STYLE_AGE,
    STYLE_CATEGORY,
    STYLE_GENDERS,
    Flags,
    Floats,
    Goods,
    Integers,
    features,
    unit,
)
from allstore.simulator.parts import Part, arrivals
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
    """How often a shopper comes in the whole time, in no unit; 0 for the cold ones."""
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


def make_people(settings: Settings, part: Part) -> People:
    """The shoppers of one part."""
    rng = np.random.default_rng([settings.seed, 3, part.number])
    count = part.stop - part.start
    persona = rng.permutation(np.arange(part.start, part.stop)) % len(PERSONAS)
    gender = rng.integers(0, 2, count)
    age = _ages(count, settings, rng)
    activity, joined = arrivals(part.number, part.start, part.stop, settings)
    within = _within_category(age, gender, settings, rng)
    ranked = np.array(PERSONA_WEIGHTS)
    return People(
        persona=persona,
        gender=gender,
        age=age,
        activity=activity,
        joined=joined,
        taste=unit(rng.normal(size=(count, settings.dimensions))).astype(np.float32),
        tier=np.clip(rng.beta(1.6, 2.6, count), 0.0, 1.0).astype(np.float32),
        thrift=rng.lognormal(-0.1, 0.45, count).astype(np.float32),
        hunter=rng.random(count) < settings.discount_hunters,
        styles=within * _categories(persona, ranked, settings)[:, STYLE_CATEGORY],
        styles_later=within * _categories(persona, ranked[[1, 0, 2]], settings)[:, STYLE_CATEGORY],
        changes=np.where(
            rng.random(count) < settings.changing_shoppers, rng.uniform(0.3, 0.9, count), 2.0
        ).astype(np.float32),
    )


def weights(people: People, rows: slice, settings: Settings) -> Floats:
    """(rows, dimensions + `FEATURES`) what each of `goods.features` weighs for a shopper; 0 for
    those that change in time. The distance between two price tiers is squared term by term.
    """
    taste, tier, gender = people.taste[rows], people.tier[rows], people.gender[rows]
    dear = settings.price * people.thrift[rows]
    columns = (
        2.0 * dear * tier,
        -dear,
        np.full(len(tier), settings.popularity),
        np.where(gender == 0, 0.0, -settings.gender),
        np.where(gender == 1, 0.0, -settings.gender),
        -dear * tier * tier,
        np.zeros(len(tier)),
        np.zeros(len(tier)),
    )
    stacked: Floats = np.column_stack([settings.taste * taste, *columns]).astype(np.float32)
    return stacked


def utilities(people: People, goods: Goods, rows: slice, settings: Settings) -> Floats:
    """(rows, products) what a product is worth within its style, apart from time and offers."""
    worth: Floats = weights(people, rows, settings) @ features(goods).T
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
    liking += np.random.default_rng([settings.seed, 12]).normal(
        0.0, settings.style_popularity, len(STYLE_AGE)
    )
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
