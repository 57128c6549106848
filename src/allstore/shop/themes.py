"""Rows of the home page, each a theme that a visitor's own recommendations have."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from allstore.catalog.models import Product
from allstore.shop.catalogue import Catalogue
from allstore.shop.events import Source
from allstore.shop.recommendations import Answer, Recommendations
from allstore.shop.shown_lists import ShownLists
from allstore.shop.visitor import Visitor

ASKED = 150
"""Products that the engine is asked for, once for all rows."""
LEAST, MOST = 4, 12
"""Products of a row."""
ROWS = 3
DOMINANT = 2 / 3
"""Share of a category's products that makes their style the theme."""


class Theme(msgspec.Struct, frozen=True):
    """A category, or one style of it, and what suits the visitor of that."""

    category: str
    style: str | None
    """None where the products are of several."""
    products: tuple[Product, ...]
    answer: Answer
    """The one that all themes of a page are drawn from."""


class Themes:
    def __init__(
        self, catalogue: Catalogue, recommendations: Recommendations, shown_lists: ShownLists
    ) -> None:
        self._catalogue, self._recommendations = catalogue, recommendations
        self._shown_lists = shown_lists

    def of_visitor(self, visitor: Visitor) -> tuple[Theme, ...]:
        """The strongest first, without what the home list showed last; none for a visitor whom the
        engine does not know, nor while it does not answer.
        """
        if visitor.user_id is None:
            return ()
        answer = self._recommendations.liked(visitor.user_id, ASKED)
        shown = set(self._shown_lists.last(visitor, Source.HOME))
        others = [each for each in answer.product_ids if each not in shown]
        worth = _worth(answer)
        themes = _themes(self._catalogue.products(others), answer)
        return tuple(
            sorted(themes, key=lambda theme: -sum(worth[each.id] for each in theme.products))[:ROWS]
        )


def _worth(answer: Answer) -> Mapping[str, float]:
    """The engine's scores; where it gives none, one part by the place."""
    if len(answer.scores) == len(answer.product_ids):
        return answer.scores
    return {each: 1 / place for place, each in enumerate(answer.product_ids, 1)}


def _themes(products: Iterable[Product], answer: Answer) -> list[Theme]:
    shelves: dict[str, list[Product]] = {}
    for product in products:
        shelves.setdefault(product.category, []).append(product)
    return [
        _theme(category, listed, answer)
        for category, listed in shelves.items()
        if len(listed) >= LEAST
    ]


def _theme(category: str, listed: Sequence[Product], answer: Answer) -> Theme:
    """Of products of one category, the best first."""
    style, count = Counter(each.style for each in listed).most_common(1)[0]
    if style and count >= max(LEAST, DOMINANT * len(listed)):
        of_style = [each for each in listed if each.style == style]
        return Theme(category, style, tuple(of_style[:MOST]), answer)
    return Theme(category, None, tuple(listed[:MOST]), answer)
