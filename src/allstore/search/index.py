"""The text index: products in, ranked hits and counts out. It never changes once it is built."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
import tantivy

from allstore.catalog.models import Product
from allstore.catalog.sorts import Sort
from allstore.search.request import PRICE_BANDS, PriceBand, SearchRequest
from allstore.search.rerank import Hit
from allstore.search.results import Count, Facets
from allstore.search.text import WORDS, clean
from allstore.search.vocabulary import Meaning, Vocabulary

BOOSTS = {
    "name": 2.5,
    "brand_words": 2.0,
    "style_words": 1.5,
    "category_words": 1.2,
    "description": 0.8,
}
"""What a word counts for by where it stands."""
_NAMED = ("category", "style", "brand")
"""What products are counted and filtered by, as a whole."""
_TIES = 0.2
"""The share that a word's further matches, in other fields or forms, add to its best one."""
_MOST_VALUES = 1000
"""Different categories, styles or brands that are counted."""
_ORDERS = {
    Sort.CHEAPEST: ("price", tantivy.Order.Asc),
    Sort.DEAREST: ("price", tantivy.Order.Desc),
    Sort.NEWEST: ("launched_at", tantivy.Order.Desc),
}


class Match(msgspec.Struct, frozen=True):
    """A typed word as the words of the catalogue that it may mean."""

    typed: str
    meanings: tuple[Meaning, ...]


class Wanted(msgspec.Struct, frozen=True):
    """Products with at least `least` of the matches."""

    matches: tuple[Match, ...]
    least: int
    extras: tuple[Match, ...] = ()
    """What adds to the score and is not needed."""


class ProductIndex:
    def __init__(self, products: Iterable[Product]) -> None:
        self._schema = _schema()
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer("words", WORDS)
        # One thread and one commit make one segment, in which equal scores keep this order.
        writer = self._index.writer(50_000_000, 1)
        for product in products:
            writer.add_document(tantivy.Document.from_dict(_document(product), self._schema))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self.vocabulary = Vocabulary(self._usage())

    def hits(self, wanted: Wanted, request: SearchRequest, count: int) -> tuple[list[Hit], int]:
        """The first `count` hits, and how many there are in all, of wanted products that
        pass the filters.
        """
        query = self._query(wanted, _filters(request))
        by, order = _ORDERS.get(request.sort, (None, tantivy.Order.Desc))
        limit = max(1, min(count, self._searcher.num_docs))
        found = self._searcher.search(query, limit, order_by_field=by, order=order)
        total: int = found.count  # type: ignore[attr-defined] # missing in tantivy's types
        return [self._hit(score, address, by) for score, address in found.hits], total

    def facets(self, wanted: Wanted, request: SearchRequest) -> Facets:
        """Counts of categories, styles, brands and price bands, each without its own filter."""
        filters = _filters(request)
        counts = {
            field: self._counts(
                field,
                self._query(wanted, {k: v for k, v in filters.items() if k != field}),
            )
            for field in (*_NAMED, "price")
        }
        return Facets(
            categories=counts["category"],
            styles=counts["style"],
            brands=counts["brand"],
            bands=counts["price"],
        )

    def _query(self, wanted: Wanted, filters: dict[str, Collection[str]]) -> tantivy.Query:
        words = [(tantivy.Occur.Should, self._word(match)) for match in wanted.matches]
        clauses = [(tantivy.Occur.Must, tantivy.Query.boolean_query(words, wanted.least))]
        clauses += [(tantivy.Occur.Should, self._word(match)) for match in wanted.extras]
        for field, values in filters.items():
            alternatives = [(tantivy.Occur.Should, self._filter(field, each)) for each in values]
            passed = tantivy.Query.boolean_query(alternatives)
            clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(passed, 0.0)))
        return tantivy.Query.boolean_query(clauses)

    def _word(self, match: Match) -> tantivy.Query:
        """The best of a word's meanings in the best of the fields."""
        terms = [
            tantivy.Query.boost_query(
                tantivy.Query.term_query(self._schema, field, meaning.word),
                boost * meaning.weight,
            )
            for meaning in match.meanings
            for field, boost in BOOSTS.items()
        ]
        return tantivy.Query.disjunction_max_query(terms, _TIES)

    def _filter(self, field: str, value: str) -> tantivy.Query:
        if field != "price":
            return tantivy.Query.term_query(self._schema, field, clean(value))
        band = PRICE_BANDS.get(value)
        if band is None:
            return tantivy.Query.empty_query()
        return tantivy.Query.range_query(
            self._schema,
            field,
            tantivy.FieldType.Integer,
            lower_bound=band.low,
            upper_bound=band.high,
            include_upper=band.high is None,
        )

    def _counts(self, field: str, query: tantivy.Query) -> tuple[Count, ...]:
        if field == "price":
            bands = [_range(band) for band in PRICE_BANDS.values()]
            ask: dict[str, Any] = {"range": {"field": field, "ranges": bands}}
        else:
            ask = {"terms": {"field": field, "size": _MOST_VALUES}}
        buckets = self._searcher.aggregate(query, {"counts": ask})["counts"]["buckets"]
        found = {bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}
        order = PRICE_BANDS if field == "price" else sorted(found, key=lambda v: (-found[v], v))
        return tuple(Count(value, found[value]) for value in order if found.get(value))

    def _hit(self, score: float, address: tantivy.DocAddress, by: str | None) -> Hit:
        """Ordered by a field, hits have that field's value as their score; then all are alike."""
        stored = self._searcher.doc(address)
        return Hit(stored["id"][0], 1.0 if by else score, promoted=stored["promoted"][0])

    def _usage(self) -> defaultdict[str, float]:
        """How many products have each word, by the weight of the fields."""
        usage: defaultdict[str, float] = defaultdict(float)
        for field, boost in BOOSTS.items():
            for word, products in self._searcher.terms_with_prefix(field, ""):
                usage[word] += boost * products
        return usage


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in BOOSTS:
        builder.add_text_field(field, tokenizer_name="words", index_option="freq")
    for field in _NAMED:
        builder.add_text_field(field, fast=True, tokenizer_name="raw", index_option="basic")
    for field in ("price", "launched_at"):
        builder.add_integer_field(field, indexed=True, fast=True)
    builder.add_boolean_field("promoted", stored=True)
    return builder.build()


def _document(product: Product) -> dict[str, Any]:
    priced = {} if product.price is None else {"price": round(product.price * 100)}
    named = {field: clean(getattr(product, field)) for field in _NAMED}
    path = [name for name in product.categories if name != product.style]
    return (
        priced
        | {field: value for field, value in named.items() if value}
        | {
            "id": product.id,
            "name": clean(product.name),
            "brand_words": clean(product.brand),
            "style_words": clean(product.style),
            "category_words": clean(" ".join((product.category, *path))),
            "description": clean(" ".join((product.description, *product.bullets))),
            "launched_at": product.launched_at,
            "promoted": product.promoted,
        }
    )


def _filters(request: SearchRequest) -> dict[str, Collection[str]]:
    """The filters that are set, by field."""
    every = {
        "category": request.categories,
        "style": request.styles,
        "brand": request.brands,
        "price": request.bands,
    }
    return {field: values for field, values in every.items() if values}


def _range(band: PriceBand) -> dict[str, Any]:
    bounds: dict[str, Any] = {"key": band.key, "from": float(band.low)}
    return bounds if band.high is None else bounds | {"to": float(band.high)}
