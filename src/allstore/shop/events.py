"""What a visitor does, in the words that the engine hears."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

UNRECORDED = (
    "Your last step could not be sent to the recommendation engine yet. The shop has kept it."
)
UNKEPT = "The shop is too busy to keep your last step: what it recommends does not know of it."
MOST_SHOWN = 25
"""Products that one event names as its impression."""


class EventType(StrEnum):
    VIEW = "View"
    SEARCH = "Search"
    IMPRESSION = "Impression"
    """Products came into view; nothing was touched."""
    ADD_TO_CART = "AddToCart"
    VIEW_CART = "ViewCart"
    START_CHECKOUT = "StartCheckout"
    PURCHASE = "Purchase"


class Source(StrEnum):
    """The lists that products are shown in."""

    HOME = "home"
    SIMILAR = "similar"
    BOUGHT_TOGETHER = "bought-together"
    ALSO_VIEWED = "also-viewed"
    FOR_YOU = "for-you"
    CATEGORY = "category"
    CATEGORY_ORDERED = "category-ordered"
    """In an order that the visitor asked for."""
    SEARCH = "search"
    SEARCH_ORDERED = "search-ordered"
    """In an order, or with a weight of the preference, that the visitor asked for."""
    SUGGESTIONS = "suggestions"
    RECENT = "recent"
    ARRIVALS = "arrivals"
    POPULAR = "popular"
    OFFERS = "offers"
    THEMES = "themes"


class Touch(msgspec.Struct, frozen=True):
    """A product touched, and the answer of the engine it was picked from."""

    product_id: str
    recommendation_id: str | None = None
    source: str | None = None
    """The list it was picked from, a `Source`; tells the engine who showed what it did not
    recommend itself.
    """


class Event(msgspec.Struct, frozen=True):
    """One thing done: with a product, or without one (a search, products seen)."""

    event_type: EventType
    product_id: str | None = None
    recommendation_id: str | None = None
    source: str | None = None
    impression: tuple[str, ...] = ()
    """Products that were shown, at most `MOST_SHOWN`."""
    properties: Mapping[str, str] | None = None
    """What else is known, such as the text of a search."""
    id: str | None = None
    """Where the one who tells of it gives it a name, it is kept once however often it is told."""
    age: float = 0.0
    """Seconds since it happened."""


def touched(
    event_type: EventType, touch: Touch, properties: Mapping[str, str] | None = None
) -> Event:
    """The event of doing `event_type` to a product."""
    answer, source = touch.recommendation_id, touch.source
    return Event(event_type, touch.product_id, answer, source, properties=properties)
