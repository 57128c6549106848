"""The search of a catalogue that changes."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec

from allstore.catalog.models import Product
from allstore.catalog.sorts import Sort
from allstore.search.index import ProductIndex, Wanted
from allstore.search.reading import read
from allstore.search.request import SearchRequest
from allstore.search.rerank import Blend, Hit, Ranked, Ranker, blended, plain
from allstore.search.results import Facets, Results, Suggestions
from allstore.search.text import query_words

RERANKED = 100
"""The hits, from the best, whose order a shopper's preference can change."""
_PRODUCTS, _QUERIES = 5, 3
"""How many of each are suggested."""


class _Built(msgspec.Struct, frozen=True):
    stamp: object
    index: ProductIndex


class Search:
    """Searches the products that `products` gives, as they are now.

    `stamp` is asked at each search: a cheap value that is another one whenever the products are
    others. Then the index is built again, within the search that found out; meanwhile further
    searches use the old one. Safe to use from several threads.
    """

    def __init__(
        self, products: Callable[[], Iterable[Product]], stamp: Callable[[], object]
    ) -> None:
        self._products = products
        self._stamp = stamp
        self._building = threading.Lock()
        self._built: _Built | None = None

    def index(self) -> ProductIndex:
        """The index of the products as they are now; call it early to have the first one built."""
        built = self._built
        if built is not None and (built.stamp == self._stamp() or self._building.locked()):
            return built.index
        with self._building:
            # The stamp is older than the products, never newer: what changes between the two is
            # found at the next search.
            stamp = self._stamp()
            if self._built is None or self._built.stamp != stamp:
                self._built = _Built(stamp, ProductIndex(self._products()))
            return self._built.index

    def results(
        self, request: SearchRequest, ranker: Ranker | None = None, blend: Blend | None = None
    ) -> Results:
        """The page that `request` asks for; a text without a word finds nothing.

        `ranker` asks the engine for the shopper's preference among the best `RERANKED` hits, in
        the order by relevance alone; where it gives none, the plain order stands and
        `Results.preference` has its warning.
        """
        begun = time.perf_counter()
        index = self.index()
        reading = read(request.text, index.vocabulary)
        count = max(RERANKED, request.skipped + request.size)
        wanted, hits, total = _hits(index, reading.wanted, request, count)
        order = plain(hits)
        results = Results(
            request=request,
            items=_page(order, request),
            plain=_page(order, request),
            total=total,
            facets=index.facets(wanted, request) if total else Facets(),
            terms=reading.terms,
            corrections=reading.corrections,
            unknown=reading.unknown,
            some_words=total > 0 and wanted.least < len(wanted.matches),
            milliseconds=(time.perf_counter() - begun) * 1000,
        )
        if ranker is None or request.sort != Sort.RELEVANCE or not hits:
            return results
        return _personal(results, hits, ranker, blend or Blend())

    def suggestions(self, text: str) -> Suggestions:
        """For a query that is being typed: how its last word may end, and the best products."""
        index = self.index()
        words = query_words(text)
        unfinished = not text[-1:].isspace()
        reading = read(text, index.vocabulary, unfinished=unfinished)
        request = SearchRequest(text=text)
        _, hits, _ = _hits(index, reading.wanted, request, _PRODUCTS)
        ends = index.vocabulary.completions(words[-1]) if words and unfinished else []
        mended = {each.typed: each.understood for each in reading.corrections}
        before = [mended.get(word, word) for word in words[:-1]]
        whole = [" ".join([*before, end.word]) for end in ends]
        best = {query: _best(index, query) for query in whole}
        whole.sort(key=lambda query: -best[query])
        return Suggestions(
            queries=tuple(query for query in whole[:_QUERIES] if best[query]),
            product_ids=tuple(hit.product_id for hit in hits),
            terms=reading.terms,
        )


def _best(index: ProductIndex, query: str) -> float:
    """The relevance of the best product that has all the words of `query`; 0 where none has."""
    hits, _ = index.hits(read(query, index.vocabulary).wanted, SearchRequest(text=query), 1)
    return hits[0].relevance if hits else 0.0


def _hits(
    index: ProductIndex, wanted: Wanted, request: SearchRequest, count: int
) -> tuple[Wanted, list[Hit], int]:
    """The first `count` hits with as many of the words as any product has, and how many there are
    in all.
    """
    for least in range(len(wanted.matches), 0, -1):
        within_reach = msgspec.structs.replace(wanted, least=least)
        hits, total = index.hits(within_reach, request, count)
        if total:
            return within_reach, hits, total
    return wanted, [], 0


def _personal(results: Results, hits: Sequence[Hit], ranker: Ranker, blend: Blend) -> Results:
    preference = ranker([hit.product_id for hit in hits[:RERANKED]])
    order = plain(hits)
    order[:RERANKED] = blended(hits[:RERANKED], preference.scores, blend)
    return msgspec.structs.replace(
        results,
        items=_page(order, results.request),
        preference=preference,
        weight=blend.weight if preference.scores else 0.0,
    )


def _page(order: Sequence[Ranked], request: SearchRequest) -> tuple[Ranked, ...]:
    return tuple(order[request.skipped : request.skipped + request.size])
