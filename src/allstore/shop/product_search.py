"""The shop's search: text relevance from its own index, preference from the engine."""

from collections.abc import Sequence

from allstore.search.request import SearchRequest
from allstore.search.rerank import Blend, Preference
from allstore.search.results import Results, Suggestions
from allstore.search.search import Search
from allstore.shop.catalogue import Catalogue
from allstore.shop.recommendations import Recommendations


class ProductSearch:
    """The index is made at the first search, or before, and follows the catalogue from then on."""

    def __init__(
        self, catalogue: Catalogue, recommendations: Recommendations, weight: float
    ) -> None:
        self._search = Search(catalogue.all, catalogue.stamp)
        self._recommendations = recommendations
        self.weight = weight
        """Of the preference, where a search asks for no other."""

    def warm(self) -> None:
        """Make the index now, so that the first search need not."""
        self._search.index()

    def results(
        self, request: SearchRequest, user_id: str | None = None, weight: float | None = None
    ) -> Results:
        """The page of `request`, re-ranked for `user_id` where there is one and a `weight`.

        Without the engine the plain order stands, and `preference.warning` says why.
        """
        blend = Blend(weight=self.weight if weight is None else weight)
        if user_id is None or blend.weight == 0:
            return self._search.results(request)

        def ranker(product_ids: Sequence[str]) -> Preference:
            answer = self._recommendations.rank(user_id, product_ids)
            return Preference(
                answer.scores, answer.recommendation_id, answer.milliseconds, answer.warning
            )

        return self._search.results(request, ranker, blend)

    def suggestions(self, text: str) -> Suggestions:
        """For a query that is being typed."""
        return self._search.suggestions(text)
