"""The lists of a product page, each by a recommender of its own."""

import msgspec

from allstore.catalog.models import Product
from allstore.shop.catalogue import Catalogue
from allstore.shop.experiment_lists import Tried, try_out
from allstore.shop.experiments import Experiments, Participation
from allstore.shop.recommendations import Answer, Recommendations
from allstore.shop.visitor import Visitor

SIMILAR_ITEMS = "similar-items"
"""The list's name to an experiment, which knows its recommenders by these names."""
ITEM_RECOMMENDERS = ("similar", "bought-together", "also-viewed")
_MOST = 12


class Carousel(msgspec.Struct, frozen=True):
    """A row of products under a heading."""

    name: str
    """Names the list in links and tests."""
    heading: str
    products: tuple[Product, ...]
    answer: Answer
    reason: str
    """Why these are shown, in a sentence."""


class Carousels:
    """Asks the recommenders and reads all products of a page at once."""

    def __init__(
        self, catalogue: Catalogue, recommendations: Recommendations, experiments: Experiments
    ) -> None:
        self._catalogue = catalogue
        self._recommendations = recommendations
        self._experiments = experiments

    def of_product(self, visitor: Visitor, product: Product) -> tuple[Carousel, ...]:
        """Similar items, frequently bought together, customers also viewed and, for a visitor with
        a history, recommended for you. A list without products is left out; where the engine does
        not answer, products of the same category stand in for similar items. An experiment may run
        on the similar items, and records them.
        """
        ask = self._recommendations
        user_id = visitor.user_id
        participation = self._experiments.participation(SIMILAR_ITEMS, visitor)
        tried = self._tried(participation, visitor, product) if participation else None
        asked = [
            (
                "similar",
                "Similar items",
                tried.answer if tried else ask.similar_items(product.id, _MOST),
                f"They are like {product.name} by what it is and by who viewed both.",
            ),
            (
                "bought-together",
                "Frequently bought together",
                ask.bought_together(product.id, _MOST),
                f"They went into the same carts as {product.name}, more often than by chance.",
            ),
            (
                "also-viewed",
                "Customers also viewed",
                ask.also_viewed(visitor, product.id, _MOST),
                f"Shoppers who viewed {product.name} viewed them too.",
            ),
        ]
        if user_id is not None:
            asked.append(
                (
                    "for-you",
                    "Recommended for you",
                    ask.for_shopper(user_id, _MOST),
                    "They suit what you viewed, put into the cart and bought.",
                )
            )
        ids = [one for _, _, answer, _ in asked for one in answer.product_ids]
        known = {each.id: each for each in self._catalogue.products(ids)}
        found = [
            Carousel(name, heading, _present(known, answer, product), answer, reason)
            for name, heading, answer, reason in asked
        ]
        if tried and participation:
            shown = [each.id for each in found[0].products]
            tried.shown(self._experiments, participation, shown)
        if found[0].answer.warning is not None:
            found[0] = self._stand_in(found[0], product)
        return tuple(each for each in found if each.products)

    def _tried(self, participation: Participation, visitor: Visitor, product: Product) -> Tried:
        def ask(recommender: str) -> Answer:
            answer = self._asked(recommender, visitor, product.id)
            others = tuple(one for one in answer.product_ids if one != product.id)
            return msgspec.structs.replace(answer, product_ids=others)

        return try_out(participation, ask, _MOST)

    def _asked(self, recommender: str, visitor: Visitor, product_id: str) -> Answer:
        """The answer of a recommender that an experiment names."""
        ask = self._recommendations
        if recommender == "similar":
            return ask.similar_items(product_id, _MOST)
        if recommender == "bought-together":
            return ask.bought_together(product_id, _MOST)
        if recommender == "also-viewed":
            return ask.also_viewed(visitor, product_id, _MOST)
        return ask.of(recommender, visitor.user_id or visitor.session_id, _MOST, product_id)

    def _stand_in(self, carousel: Carousel, product: Product) -> Carousel:
        popular = self._catalogue.popular(_MOST + 1, product.category)
        return msgspec.structs.replace(
            carousel,
            products=tuple(each for each in popular if each.id != product.id)[:_MOST],
            reason=f"They are popular products of the same category as {product.name}.",
        )


def _present(known: dict[str, Product], answer: Answer, product: Product) -> tuple[Product, ...]:
    """What the shop sells of an answer, without the product itself."""
    return tuple(known[one] for one in answer.product_ids if one in known and one != product.id)
