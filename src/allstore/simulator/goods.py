"""The products as the choice model sees them."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from allstore.catalog.generator import Catalogue
from allstore.catalog.grammar import MAKERS
from allstore.catalog.taxonomy import CATEGORIES, STYLES
from allstore.simulator.settings import DAY, Settings

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

PARTNERS = 3
FEATURES = 8
"""Besides the character; the last two are `DRIFT` and `PROMOTED`, whose weights change in time."""
DRIFT, PROMOTED = -2, -1
FEW = 20
"""Up to how many products a shelf is filled from other styles."""

STYLE_NAMES = tuple(STYLES)
STYLE_CATEGORY: Integers = np.array(
    [list(CATEGORIES).index(style.category) for style in STYLES.values()]
)
STYLE_NUMBER: Integers = np.arange(len(STYLES))
STYLE_AGE: Floats = np.array([style.age for style in STYLES.values()], np.float32)
STYLE_PEAK: Integers = np.array([style.peak for style in STYLES.values()])
SIBLINGS: Integers = np.array(
    [
        np.resize(np.setdiff1d(np.flatnonzero(category == STYLE_CATEGORY), style), 3)
        for style, category in enumerate(STYLE_CATEGORY)
    ]
)
"""(styles, 3) others of the same category."""
STYLE_GENDERS: Floats = np.array([style.genders for style in STYLES.values()], np.float32)


class Goods(msgspec.Struct, frozen=True):
    """Arrays with a row for each product."""

    style: Integers
    category: Integers
    tier: Floats
    """Where the price lies in its style's range, 0..1."""
    price: Floats
    gender: Integers
    """0 for men, 1 for women, 2 for anyone."""
    launched: Integers
    promoted: Flags
    character: Floats
    """(products, dimensions)"""
    popularity: Floats
    drift: Floats
    """Change of the popularity over the whole time."""
    partners: Integers
    """(products, PARTNERS) products bought to go with it."""
    trending: Integers
    """The products of the last days' trend; before it they were not the popular ones."""
    shelf: Integers
    """(styles, width) products seen by who looks for a style, those left over -1: the style's own
    and, where these are few, others of its category.
    """


def features(goods: Goods) -> Floats:
    """(products, dimensions + `FEATURES`) what `people.weights` weighs: the character, the tier,
    its square, the popularity, made for men, made for women, 1, the drift, and promoted.
    """
    columns = (
        goods.tier,
        goods.tier * goods.tier,
        goods.popularity,
        goods.gender == 0,
        goods.gender == 1,
        np.ones(len(goods.tier)),
        goods.drift,
        goods.promoted,
    )
    stacked: Floats = np.column_stack([goods.character, *columns]).astype(np.float32)
    return stacked


def make_goods(catalogue: Catalogue, settings: Settings, rng: np.random.Generator) -> Goods:
    products, styles = catalogue.products, catalogue.styles
    count = len(products)
    character = _characters(catalogue.themes, settings.dimensions, rng)
    shelf = _shelf(styles)
    launched = np.array([product.launched_at for product in products])
    known = np.flatnonzero(launched < settings.end - settings.trend_days * DAY)
    popularity = rng.exponential(1.0, count).astype(np.float32)
    unknown = known[np.argsort(popularity[known], kind="stable")[: (len(known) + 2) // 3]]
    trending = rng.choice(unknown, min(settings.trends, count // 100, len(unknown)), replace=False)
    return Goods(
        style=styles,
        category=STYLE_CATEGORY[styles],
        tier=catalogue.tiers.astype(np.float32),
        price=np.array([product.price for product in products], np.float32),
        gender=np.array([("M", "F", None).index(product.gender_affinity) for product in products]),
        launched=launched,
        promoted=np.array([product.promoted for product in products]),
        character=character,
        popularity=popularity,
        drift=rng.normal(0.0, settings.popularity_drift, count).astype(np.float32),
        partners=_partners(styles, shelf, rng),
        trending=trending,
        shelf=_filled(shelf),
    )


def _characters(themes: Integers, dimensions: int, rng: np.random.Generator) -> Floats:
    """A theme's direction and something of its own, of length about 1."""
    directions = unit(rng.normal(size=(len(MAKERS), dimensions)))
    own = unit(rng.normal(size=(len(themes), dimensions)))
    return unit(directions[themes] + 0.8 * own).astype(np.float32)


def unit(rows: Floats) -> Floats:
    """The rows with length 1."""
    lengths: Floats = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / lengths


def _shelf(styles: Integers) -> Integers:
    counts = np.bincount(styles, minlength=len(STYLES))
    shelf = np.full((len(STYLES), counts.max()), -1)
    order = np.argsort(styles, kind="stable")
    place = np.arange(len(styles)) - np.repeat(counts.cumsum() - counts, counts)
    shelf[styles[order], place] = order
    return shelf


def places_on_shelf(goods: Goods) -> Integers:
    """(products,) where on its own style's shelf each product stands."""
    places = np.zeros(len(goods.style), np.int64)
    style, place = np.nonzero(
        (goods.shelf >= 0) & (goods.style[goods.shelf] == STYLE_NUMBER[:, None])
    )
    places[goods.shelf[style, place]] = place
    return places


def _filled(shelf: Integers) -> Integers:
    rows = []
    for style, row in enumerate(shelf):
        own = row[row >= 0]
        others = shelf[(STYLE_CATEGORY[style] == STYLE_CATEGORY) & (style != STYLE_NUMBER)]
        rows.append(np.concatenate([own, others[others >= 0][: max(FEW - len(own), 0)]]))
    filled = np.full((len(shelf), max(len(row) for row in rows)), -1)
    for style, row in enumerate(rows):
        filled[style, : len(row)] = row
    return filled


def _partners(styles: Integers, shelf: Integers, rng: np.random.Generator) -> Integers:
    """Each product goes with a few products of its style's complements, the same ones for all."""
    stocked = np.flatnonzero((shelf >= 0).any(axis=1))
    table = [
        np.intersect1d([STYLE_NAMES.index(name) for name in style.complements], stocked)
        for style in STYLES.values()
    ]
    choices = [options if len(options) else stocked for options in table]
    lengths = np.array([len(options) for options in choices])
    padded = np.array([np.resize(options, lengths.max()) for options in choices])
    which = rng.integers(0, 1 << 30, (len(styles), PARTNERS)) % lengths[styles][:, None]
    wanted = padded[styles[:, None], which]
    sizes = (shelf >= 0).sum(axis=1)
    partners: Integers = shelf[wanted, rng.integers(0, 1 << 30, wanted.shape) % sizes[wanted]]
    return partners
