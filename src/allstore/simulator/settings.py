"""Every number the simulator is made of, in one place."""

import time
from functools import cache
from typing import Annotated, get_type_hints

import msgspec

from allstore.catalog.taxonomy import CATEGORIES, STYLES
from allstore.simulator.bounds import Bounds

HOUR = 3600
DAY = 24 * HOUR
EARLIEST = 100_000_000
"""A day in 1973: shorter numbers are dates written without dashes, or mistakes."""
LATEST = 253_402_300_799
"""The end of the year 9999."""
MOST_SHOPPERS = 100_000_000
CHARACTERS = 100_000_000
"""Products times dimensions at most; each takes some twenty bytes."""
BUSIEST = 20
"""Interactions a day that a shopper has at most, on average."""

Share = Annotated[float, Bounds(0, 1)]
Weight = Annotated[float, Bounds(0, 100)]
Number = Annotated[int, Bounds(0, 2**63 - 1)]


def usual_shoppers(interactions: int) -> int:
    """How many shoppers make so many interactions, at the rate of the defaults; as many as a store
    may have at most.
    """
    return min(max(interactions * 6000 // 675_000, 1), MOST_SHOPPERS)


def current_hour() -> int:
    return int(time.time()) // HOUR * HOUR


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Equal settings give equal output. Times are seconds, shares lie in 0..1, and weights add up
    in the utility of a product for a shopper, whose noise is Gumbel with scale 1.

    Raises ValueError for values that make no store.
    """

    seed: Number = 0
    shoppers: Annotated[int, Bounds(1, MOST_SHOPPERS)] = 6000
    products: Annotated[int, Bounds(len(STYLES), 5_000_000)] = 2465
    """One of each style at least."""
    interactions: Annotated[int, Bounds(1, 10_000_000_000)] = 675_000
    """Rows of the interactions of all five event types."""
    days: Annotated[int, Bounds(1, 20_000)] = 74
    end: Annotated[int, Bounds(EARLIEST, LATEST)] = msgspec.field(default_factory=current_hour)
    """Epoch seconds; every interaction is earlier. By default the hour that has begun."""

    new_products: Share = 0.2
    """Share of the products launched within `days`."""
    cold_products: Share = 0.02
    """Share launched at `end`, with no interaction."""
    promoted: Share = 0.08
    featured: Share = 0.04
    cold_shoppers: Annotated[float, Bounds(0, 0.99)] = 0.02
    """Share that has signed up and done nothing."""
    new_shoppers: Share = 0.3
    """Share that came within `days` rather than before."""

    age_mean: Annotated[float, Bounds(18, 100)] = 32.0
    age_deviation: Annotated[float, Bounds(1, 1000)] = 15.0
    """Of the normal distribution that is cut off below 18 and above 100."""
    activity_spread: Annotated[float, Bounds(0, 5)] = 0.8
    """Deviation of the logarithm of how often a shopper comes."""
    explore: Share = 0.06
    """Share of a shopper's interest that goes to all categories alike, whatever the persona."""
    style_popularity: Annotated[float, Bounds(0, 10)] = 1.0
    """Deviation of how much more than its category's others everybody likes a style."""
    style_spread: Annotated[float, Bounds(0, 10)] = 1.0
    """Deviation of a shopper's taste for the styles within a category."""

    dimensions: Annotated[int, Bounds(1, 256)] = 8
    """Of the latent space in which shoppers' tastes and products' characters lie."""
    taste: Weight = 3.0
    """Weight of the inner product of taste and character, both of length about 1."""
    popularity: Weight = 2.2
    """Weight of a product's popularity, which is exponential: views follow a power law."""
    price: Weight = 3.0
    """Weight of the squared distance from the price tier a shopper prefers."""
    age: Weight = 0.5
    """Weight of the squared distance, in units of 25 years, from the age a style suits best."""
    gender: Weight = 6.0
    """What a product made for the other gender loses."""
    novelty: Weight = 2.0
    """What a product gains on its first day; it fades over `novelty_days`."""
    novelty_days: Annotated[float, Bounds(0.01)] = 10.0
    discount: Weight = 1.0
    """What an offer adds for a shopper who looks for discounts."""
    discount_hunters: Share = 0.3
    """Share of shoppers who do."""
    offers: Annotated[int, Bounds(0, len(CATEGORIES))] = 2
    """Categories on offer in any week, besides the promoted products."""

    popularity_drift: Weight = 0.5
    """Deviation of how much a product's popularity changes from the first day to the last."""
    changing_shoppers: Share = 0.3
    """Share whose first and second category change places some day."""
    season: Weight = 1.5
    """How many times more a seasonal style is sought at its peak, less one."""
    trends: Number = 12
    """Products that everybody looks at in the last days; one in a hundred at most."""
    trend_days: Annotated[float, Bounds(0.01)] = 5.0
    trend_share: Share = 0.2
    """Share of the sessions of the last day that come for one of them."""

    habit: Share = 0.8
    """Share of the sessions that come at the shopper's own time of day."""
    session_views: Annotated[float, Bounds(1, 1000)] = 5.0
    """Mean number of views of what a session came for."""
    longest_session: Annotated[int, Bounds(1, 1000)] = 12
    resume: Share = 0.2
    """Share of sessions that go on where the last one ended, with the product seen last."""
    likeness: Weight = 2.5
    """Weight of the likeness of a view to the session's first product."""
    seen: Weight = 4.0
    """What a product loses for having been viewed before."""
    satiety: Share = 0.9
    """Share of the interest in a style that is gone once all its products have been viewed."""
    other_style: Weight = 4.0
    """What a product of another style loses while one style is looked for."""
    exact_complement: Share = 0.7
    """Share of excursions to a complement that begin with one of the product's own partners."""
    complement: Share = 0.6
    """Share of sessions with something in the cart that go on to what goes with it."""
    wander: Share = 0.25
    """Share of the other sessions that go on to another style of the same category."""
    accidents: Share = 0.04
    """Share of views that mean nothing."""

    funnel: Annotated[tuple[float, float, float, float], Bounds(0, 1)] = (0.08, 5 / 8, 2 / 5, 1 / 2)
    """Shares that go on from View to AddToCart, ViewCart, StartCheckout and Purchase."""
    together: Share = 0.5
    """Share of the products in a cart that are decided about all at once."""
    earned: Share = 0.3
    """Share of a product's popularity that leads to buying as well as to viewing."""
    dear: Weight = 2.0
    """What the highest price takes from the wish to buy, beyond the wish to view."""
    attach: Weight = 3.0
    """What a product's partner gains of that wish once the product is in the cart."""
    decisiveness: Weight = 0.8
    """Weight of utility, and of a low price, in going on; the noise is logistic."""
    block: Annotated[int, Bounds(1, 100_000)] = 8192
    """Shoppers simulated together, which bounds the memory."""

    def __post_init__(self) -> None:
        """Check each field by its bounds, then what several fields must keep together."""
        for name, bounds in _bounds():
            bounds.check(name, getattr(self, name))
        self._check_products()
        self._check_interactions()
        if self.end < self.days * DAY:
            raise ValueError(f"end must be {self.days} days after 1970 or later, not {self.end}")

    def _check_products(self) -> None:
        most = CHARACTERS // self.products
        if self.dimensions > most:
            raise ValueError(
                f"dimensions must be {most} or fewer for {self.products:,} products, "
                f"not {self.dimensions}"
            )
        if self.new_products + self.cold_products > 1.0:
            raise ValueError(
                "new_products and cold_products must add up to 1 at most, "
                f"not {self.new_products} + {self.cold_products}"
            )

    def _check_interactions(self) -> None:
        most = BUSIEST * self.shoppers * self.days
        if not self.shoppers <= self.interactions <= most:
            raise ValueError(
                f"interactions must lie between {self.shoppers:,}, one for each of the shoppers, "
                f"and {most:,}, {BUSIEST} for each of them a day, not {self.interactions:,}"
            )


@cache
def _bounds() -> tuple[tuple[str, Bounds], ...]:
    """Each field's name and bounds."""
    hints = get_type_hints(Settings, include_extras=True)
    return tuple((name, hint.__metadata__[0]) for name, hint in hints.items())
