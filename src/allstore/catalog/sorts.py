"""The orders that lists of products come in."""

from enum import StrEnum


class Sort(StrEnum):
    """By the names that links have; each list says which of them it knows."""

    RELEVANCE = "relevance"
    FOR_YOU = "for-you"
    POPULAR = "popular"
    NEWEST = "newest"
    CHEAPEST = "price"
    DEAREST = "price-down"
