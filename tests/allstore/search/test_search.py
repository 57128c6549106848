"""What the search finds in the generated catalogue."""

import string
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allstore.catalog.models import Product
from allstore.catalog.sorts import Sort
from allstore.search.request import PRICE_BANDS, SORTS, SearchRequest
from allstore.search.search import Search

PIANO = Product("piano", "Grand Piano", "instruments", "piano", "Black.", 900.0)
KETTLE = Product("kettle", "Café Kettle", "housewares", "kettle", "For coffee.", 20.0)
HOSTILE = (
    '"',
    "name:boot",
    "boot AND",
    "-boot",
    "boot~2^9",
    "[a TO z]",
    "(boot",
    ".*",
    "boot\\",
    "'; DROP TABLE products; --",
    "<script>alert(1)</script>",
    "b\x00oot",
    "\ud800boot",
    "a" * 10_000,
    "boot " * 2_000,
    "日本語 🥾",
)


def names(search: Search, products: dict[str, Product], text: str, size: int = 5) -> list[str]:
    found = search.results(SearchRequest(text=text, size=size))
    return [products[each].name for each in found.product_ids]


@pytest.mark.parametrize(
    "text",
    [
        "chelsea boot",
        "boot chelsea",
        "chelsea boots",
        "CHELSEA BOOT!",
        "chelsae boot",
        "chelsea bot",
        "chels boot",
        "chelsea bo",
        "the chelsea and a boot",
        "chélsea bóot",
        "chelsea-boot",
    ],
)
def test_two_words_find_what_has_both_however_they_are_written(
    search: Search, products: dict[str, Product], text: str
) -> None:
    every = {each.name for each in products.values() if "Chelsea Boot" in each.name}
    assert 3 <= len(every) < 20
    assert set(names(search, products, text, len(every))) == every


@pytest.mark.parametrize("text", ["headphones", "head phones", "headphone", "hedphones"])
def test_a_word_in_two_halves_or_in_another_form_is_the_same_word(
    search: Search, products: dict[str, Product], text: str
) -> None:
    assert all("Headphones" in name for name in names(search, products, text))


def test_a_product_with_all_words_comes_before_those_with_some(
    search: Search, products: dict[str, Product]
) -> None:
    wanted = next(iter(products.values()))
    assert names(search, products, wanted.name, 1) == [wanted.name]


def test_where_no_product_has_all_words_those_with_most_are_shown(search: Search) -> None:
    found = search.results(SearchRequest(text="chelsea boot guitar"))
    assert found.some_words
    assert found.total > 0
    assert not search.results(SearchRequest(text="chelsea boot")).some_words


def test_a_misspelt_word_is_reported_with_what_it_was_taken_for(search: Search) -> None:
    [correction] = search.results(SearchRequest(text="hedphones")).corrections
    assert (correction.typed, correction.understood) == ("hedphones", "headphones")


def test_a_word_that_means_nothing_is_reported(search: Search) -> None:
    assert search.results(SearchRequest(text="boot zzzqqqxxx")).unknown == ("zzzqqqxxx",)
    assert search.results(SearchRequest(text="zzzqqqxxx")).total == 0


def test_accents_do_not_matter_on_either_side() -> None:
    search = Search(lambda: [PIANO, KETTLE], lambda: 0)
    for text in ("cafe", "café", "cafe\u0301", "CAFÉ"):
        assert search.results(SearchRequest(text=text)).product_ids == ("kettle",)


@pytest.mark.parametrize("text", ["", " ", "!?", "\x00"])
def test_a_text_without_words_finds_nothing(search: Search, text: str) -> None:
    assert search.results(SearchRequest(text=text)).total == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_words_or_nothing(search: Search, text: str) -> None:
    found = search.results(SearchRequest(text=text))
    assert len(found.items) <= found.total
    assert len(search.suggestions(text).queries) <= 3


def test_operators_and_quotes_change_nothing(search: Search) -> None:
    plain = set(search.results(SearchRequest(text="chelsea boot")).product_ids)
    for text in ('"chelsea" +boot', "(chelsea AND boot)", "chelsea^ ~boot*", "chelsea:boot"):
        assert set(search.results(SearchRequest(text=text)).product_ids) == plain


