"""The lists of a product page, each by a recommender of its own."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from allstore.catalog.models import Product
from allstore.shop.catalogue import Catalogue
from allstore.shop.engine import MOST_CALLS
from allstore.shop.events import Source
from allstore.shop.experiment_lists import Tried, try_out
from allstore.shop.experiments import Experiments, Participation
from allstore.shop.recommendations import Answer, Recommendations
from allstore.shop.shown_lists import ShownLists
from allstore.shop.visitor import Visitor

SIMILAR_ITEMS = "similar-items"
"""The list's name to an experiment, which knows its recommenders by these names."""
ITEM_RECOMMENDERS = ("similar", "bought-together", "also-viewed")
_MOST = 12
_HEADINGS = {
    "similar": "Similar items",
    "bought-together": "Frequently bought together",
    "also-viewed": "Customers also viewed",
    "for-you": "Recommended for you",
}
_REASONS = {
    "similar": "They are like {} by what it is and by who viewed both.",
    "bought-together": "They went into the same carts as {}, more often than by chance.",
    "also-viewed": "Shoppers who viewed {} viewed them too.",
    "for-you": "They suit what you viewed, put into the cart and bought.",
}


class Carousel(msgspec.Struct, frozen=True):
    """A row of products under a heading."""

    name: str
    """Names the list in links and tests."""
    heading: str
    products: tuple[Product, ...]
    answer: Answer
    reason: str
    """Why these are shown, in a sentence."""


class Ahead(msgspec.Struct, frozen=True):
    """Lists of a product page that have been asked for."""

    participation: Participation | None
    """In an experiment on the similar items, which waits for the rest."""
    asked: Mapping[str, Future[Answer]]
    """By the name of the recommender."""


class Carousels:
    """Asks the recommenders of a page all at once, and reads its products in one query."""

    def __init__(
        self,
        catalogue: Catalogue,
        recommendations: Recommendations,
        experiments: Experiments,
        shown_lists: ShownLists,
    ) -> None:
        self._catalogue = catalogue
        self._recommendations = recommendations
        self._experiments = experiments
        self._shown_lists = shown_lists
        self._pool = ThreadPoolExecutor(MOST_CALLS, thread_name_prefix="carousels")

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def ask_ahead(self, visitor: Visitor, product: Product) -> Ahead:
        """Ask for the lists of the product alone, so that they come while its view is told."""
        participation = self._experiments.participation(SIMILAR_ITEMS, visitor)
        names = ["bought-together"] if participation else ["similar", "bought-together"]
        return Ahead(participation, self._ask(names, visitor, product))

    def of_product(self, visitor: Visitor, product: Product, ahead: Ahead) -> tuple[Carousel, ...]:
        """Similar items, frequently bought together, customers also viewed and, for a visitor with
        a history, recommended for you. A list without products is left out; where the engine does
        not answer, products of the same category stand in for similar items. An experiment may run
        on the similar items, and records them. What is recommended for the visitor follows them
        from page to page, and is kept for the live view.
        """
        names = ["also-viewed", "for-you"] if visitor.user_id else ["also-viewed"]
        asked = {**ahead.asked, **self._ask(names, visitor, product)}
        participation = ahead.participation
        if participation:
            tried = self._tried(participation, visitor, product)
        else:
            tried = Tried(asked.pop("similar").result(), None)
        answers = {"similar": tried.answer, **{name: one.result() for name, one in asked.items()}}
        ids = [one for answer in answers.values() for one in answer.product_ids]
        known = {each.id: each for each in self._catalogue.products(ids)}
        found = [
            Carousel(
                name,
                _HEADINGS[name],
                _present(known, answer, product),
                answer,
                _REASONS[name].format(product.name),
            )
            for name, answer in answers.items()
        ]
        if participation:
            shown = [each.id for each in found[0].products]
            tried.shown(self._experiments, participation, Source.SIMILAR, shown)
        if found[0].answer.warning is not None:
            found[0] = self._stand_in(found[0], product)
        for each in found:
            if each.name == "for-you":
                self._keep(visitor, each)
        return tuple(each for each in found if each.products)

    def _keep(self, visitor: Visitor, carousel: Carousel) -> None:
        if carousel.products and carousel.answer.warning is None:
            ids = [each.id for each in carousel.products]
            self._shown_lists.keep(visitor, Source.FOR_YOU, carousel.heading, ids)

    def _ask(
        self, names: Iterable[str], visitor: Visitor, product: Product
    ) -> dict[str, Future[Answer]]:
        return {name: self._pool.submit(self._asked, name, visitor, product.id) for name in names}

    def _tried(self, participation: Participation, visitor: Visitor, product: Product) -> Tried:
        def ask(recommender: str) -> Answer:
            answer = self._asked(recommender, visitor, product.id)
            others = tuple(one for one in answer.product_ids if one != product.id)
            return msgspec.structs.replace(answer, product_ids=others)

        return try_out(participation, ask, _MOST)

    def _asked(self, recommender: str, visitor: Visitor, product_id: str) -> Answer:
        """The answer of a recommender by its name here, or by the ARN that an experiment has."""
        ask, user_id = self._recommendations, visitor.user_id or visitor.session_id
        if recommender == "similar":
            return ask.similar_items(product_id, _MOST)
        if recommender == "bought-together":
            return ask.bought_together(product_id, _MOST)
        if recommender == "also-viewed":
            return ask.also_viewed(visitor, product_id, _MOST)
        if recommender == "for-you":
            return ask.for_shopper(user_id, _MOST)
        return ask.of(recommender, user_id, _MOST, product_id)

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
