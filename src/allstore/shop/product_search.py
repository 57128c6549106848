"""The shop's search: text relevance from its own index, preference from the engine."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from allstore.catalog.sorts import Sort
from allstore.search.request import SearchRequest
from allstore.search.rerank import Blend, Preference
from allstore.search.results import Results, Suggestions
from allstore.search.search import RERANKED, Search
from allstore.shop.catalogue import Catalogue
from allstore.shop.events import Source
from allstore.shop.experiments import Experiments, Participation
from allstore.shop.recommendations import Recommendations
from allstore.shop.visitor import Visitor

SEARCH = "search"
"""The list's name to an experiment, which knows its recommenders by these names."""
SEARCH_RECOMMENDERS = ("re-ranked", "text")


class ProductSearch:
    """The index is made at the first search, or before, and follows the catalogue from then on."""

    def __init__(
        self,
        catalogue: Catalogue,
        recommendations: Recommendations,
        experiments: Experiments,
        weight: float,
    ) -> None:
        self._search = Search(catalogue.all, catalogue.stamp)
        self._recommendations, self._experiments = recommendations, experiments
        self.weight = weight
        """Of the preference, where a search asks for no other."""

    def warm(self) -> None:
        """Make the index now, so that the first search need not."""
        self._search.index()

    def shown(
        self, request: SearchRequest, visitor: Visitor, weight: float | None = None
    ) -> Results:
        """The results as a visitor's page shows them: where an experiment runs on searches, the
        visitor takes part and asks for no `weight` or order, by the experiment, which records them.
        """
        user_id, participation = visitor.user_id, None
        if user_id is not None and weight is None and request.sort == Sort.RELEVANCE:
            participation = self._experiments.participation(SEARCH, visitor)
        if user_id is None or participation is None:
            return self.results(request, user_id, weight)
        if participation.variation is None:
            return self._interleaved(participation, request, user_id)
        found = self._by(participation.variation.recommender, request, user_id)
        team = participation.variation.name
        return self._recorded(participation, dict.fromkeys(found.product_ids, team), found)

    def results(
        self,
        request: SearchRequest,
        user_id: str | None = None,
        weight: float | None = None,
        arn: str | None = None,
    ) -> Results:
        """The page of `request`, re-ranked for `user_id` where there is one and a `weight`, by the
        shop's campaign or by that of another `arn`.

        Without the engine the plain order stands, and `preference.warning` says why.
        """
        blend = Blend(weight=self.weight if weight is None else weight)
        if user_id is None or blend.weight == 0:
            return self._search.results(request)

        def ranker(product_ids: Sequence[str]) -> Preference:
            answer = self._recommendations.rank(user_id, product_ids, arn=arn)
            return Preference(
                answer.scores, answer.recommendation_id, answer.milliseconds, answer.warning
            )

        return self._search.results(request, ranker, blend)

    def _by(self, recommender: str, request: SearchRequest, user_id: str) -> Results:
        """The results by a recommender that an experiment names."""
        if recommender == "text":
            return self._search.results(request)
        arn = recommender if recommender.startswith("arn:") else None
        return self.results(request, user_id, arn=arn)

    def _interleaved(
        self, participation: Participation, request: SearchRequest, user_id: str
    ) -> Results:
        """Both orders as one. Where the engine fails there is nothing to compare, or to record."""
        skipped, stop = request.skipped, request.skipped + request.size
        whole = replace(request, page=1, size=max(RERANKED, stop))
        variations = participation.experiment.variations
        found = [self._by(each.recommender, whole, user_id) for each in variations]
        if any(each.preference is not None and each.preference.warning for each in found):
            return self.results(request, user_id)
        orders = [[item.product_id for item in each.items] for each in found]
        drafted = participation.interleaved(orders, whole.size)
        drafts = list(zip(drafted.ids, drafted.teams, strict=True))[skipped:stop]
        teams = {one: variations[team].name for one, team in drafts}
        personal = max(found, key=lambda each: each.weight)
        of = {item.product_id: item for each in (*found, personal) for item in each.items}
        drafted_page = replace(
            personal,
            request=request,
            items=tuple(of[one] for one in teams),
            plain=personal.plain[skipped:stop],
        )
        return self._recorded(participation, teams, drafted_page)

    def _recorded(
        self, participation: Participation, teams: Mapping[str, str], found: Results
    ) -> Results:
        answers = {each.product_id: found.recommendation_of(each) for each in found.items}
        self._experiments.shown(participation, Source.SEARCH, teams, answers)
        return found

    def suggestions(self, text: str) -> Suggestions:
        """For a query that is being typed."""
        return self._search.suggestions(text)
