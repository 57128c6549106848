"""Products from a grammar of our own."""

import hashlib
import itertools

import msgspec
import numpy as np
from numpy.typing import NDArray

from allstore.catalog.grammar import MAKERS, bullet_points, describe
from allstore.catalog.models import Product
from allstore.catalog.taxonomy import CATEGORIES, STYLES, Style

DAY = 86_400
OLDEST_DAYS = 900
ENDINGS = ((20.0, (0.99, 0.49, 0.95, 0.5)), (150.0, (0.99, 0.0, 0.5, 0.95)), (1e9, (0.0, 0.99)))
"""Up to which price which cents are usual."""


class Catalogue(msgspec.Struct, frozen=True):
    """Products and, row by row, what they were made from."""

    products: list[Product]
    styles: NDArray[np.int64]
    """Index into `STYLES`."""
    themes: NDArray[np.int64]
    """Index into the grammar's themes."""
    tiers: NDArray[np.float64]
    """Where the price lies between its style's lowest, 0, and highest, 1, on a log scale."""


def generate_products(
    count: int = 2465, *, seed: int = 0, days: int = 74, end: int
) -> list[Product]:
    """`count` products with distinct names, spread over the styles; the same for the same seed.
    `days` before `end` is when new products came.
    """
    return generate_catalogue(count, seed=seed, days=days, end=end).products


def generate_catalogue(
    count: int,
    *,
    seed: int,
    days: int,
    end: int,
    new: float = 0.2,
    cold: float = 0.02,
    promoted: float = 0.08,
    featured: float = 0.04,
    sold_out: float = 0.03,
) -> Catalogue:
    """As `generate_products`: a share `new` was launched within `days`, a share `cold` at `end`."""
    rng = np.random.default_rng([seed, 1])
    kinds = list(STYLES.values())
    styles = _style_of_each(count, len(kinds), rng)
    themes = _theme_of_each(styles, len(kinds), rng)
    tiers = rng.beta(1.6, 2.4, count)
    launches = end - _ages(count, new, cold, days * DAY, rng)
    flags = rng.random((count, 3))
    stocks = np.where(rng.random(count) < sold_out, 0, rng.lognormal(3.6, 0.8, count)).astype(int)
    endings = rng.integers(0, 1 << 30, count)
    draws = rng.integers(0, 1 << 30, (count, 8)).tolist()
    names = _names(styles, themes, kinds, rng)
    products = []
    for row in range(count):
        style = kinds[styles[row]]
        maker, noun, name, serial = names[row]
        products.append(
            Product(
                id=f"{style.id}-{serial:03d}",
                name=name,
                category=style.category,
                style=style.id,
                description=describe(maker, noun, style, int(themes[row]), draws[row]),
                price=_price(style, float(tiers[row]), int(endings[row])),
                gender_affinity=_gender(style, float(flags[row, 0])),
                promoted=bool(flags[row, 1] < promoted),
                featured=bool(flags[row, 2] < featured),
                current_stock=int(stocks[row]),
                launched_at=int(launches[row]),
                categories=(CATEGORIES[style.category].name, style.id),
            ),
        )
    return Catalogue(products, styles, themes, tiers)


def bullets(product: Product) -> list[str]:
    """Four short facts for the product page, the same each time."""
    digest = hashlib.sha256(product.id.encode()).digest()
    return bullet_points(STYLES[product.style], list(digest[:4]))


def _style_of_each(count: int, styles: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Every style has a product where there are as many; the rest are spread unevenly."""
    weights = rng.lognormal(0.0, 0.25, styles)
    spread = rng.choice(styles, max(count - styles, 0), p=weights / weights.sum())
    return np.sort(np.concatenate([np.arange(styles)[:count], spread])).astype(np.int64)


def _theme_of_each(
    styles: NDArray[np.int64], kinds: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Each style has its usual themes."""
    cumulative = rng.dirichlet(np.full(len(MAKERS), 1.2), kinds).cumsum(axis=1)
    draws = rng.random(len(styles))[:, None]
    themes: NDArray[np.int64] = (draws > cumulative[styles, :-1]).sum(axis=1)
    return themes


def _ages(
    count: int, new: float, cold: float, window: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """For how many seconds each product has been on sale: none at all for the cold ones."""
    old = window + rng.integers(0, OLDEST_DAYS * DAY, count)
    recent = rng.integers(1, max(window, 2), count)
    kind = rng.random(count)
    return np.where(kind < cold, 0, np.where(kind < cold + new, recent, old))


def _names(
    styles: NDArray[np.int64],
    themes: NDArray[np.int64],
    kinds: list[Style],
    rng: np.random.Generator,
) -> list[tuple[str, str, str, int]]:
    """Maker, noun, name and number within the style of each product. Where a style's makers run
    out, a second series begins: "Linden Derby II".
    """
    pools = {
        (style, theme): rng.permutation(len(MAKERS[theme]) * len(kinds[style].nouns)).tolist()
        for style, theme in itertools.product(range(len(kinds)), range(len(MAKERS)))
    }
    used = dict.fromkeys(pools, 0)
    serials = [0] * len(kinds)
    names = []
    for style, theme in zip(styles.tolist(), themes.tolist(), strict=True):
        pool = pools[style, theme]
        series, place = divmod(used[style, theme], len(pool))
        used[style, theme] += 1
        serials[style] += 1
        maker_index, noun_index = divmod(pool[place], len(kinds[style].nouns))
        maker, noun = MAKERS[theme][maker_index], kinds[style].nouns[noun_index]
        suffix = f" {_roman(series + 1)}" if series else ""
        names.append((maker, noun, f"{maker} {noun}{suffix}", serials[style]))
    return names


def _roman(number: int) -> str:
    text = ""
    for value, sign in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        times, number = divmod(number, value)
        text += sign * times
    return text


def _price(style: Style, tier: float, ending: int) -> float:
    exact = style.low * (style.high / style.low) ** tier
    cents = next(cents for limit, cents in ENDINGS if exact < limit)
    return round(max(int(exact), 1) + cents[ending % len(cents)], 2)


def _gender(style: Style, draw: float) -> str | None:
    men, women = style.genders
    if draw < men:
        return "M"
    return "F" if draw < men + women else None