@settings(max_examples=50, deadline=None)
@given(
    st.text(max_size=60) | st.text(alphabet=string.punctuation + "ab O", max_size=30),
    st.sampled_from(SORTS),
    st.integers(-1, 10**6),
    st.lists(st.text(max_size=5) | st.sampled_from(sorted(PRICE_BANDS)), max_size=2),
)
def test_any_text_and_any_filter_answers(
    search: Search, text: str, sort: Sort, page: int, filters: list[str]
) -> None:
    values = tuple(filters)
    request = SearchRequest(text=text, sort=sort, page=page, categories=values, bands=values)
    found = search.results(request)
    assert len(found.items) <= min(request.size, found.total)
    search.suggestions(text)


def test_facets_count_what_the_products_are(search: Search, products: dict[str, Product]) -> None:
    request = SearchRequest(text="leather", size=1000)
    found = search.results(request)
    matching = [products[each] for each in found.product_ids]
    assert len(matching) == found.total > 30
    facets = found.facets
    assert {c.value: c.products for c in facets.categories} == Counter(
        product.category for product in matching
    )
    assert {c.value: c.products for c in facets.styles} == Counter(
        product.style for product in matching
    )
    assert {c.value: c.products for c in facets.bands} == Counter(
        key
        for product in matching
        for key, band in PRICE_BANDS.items()
        if band.low <= round((product.price or 0.0) * 100) < (band.high or 10**9)
    )


def test_a_facet_counts_under_the_other_filters_and_not_under_its_own(search: Search) -> None:
    free = search.results(SearchRequest(text="leather"))
    first = free.facets.categories[0]
    held = search.results(SearchRequest(text="leather", categories=(first.value,)))
    assert held.total == first.products
    assert held.facets.categories == free.facets.categories
    assert sum(each.products for each in held.facets.styles) == first.products


def test_pages_follow_each_other_and_end(search: Search) -> None:
    whole = search.results(SearchRequest(text="boot", size=26))
    assert whole.total == 26
    pages = [search.results(SearchRequest(text="boot", size=10, page=page)) for page in (1, 2, 3)]
    assert sum((each.product_ids for each in pages), ()) == whole.product_ids
    assert pages[0].pages == 3
    assert search.results(SearchRequest(text="boot", size=10, page=4)).items == ()


def test_results_come_in_the_order_asked_for(search: Search, products: dict[str, Product]) -> None:
    def found(sort: Sort) -> list[Product]:
        ids = search.results(SearchRequest(text="boot", sort=sort)).product_ids
        return [products[each] for each in ids]

    cheap = [product.price or 0.0 for product in found(Sort.CHEAPEST)]
    dear = [product.price or 0.0 for product in found(Sort.DEAREST)]
    new = [product.launched_at for product in found(Sort.NEWEST)]
    assert cheap == sorted(cheap)
    assert dear == sorted(dear, reverse=True)
    assert new == sorted(new, reverse=True)
    assert cheap[0] < dear[0]


def test_suggestions_finish_the_last_word(search: Search, products: dict[str, Product]) -> None:
    found = search.suggestions("trail r")
    assert found.queries[0] == "trail runner"
    assert "Trail Runner" in products[found.product_ids[0]].name
    assert search.suggestions("wirelss h").queries == ("wireless headphones",)
    assert search.suggestions("").product_ids == ()


def test_a_change_of_the_products_is_found_at_the_next_search() -> None:
    sold = [PIANO]
    search = Search(lambda: sold, lambda: tuple(sold))
    assert search.results(SearchRequest(text="kettle")).total == 0
    sold.append(KETTLE)
    assert search.results(SearchRequest(text="kettle")).product_ids == ("kettle",)
    sold[:] = [msgspec.structs.replace(KETTLE, name="Teapot", style="teapot")]
    assert search.results(SearchRequest(text="kettle")).total == 0
    assert search.results(SearchRequest(text="teapot")).product_ids == ("kettle",)
    sold.clear()
    assert search.results(SearchRequest(text="teapot")).total == 0


def test_products_are_read_once_while_they_stay() -> None:
    reads = []

    def products() -> list[Product]:
        reads.append(1)
        return [PIANO]

    search = Search(products, lambda: 0)
    for _ in range(3):
        search.results(SearchRequest(text="piano"))
    assert len(reads) == 1
