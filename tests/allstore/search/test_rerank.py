"""The blend of relevance and preference."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from allstore.catalog.sorts import Sort
from allstore.search.request import SearchRequest
from allstore.search.rerank import Blend, Hit, Preference, blended, capped, plain
from allstore.search.search import Search

HITS = [Hit("a", 8.0), Hit("b", 4.0), Hit("c", 2.0)]


def order(hits: list[Hit], scores: dict[str, float], blend: Blend) -> list[str]:
    return [each.product_id for each in blended(hits, scores, blend)]


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[Hit], dict[str, float]]:
    count = draw(st.integers(0, 30))
    relevances = sorted(draw(st.lists(st.floats(0.1, 50), min_size=count, max_size=count)))
    hits = [
        Hit(str(at), relevance, promoted=draw(st.booleans()))
        for at, relevance in enumerate(reversed(relevances))
    ]
    scores = draw(
        st.dictionaries(st.sampled_from([h.product_id for h in hits] or ["x"]), st.floats(0, 1))
    )
    return hits, scores


@settings(max_examples=40)
@given(rankings(), st.floats(0, 1))
def test_a_blend_shows_the_same_products_and_keeps_their_plain_ranks(
    ranking: tuple[list[Hit], dict[str, float]], weight: float
) -> None:
    hits, scores = ranking
    ranked = blended(hits, scores, Blend(weight=weight))
    assert sorted(ranked, key=lambda each: each.plain_rank) == [
        next(each for each in ranked if each.product_id == hit.product_id) for hit in hits
    ]


@settings(max_examples=40)
@given(rankings(), st.floats(0.01, 1), st.integers(0, 4), st.integers(1, 12))
def test_the_promotion_cap_is_kept_while_there_are_others(
    ranking: tuple[list[Hit], dict[str, float]], weight: float, most: int, among: int
) -> None:
    hits, scores = ranking
    blend = Blend(weight=weight, most_promoted=most, among=among)
    ranked = capped(blended(hits, scores, blend), blend)
    others = sum(not hit.promoted for hit in hits)
    first = ranked[: min(among, others + most)]
    assert sum(each.promoted for each in first) <= most


@settings(max_examples=40)
@given(rankings())
def test_weight_0_is_the_plain_order(ranking: tuple[list[Hit], dict[str, float]]) -> None:
    hits, scores = ranking
    assert blended(hits, scores, Blend(weight=0)) == plain(hits)


@settings(max_examples=40)
@given(rankings())
def test_no_scores_are_the_plain_order(ranking: tuple[list[Hit], dict[str, float]]) -> None:
    assert blended(ranking[0], {}, Blend(weight=0.5)) == plain(ranking[0])


def test_the_weight_decides_between_relevance_and_preference() -> None:
    scores = {"a": 0.1, "b": 0.2, "c": 0.4}
    assert order(HITS, scores, Blend(weight=0.2)) == ["a", "b", "c"]
    assert order(HITS, scores, Blend(weight=1.0)) == ["c", "b", "a"]
    ranked = blended(HITS, scores, Blend(weight=0.5))
    assert [(each.product_id, round(each.score, 3)) for each in ranked] == [
        ("a", 0.625),
        ("c", 0.625),
        ("b", 0.5),
    ]


def test_a_shopper_without_preferences_sees_the_plain_order() -> None:
    assert order(HITS, dict.fromkeys("abc", 0.3), Blend(weight=0.9)) == ["a", "b", "c"]


def test_a_product_the_engine_does_not_know_is_as_liked_as_the_usual_one() -> None:
    ranked = blended(HITS, {"a": 0.2, "c": 0.4}, Blend(weight=1.0))
    assert [(each.product_id, each.preference) for each in ranked] == [
        ("c", 1.0),
        ("b", None),
        ("a", 0.5),
    ]


def test_a_promotion_lifts_a_product() -> None:
    hits = [Hit("a", 5.0), Hit("b", 4.9, promoted=True)]
    scores = {"a": 0.5, "b": 0.5}
    assert order(hits, scores, Blend(weight=0.3)) == ["b", "a"]
    assert order(hits, scores, Blend(weight=0.3, most_promoted=0)) == ["a", "b"]


def test_a_search_gives_both_orders_and_asks_once(search: Search) -> None:
    asked: list[list[str]] = []

    def ranker(product_ids: Sequence[str]) -> Preference:
        asked.append(list(product_ids))
        return Preference({each: at for at, each in enumerate(asked[0], 1)}, "RID-1", 3.0)

    request = SearchRequest(text="boot", size=10)
    found = search.results(request, ranker, Blend(weight=1.0, lift=0.0, most_promoted=99))
    plain_ids = search.results(SearchRequest(text="boot", size=26)).product_ids
    assert asked == [list(plain_ids)]
    assert tuple(each.product_id for each in found.plain) == plain_ids[:10]
    assert found.product_ids == tuple(reversed(plain_ids))[:10]
    assert found.weight == 1.0
    assert found.preference is not None
    assert found.preference.recommendation_id == "RID-1"


def test_without_an_answer_of_the_engine_the_plain_order_stands_with_a_warning(
    search: Search,
) -> None:
    found = search.results(SearchRequest(text="boot"), lambda _: Preference(warning="Down."))
    assert found.items == found.plain
    assert found.weight == 0
    assert found.preference == Preference(warning="Down.")


def test_another_order_than_relevance_is_nobodys(search: Search) -> None:
    request = SearchRequest(text="boot", sort=Sort.CHEAPEST)
    assert search.results(request, lambda _: Preference({"x": 1.0})).preference is None
