"""The list a visitor sees on the home page, and where it came from."""

import msgspec

from allstore.catalog.models import Product
from allstore.shop.catalogue import Catalogue
from allstore.shop.recommendations import FOR_YOU, Answer, Recommendations
from allstore.shop.visitor import Visitor

COLD_HEADING = "Trending products"
WARM_HEADING = "Inspired by your shopping trends"
FALLBACK_HEADING = "Popular products"


class Picks(msgspec.Struct, frozen=True):
    heading: str
    products: tuple[Product, ...]
    answer: Answer

    @property
    def is_personal(self) -> bool:
        return self.answer.recipe == FOR_YOU

    @property
    def from_engine(self) -> bool:
        return self.answer.warning is None


class Picker:
    def __init__(self, catalogue: Catalogue, recommendations: Recommendations, size: int) -> None:
        self._catalogue = catalogue
        self._recommendations = recommendations
        self._size = size

    def picks(self, visitor: Visitor, category: str | None = None) -> Picks:
        """`size` products for this visitor, of one category or of all.

        Where the engine fails or knows too few of a category, the catalogue's popular ones follow.
        """
        user_id = visitor.user_id
        if user_id is None:
            answer = self._recommendations.trending(visitor, self._size, category)
        else:
            answer = self._recommendations.for_shopper(user_id, self._size, category)
        products = self._catalogue.products(answer.product_ids)
        if not products and answer.warning is None:
            answer = _unusable(answer)
        if category is not None:
            products = [product for product in products if product.category == category]
        if category is not None or answer.warning is not None:
            products = self._filled(products, category)
        return Picks(_heading(user_id, answer), tuple(products[: self._size]), answer)

    def _filled(self, products: list[Product], category: str | None) -> list[Product]:
        if len(products) >= self._size:
            return products
        have = {product.id for product in products}
        more = self._catalogue.popular(self._size + len(have), category)
        return products + [product for product in more if product.id not in have]


def _heading(user_id: str | None, answer: Answer) -> str:
    if answer.warning is not None:
        return FALLBACK_HEADING
    return COLD_HEADING if user_id is None else WARM_HEADING


def _unusable(answer: Answer) -> Answer:
    return msgspec.structs.replace(
        answer, warning="The recommendation engine named no product that the shop sells."
    )
