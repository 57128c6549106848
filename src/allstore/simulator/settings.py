"""Every number the simulator is made of, in one place."""

import time

import msgspec

HOUR = 3600
DAY = 24 * HOUR


def current_hour() -> int:
    return int(time.time()) // HOUR * HOUR


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Equal settings give equal output. Times are seconds, shares lie in 0..1, and weights add up
    in the utility of a product for a shopper, whose noise is Gumbel with scale 1.
    """

    seed: int = 0
    shoppers: int = 6000
    products: int = 2465
    interactions: int = 675_000
    """Rows of the interactions of all five event types."""
    days: int = 74
    end: int = msgspec.field(default_factory=current_hour)
    """Epoch seconds; every interaction is earlier. By default the hour that has begun."""

    new_products: float = 0.2
    """Share of the products launched within `days`."""
    cold_products: float = 0.02
    """Share launched at `end`, with no interaction."""
    promoted: float = 0.08
    featured: float = 0.04
    cold_shoppers: float = 0.02
    """Share that has signed up and done nothing."""
    new_shoppers: float = 0.3
    """Share that came within `days` rather than before."""

    age_mean: float = 32.0
    age_deviation: float = 15.0
    """Of the normal distribution that is cut off below 18 and above 100."""
    activity_spread: float = 0.8
    """Deviation of the logarithm of how often a shopper comes."""
    explore: float = 0.06
    """Share of a shopper's interest that goes to all categories alike, whatever the persona."""
    style_spread: float = 1.0
    """Deviation of a shopper's taste for the styles within a category."""

    dimensions: int = 8
    """Of the latent space in which shoppers' tastes and products' characters lie."""
    taste: float = 2.0
    """Weight of the inner product of taste and character, both of length about 1."""
    popularity: float = 1.0
    """Weight of a product's popularity, which is exponential: views follow a power law."""
    price: float = 3.0
    """Weight of the squared distance from the price tier a shopper prefers."""
    age: float = 0.5
    """Weight of the squared distance, in units of 25 years, from the age a style suits best."""
    gender: float = 4.5
    """What a product made for the other gender loses."""
    novelty: float = 1.2
    """What a product gains on its first day; it fades over `novelty_days`."""
    novelty_days: float = 10.0
    discount: float = 1.0
    """What an offer adds for a shopper who looks for discounts."""
    discount_hunters: float = 0.3
    """Share of shoppers who do."""
    offers: int = 2
    """Categories on offer in any week, besides the promoted products."""

    popularity_drift: float = 0.5
    """Deviation of how much a product's popularity changes from the first day to the last."""
    changing_shoppers: float = 0.3
    """Share whose first and second category change places some day."""
    season: float = 1.0
    """How many times more a seasonal style is sought at its peak, less one."""
    trends: int = 12
    """Products that everybody looks at in the last days."""
    trend_days: float = 5.0
    trend_share: float = 0.1
    """Share of the sessions of the last day that come for one of them."""

    session_views: float = 5.0
    """Mean number of views of what a session came for."""
    longest_session: int = 12
    resume: float = 0.2
    """Share of sessions that go on where the last one ended, with the product seen last."""
    likeness: float = 2.5
    """Weight of the likeness of a view to the session's first product."""
    seen: float = 3.0
    """What a product loses for having been viewed before."""
    other_style: float = 2.5
    """What a product of another style loses while one style is looked for."""
    exact_complement: float = 0.7
    """Share of excursions to a complement that begin with one of the product's own partners."""
    complement: float = 0.6
    """Share of sessions with something in the cart that go on to what goes with it."""
    wander: float = 0.25
    """Share of the other sessions that go on to another style of the same category."""
    accidents: float = 0.04
    """Share of views that mean nothing."""

    funnel: tuple[float, float, float, float] = (0.08, 5 / 8, 2 / 5, 1 / 2)
    """Shares that go on from View to AddToCart, ViewCart, StartCheckout and Purchase."""
    decisiveness: float = 0.8
    """Weight of utility, and of a low price, in going on; the noise is logistic."""
    block: int = 8192
    """Shoppers simulated together, which bounds the memory."""
