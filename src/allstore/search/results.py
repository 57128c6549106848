"""What the search answers."""

import msgspec

from allstore.search.request import SearchRequest
from allstore.search.rerank import Preference, Ranked


class Count(msgspec.Struct, frozen=True):
    """How many products a filter would leave."""

    value: str
    products: int


class Facets(msgspec.Struct, frozen=True):
    """Each counts under the filters of the others but not its own. Only values with products;
    categories, styles and brands by count, price bands from low to high.
    """

    categories: tuple[Count, ...] = ()
    styles: tuple[Count, ...] = ()
    brands: tuple[Count, ...] = ()
    bands: tuple[Count, ...] = ()


class Correction(msgspec.Struct, frozen=True):
    typed: str
    understood: str
    """The word of the catalogue that it most likely means."""


class Results(msgspec.Struct, frozen=True, kw_only=True):
    request: SearchRequest
    items: tuple[Ranked, ...] = ()
    """This page, in the order to show."""
    plain: tuple[Ranked, ...] = ()
    """The same page as it is without the shopper's preference."""
    total: int = 0
    facets: Facets = Facets()
    terms: frozenset[str] = frozenset()
    """What to highlight: the words looked for, in every form."""
    corrections: tuple[Correction, ...] = ()
    unknown: tuple[str, ...] = ()
    """Words that no product has, nor one like them."""
    some_words: bool = False
    """Whether no product had all the words, so that these have some of them."""
    preference: Preference | None = None
    """None where nobody's was asked for."""
    weight: float = 0.0
    """Of the preference in the order of `items`; 0 is the order by text alone."""
    milliseconds: float = 0.0
    """Without the time that the engine took."""

    @property
    def product_ids(self) -> tuple[str, ...]:
        return tuple(item.product_id for item in self.items)

    def recommendation_of(self, item: Ranked) -> str | None:
        """The engine's answer that has a part in an item's place; None where it has none."""
        if item.preference is None or self.preference is None:
            return None
        return self.preference.recommendation_id

    @property
    def pages(self) -> int:
        return -(-self.total // self.request.size)


class Suggestions(msgspec.Struct, frozen=True):
    queries: tuple[str, ...] = ()
    """The text with its last word finished, each with products."""
    product_ids: tuple[str, ...] = ()
    terms: frozenset[str] = frozenset()
    """What to highlight."""
