import re
from collections import Counter

import httpx
import msgspec
import pytest

from allstore.shop.settings import Settings
from shopfront import PRODUCTS, Browser, Open, StandInEngine, write_catalogue

BOOKS = [product.id for product in PRODUCTS if product.category == "books"]


def carousels(page: httpx.Response) -> dict[str, list[str]]:
    found = {}
    for part in page.text.split('data-testid="carousel" data-carousel="')[1:]:
        name = part.split('"')[0]
        found[name] = re.findall(r'data-testid="tile" data-product="([^"]+)"', part)
    return found


def cards(page: httpx.Response) -> list[str]:
    return re.findall(r'data-testid="card" data-product="([^"]+)"', page.text)


def test_a_product_has_its_picture_price_bullets_and_stock(browser: Browser) -> None:
    page = browser.get("/product/p04").text
    assert 'alt="Picture of Thing 04"' in page
    plain = re.sub(r"<[^>]+>", "", page)
    assert "$14.99" in plain
    assert "or 4 x $3.75" in plain
    assert "Only 4 left" in plain
    assert "<li>The thing with the number 4.</li>" in page
    assert "<li>Style: novel</li>" in page


def test_opening_it_is_a_view_that_the_lists_on_it_know_of(
    browser: Browser, engine: StandInEngine
) -> None:
    page = browser.get("/product/p04?recommendation_id=RID-7")
    (put,) = engine.events
    (event,) = put["eventList"]
    assert (event["eventType"], event["itemId"]) == ("View", "p04")
    assert event["recommendationId"] == "RID-7"
    asked = Counter((each.get("itemId"), each.get("userId")) for each in engine.asked)
    session = put["sessionId"]
    assert asked == {("p04", None): 2, ("p04", session): 1, (None, session): 1}
    assert carousels(page)["similar"] == [f"p{number:02}" for number in range(5, 16)]
    # The list for the visitor would begin with the product at hand, which is not on its own page.
    assert carousels(page)["for-you"][0] == "p39"
    assert "p04" not in carousels(page)["for-you"]
    assert list(carousels(page)) == ["similar", "bought-together", "also-viewed", "for-you"]


def test_each_list_says_who_answered_and_why(browser: Browser) -> None:
    page = browser.get("/product/p04").text
    for recipe in (
        "aws-similar-items",
        "aws-ecomm-frequently-bought-together",
        "aws-ecomm-customers-who-viewed-x-also-viewed",
        "aws-ecomm-recommended-for-you",
    ):
        assert f'data-recipe="{recipe}"' in page
    assert "Shoppers who viewed Thing 04 viewed them too." in page


def test_a_list_leads_on_with_the_answer_it_came_from(browser: Browser) -> None:
    page = browser.get("/product/p04").text
    assert 'href="/product/p05?recommendation_id=RID-1&amp;source=similar"' in page


def test_without_the_engine_the_same_category_stands_in(
    settings: Settings, open_shop: Open
) -> None:
    down = settings.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    page = open_shop(down).get("/product/p04")
    assert page.status_code == 200
    assert "The recommendation engine does not answer." in page.text
    found = carousels(page)
    assert list(found) == ["similar"]
    assert "p04" not in found["similar"]
    assert set(found["similar"]) <= set(BOOKS)


def test_a_recommender_that_fails_costs_its_own_list_alone(
    settings: Settings, open_shop: Open
) -> None:
    missing = settings.model_copy(update={"bought_together_arn": None})
    names = re.findall(r'data-carousel="([^"]+)"', open_shop(missing).get("/product/p04").text)
    assert names == ["similar", "also-viewed", "for-you"]


def test_a_product_that_is_not_sold_is_not_found(browser: Browser) -> None:
    assert browser.get("/product/nothing").status_code == 404


def test_each_category_has_a_tile(browser: Browser) -> None:
    page = browser.get("/category").text
    assert len(re.findall(r'class="tile" href="/category/', page)) == 3


