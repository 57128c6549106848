"""The list a visitor sees on the home page, and where it came from."""

import msgspec

from allstore.catalog.models import Product
from allstore.shop.catalogue import Catalogue
from allstore.shop.discounts import Discounts
from allstore.shop.events import Source
from allstore.shop.experiment_lists import try_out
from allstore.shop.experiments import Experiments
from allstore.shop.recommendations import BOUGHT, TRENDING, Answer, Recommendations
from allstore.shop.shown_lists import ShownLists
from allstore.shop.visitor import Visitor

COLD_HEADING = "Trending products"
WARM_HEADING = "Inspired by your shopping trends"
FALLBACK_HEADING = "Popular products"
NOTHING_SOLD = "The recommendation engine named no product that the shop sells."
HOME = "home"
"""The list's name to an experiment, which knows its recommenders by these names."""
HOME_RECOMMENDERS = ("for-you", "trending")


class Picks(msgspec.Struct, frozen=True):
    heading: str
    products: tuple[Product, ...]
    answer: Answer

    @property
    def is_personal(self) -> bool:
        return self.heading == WARM_HEADING

    @property
    def from_engine(self) -> bool:
        return self.answer.warning is None


class Picker:
    def __init__(
        self,
        catalogue: Catalogue,
        recommendations: Recommendations,
        experiments: Experiments,
        shown_lists: ShownLists,
        discounts: Discounts,
        *,
        size: int,
    ) -> None:
        self._catalogue = catalogue
        self._recommendations = recommendations
        self._experiments = experiments
        self._shown_lists, self._discounts = shown_lists, discounts
        self._size = size

    def shown(self, visitor: Visitor, category: str | None = None) -> Picks:
        """The list as a visitor's page shows it. What the engine makes for them gives the visit its
        discounts, and of all categories it is kept for the live view.
        """
        found = self._tried(visitor, category)
        if found.from_engine and category is None:
            ids = [product.id for product in found.products]
            self._shown_lists.keep(visitor, Source.HOME, found.heading, ids)
        if found.from_engine:
            self._discounts.choose(visitor, found.products)
        return found

    def _tried(self, visitor: Visitor, category: str | None) -> Picks:
        """By the experiment, which records it, where one runs on the list of all categories and the
        visitor takes part.
        """
        participation = None if category else self._experiments.participation(HOME, visitor)
        if participation is None:
            return self.picks(visitor, category)
        tried = try_out(participation, lambda name: self._asked(name, visitor), self._size)
        picks = self._picked(visitor.user_id, tried.answer, None)
        ids = [each.id for each in picks.products]
        tried.shown(self._experiments, participation, Source.HOME, ids)
        return picks

    def picks(self, visitor: Visitor, category: str | None = None) -> Picks:
        """`size` products for this visitor, of one category or of all.

        Where the engine fails or knows too few of a category, the catalogue's popular ones follow.
        """
        user_id = visitor.user_id
        if user_id is None:
            answer = self._recommendations.trending(visitor, self._size, category)
        else:
            answer = self._recommendations.for_shopper(user_id, self._size, category)
        return self._picked(user_id, answer, category)

    def _asked(self, recommender: str, visitor: Visitor) -> Answer:
        """The answer of a recommender that an experiment names."""
        ask, user_id = self._recommendations, visitor.user_id or visitor.session_id
        if recommender == "trending":
            return ask.trending(visitor, self._size)
        if recommender == "for-you":
            return ask.for_shopper(user_id, self._size)
        return ask.of(recommender, user_id, self._size)

    def _picked(self, user_id: str | None, answer: Answer, category: str | None) -> Picks:
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
    return COLD_HEADING if user_id is None or answer.recipe in {TRENDING, BOUGHT} else WARM_HEADING


def _unusable(answer: Answer) -> Answer:
    return msgspec.structs.replace(answer, warning=NOTHING_SOLD)
