import html
import re

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from allstore.search.text import clean
from allstore.shop.database import products
from allstore.shop.settings import Settings
from allstore.web.rendering import marked
from shopfront import PRODUCTS, RANKING_ARN, Browser, Open, StandInEngine, write_catalogue


def cards(page: httpx.Response) -> list[str]:
    return re.findall(r'data-testid="card" data-product="([^"]+)"', page.text)


def ranking(page: httpx.Response, name: str) -> list[str]:
    part = page.text.split(f'data-testid="{name}"')[1].split("</section>")[0]
    return re.findall(r'<li data-product="([^"]+)"', part)


@pytest.mark.parametrize("path", ["/", "/cart", "/category", "/find", "/nowhere"])
def test_every_page_has_the_search_box(browser: Browser, path: str) -> None:
    page = browser.get(path).text
    assert 'role="search" method="get" action="/find"' in page
    assert '<input id="q"' in page


def test_results_are_found_by_their_words_and_the_words_are_marked(browser: Browser) -> None:
    page = browser.get("/find", params={"q": "thing 07"})
    assert cards(page) == ["p07"]
    assert "<mark>Thing</mark> <mark>07</mark>" in page.text
    assert "Results for “thing 07”" in page.text
    assert 'value="thing 07"' in page.text


def test_filters_order_and_pages_are_a_form_and_links(browser: Browser) -> None:
    page = browser.get("/find", params={"q": "thing", "category": "books", "sort": "price-down"})
    books = [product.id for product in reversed(PRODUCTS) if product.category == "books"]
    assert cards(page) == books[:12]
    assert f"Books ({len(books)})" in page.text
    [following] = re.findall(r'rel="next" href="([^"]+)"', page.text)
    assert cards(browser.get(html.unescape(following))) == books[12:]
    last = browser.get("/find", params={"q": "thing", "page": 99})
    assert "There is no page 99" in last.text


def test_a_filter_that_leaves_nothing_can_be_cleared(browser: Browser) -> None:
    page = browser.get("/find", params={"q": "thing", "style": "no such style"})
    assert cards(page) == []
    [clear] = re.findall(r'href="([^"]+)" data-testid="clear"', page.text)
    assert len(cards(browser.get(html.unescape(clear)))) == 12


@pytest.mark.parametrize("q", ["", "   ", "zzzqqq", "!?"])
def test_where_nothing_is_found_the_page_helps(browser: Browser, q: str) -> None:
    page = browser.get("/find", params={"q": q})
    assert page.status_code == 200
    assert 'data-testid="empty"' in page.text
    assert 'href="/category/books"' in page.text
    assert len(cards(page)) == 8


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "sort=best", "personal=101", "personal=-1", "personal=²"]
)
def test_what_the_page_cannot_do_is_refused_by_name(browser: Browser, query: str) -> None:
    refused = browser.get(f"/find?q=thing&{query}")
    assert refused.status_code == 400
    assert query.split("=", maxsplit=1)[0] in refused.text


def test_a_misspelt_word_says_what_it_was_taken_for(browser: Browser) -> None:
    page = browser.get("/find", params={"q": "thimg 07"})
    assert "“thimg” was taken for “thing”" in page.text
    assert cards(page) == ["p07"]


def test_nobody_is_ranked_for_while_nobody_is_known(
    browser: Browser, engine: StandInEngine
) -> None:
    page = browser.get("/find", params={"q": "thing", "u": "1870", "user_id": "1870"})
    assert cards(page) == [f"p{number:02}" for number in range(12)]
    assert engine.asked == []