def test_a_new_visitor_sees_the_popular_ones_of_a_category_first(
    browser: Browser, engine: StandInEngine
) -> None:
    page = browser.get("/category/books")
    assert not engine.asked
    assert sorted(cards(page)) == sorted(BOOKS)
    assert "Ranked for you" not in page.text
    assert 'value="for-you"' not in page.text


def test_a_category_is_ranked_for_a_shopper(browser: Browser, engine: StandInEngine) -> None:
    cold = cards(browser.get("/category/books"))
    browser.post("/shopper", shopper_id="1870")
    engine.asked.clear()
    page = browser.get("/category/books")
    assert engine.asked[-1]["inputList"] == cold
    assert cards(page) == cold[::-1]
    assert 'data-recipe="aws-personalized-ranking"' in page.text
    assert "ranked for you" in page.text


def test_a_ranking_that_fails_leaves_the_popular_order_and_says_so(
    browser: Browser, engine: StandInEngine
) -> None:
    cold = cards(browser.get("/category/books"))
    browser.post("/shopper", shopper_id="1870")
    engine.fails_with = "ThrottlingException"
    page = browser.get("/category/books")
    assert cards(page) == cold
    assert "The recommendation engine answered ThrottlingException." in page.text


def test_filters_and_orders_of_a_category(browser: Browser) -> None:
    page = browser.get("/category/books?sort=price-down&least=20&most=35.99")
    assert cards(page) == ["p25", "p22", "p19", "p16", "p13", "p10"]
    assert cards(browser.get("/category/books?style=shirt")) == []
    assert cards(browser.get("/category/books?sort=price"))[0] == "p01"
    assert "Clear filters" in page.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("least=cheap", "least must be a price such as 19.50, not &#39;cheap&#39;"),
        ("sort=magic", "sort must be one of for-you, popular, newest, price, price-down"),
        ("gender=x", "gender must be one of F, M"),
        ("page=0", "page must be a number from 1 to 9999"),
    ],
)
def test_what_cannot_be_asked_of_a_category_is_named(
    browser: Browser, query: str, words: str
) -> None:
    page = browser.get(f"/category/books?{query}")
    assert page.status_code == 400
    assert words in page.text


def test_pages_of_a_category(settings: Settings, open_shop: Open) -> None:
    many = [msgspec.structs.replace(PRODUCTS[1], id=f"b{number:02}") for number in range(50)]
    write_catalogue(settings.data_dir, tuple(many))
    browser = open_shop(settings)
    pages = [browser.get(f"/category/books?sort=newest&page={number}") for number in (1, 2, 3, 4)]
    assert [len(cards(page)) for page in pages] == [24, 24, 2, 0]
    assert [one for page in pages for one in cards(page)] == [product.id for product in many]
    assert 'rel="next" href="/category/books?sort=newest&amp;page=2"' in pages[0].text
    assert "Page 2 of 3" in pages[1].text
    assert "There is no page 4." in pages[3].text
    assert browser.get("/category/nothing").status_code == 404


@pytest.mark.parametrize("category", ["50% off", "Arts/Crafts", "a?b&c#d"])
def test_a_category_of_any_id_is_led_to(settings: Settings, open_shop: Open, category: str) -> None:
    many = [
        msgspec.structs.replace(PRODUCTS[1], id=f"b{number:02}", category=category)
        for number in range(30)
    ]
    write_catalogue(settings.data_dir, tuple(many))
    browser = open_shop(settings)
    tile = re.search(r'class="tile" href="([^"]+)"', browser.get("/category").text)
    assert tile
    shelf = browser.get(f"{tile[1]}?sort=newest&style=novel")
    assert len(cards(shelf)) == 24
    following = re.search(r'rel="next" href="([^"]+)"', shelf.text)
    cleared = re.search(r'href="([^"]+)">Clear filters', shelf.text)
    assert following
    assert cleared
    assert following[1] == f"{tile[1]}?sort=newest&amp;style=novel&amp;page=2"
    assert cleared[1] == f"{tile[1]}?sort=newest"
