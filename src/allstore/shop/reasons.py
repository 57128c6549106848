"""Why a product stands in a list, in a few words."""

from collections.abc import Mapping, Sequence

from allstore.catalog.models import Product
from allstore.shop.catalogue import Catalogue
from allstore.shop.clickstream import ClickStream
from allstore.shop.recommendations import (
    ALSO_VIEWED,
    BOUGHT,
    BOUGHT_TOGETHER,
    FOR_YOU,
    RANKING,
    SIMILAR,
    TRENDING,
    Answer,
    Recommendations,
)
from allstore.shop.visitor import Visitor

_OF_ENGINE = {
    "Exploration": "exploration: few know it yet",
    "Popular item": "popular",
    "Promoted item": "promoted by the shop",
}
"""The engine's own reasons, https://docs.aws.amazon.com/personalize/latest/dg/API_RS_PredictedItem.html"""
_OF_RECIPE = {
    TRENDING: "popular: viewed by many",
    BOUGHT: "popular: bought by many",
    FOR_YOU: "suits what you did",
    RANKING: "suits what you did",
    SIMILAR: "alike",
    ALSO_VIEWED: "viewed by the same shoppers",
    BOUGHT_TOGETHER: "in the same carts",
}
_LOOKED_BACK = 5
"""Products viewed last that are asked about."""
_ALIKE = 50
"""What is most like each of them."""


def reason_of(answer: Answer, product_id: str) -> str:
    """A promotion, what the engine says of the item, or what its recipe goes by; what the shop
    itself added is popular.
    """
    if product_id not in answer.product_ids:
        return _OF_ENGINE["Popular item"]
    if product_id in answer.promoted:
        return _OF_ENGINE["Promoted item"]
    told = [_OF_ENGINE.get(each, each) for each in answer.reasons.get(product_id, ())]
    return ", ".join(told) or _OF_RECIPE.get(answer.recipe, f"by {answer.recipe}")


class Reasons:
    """Asks the engine what is like the products that a visit has viewed."""

    def __init__(
        self, catalogue: Catalogue, clicks: ClickStream, recommendations: Recommendations
    ) -> None:
        self._catalogue, self._clicks = catalogue, clicks
        self._recommendations = recommendations

    def because_viewed(self, visitor: Visitor, product_ids: Sequence[str]) -> Mapping[str, Product]:
        """By id of a listed product: the one of those viewed last in this visit that it is most
        like, or that it is. What is like none of them is left out. After a call that fails the
        engine is asked no more: it may take seconds to fail again.
        """
        best: dict[str, tuple[int, str]] = {}
        fails = False
        for viewed in self._clicks.recently_viewed(visitor, _LOOKED_BACK):
            alike: tuple[str, ...] = ()
            if not fails:
                answer = self._recommendations.similar_items(viewed, _ALIKE)
                alike, fails = answer.product_ids, answer.warning is not None
            for place, product_id in enumerate((viewed, *alike)):
                best[product_id] = min(best.get(product_id, (place, viewed)), (place, viewed))
        sources = {each: best[each][1] for each in product_ids if each in best}
        known = {each.id: each for each in self._catalogue.products(list(sources.values()))}
        return {each: known[source] for each, source in sources.items() if source in known}