def test_a_shopper_sees_the_blend_and_its_weight(browser: Browser, engine: StandInEngine) -> None:
    browser.post("/shopper", shopper_id="1870")
    page = browser.get("/find", params={"q": "thing", "personal": "100"})
    assert engine.asked[-1]["campaignArn"] == RANKING_ARN
    assert engine.asked[-1]["userId"] == "1870"
    assert cards(page)[:3] == ["p39", "p38", "p37"]
    assert 'data-recipe="aws-personalized-ranking"' in page.text
    assert 'name="recommendation_id" value="RID-2"' in page.text
    assert 'value="30"' in browser.get("/find", params={"q": "thing"}).text


def test_weight_0_is_the_order_by_text_and_asks_nobody(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.post("/shopper", shopper_id="1870")
    asked = len(engine.asked)
    page = browser.get("/find", params={"q": "thing", "personal": "0"})
    assert cards(page) == [f"p{number:02}" for number in range(12)]
    assert len(engine.asked) == asked


def test_both_orders_stand_side_by_side(browser: Browser) -> None:
    browser.post("/shopper", shopper_id="1870")
    page = browser.get("/find", params={"q": "thing", "personal": "100", "view": "compare"})
    assert ranking(page, "plain") == [f"p{number:02}" for number in range(12)]
    assert ranking(page, "personal")[:2] == ["p39", "p38"]
    assert "For you, weighing 100 %" in page.text
    assert "places up" in page.text


def test_without_the_engine_the_order_is_by_text_and_the_page_says_so(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.post("/shopper", shopper_id="1870")
    engine.fails_with = "ResourceNotFoundException"
    page = browser.get("/find", params={"q": "thing"})
    assert page.status_code == 200
    assert "answered ResourceNotFoundException. The order is by the text alone." in page.text
    assert cards(page) == [f"p{number:02}" for number in range(12)]


def test_suggestions_are_queries_and_products(browser: Browser) -> None:
    found = browser.get("/find/suggestions", params={"q": "thin"})
    assert 'href="/find?q=thing"' in found.text
    assert len(re.findall(r'data-testid="suggested-product"', found.text)) == 5
    assert "<mark>Thing</mark>" in found.text
    assert "suggested" not in browser.get("/find/suggestions").text


def test_a_changed_product_is_found_by_its_new_name(settings: Settings, open_shop: Open) -> None:
    browser = open_shop(settings)
    assert cards(browser.get("/find", params={"q": "thing 07"})) == ["p07"]
    database = sa.create_engine(settings.sqlalchemy_url())
    with database.begin() as connection:
        connection.execute(
            sa.update(products).where(products.c.id == "p07").values(name="Walnut Sideboard")
        )
    database.dispose()
    assert cards(browser.get("/find", params={"q": "sideboard"})) == ["p07"]


def test_hostile_queries_and_names_are_text(settings: Settings, open_shop: Open) -> None:
    hostile = msgspec.structs.replace(
        PRODUCTS[0], name='<script>alert("1")</script>', description="<img src=x onerror=alert(1)>"
    )
    write_catalogue(settings.data_dir, (hostile, *PRODUCTS[1:]))
    browser = open_shop(settings)
    for q in ("script alert", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'):
        for path in ("/find", "/find/suggestions"):
            page = browser.get(path, params={"q": q})
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
    page = browser.get("/find", params={"q": "script alert"})
    assert "&lt;<mark>script</mark>&gt;<mark>alert</mark>" in page.text


@pytest.mark.parametrize("q", ["a" * 10_000, "%ff", "(thing AND", ".*[", "日本"])
def test_any_query_is_answered(browser: Browser, q: str) -> None:
    assert browser.get("/find", params={"q": q}).status_code == 200


@settings(max_examples=60)
@given(
    st.text(alphabet="<>&\"' abé", max_size=40) | st.text(max_size=40),
    st.sets(st.sampled_from(["a", "b", "ab", "lt", "amp", "e"])),
)
def test_a_highlight_is_the_text_escaped_but_for_its_marks(text: str, terms: set[str]) -> None:
    shown = str(marked(text, terms))
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare
    assert html.unescape(bare.replace("\r", "")) == clean(text).replace("\r", "")
