"""Rows of the home page that are drawn from a visitor's own recommendations. For a user the
stand-in engine puts p39 first, and a home list has twelve products.
"""

import html
import re
from collections.abc import Mapping, Sequence

import httpx
import msgspec
import pytest

from allstore.catalog.models import Product
from allstore.shop.settings import Settings
from shopfront import (
    FOR_YOU_ARN,
    PRODUCTS,
    PROMOTED_ARN,
    Browser,
    Open,
    StandInEngine,
    write_catalogue,
)

HTMX = {"HX-Request": "true"}


def as_shopper(browser: Browser) -> Browser:
    browser.post("/shopper", shopper_id="1870")
    return browser


def selling(open_shop: Open, settings: Settings, products: Sequence[Product]) -> Browser:
    """Shops as somebody in a shop with other products."""
    write_catalogue(settings.data_dir, tuple(products))
    return as_shopper(open_shop(settings))


def changed(by_id: Mapping[str, Mapping[str, object]]) -> list[Product]:
    return [msgspec.structs.replace(each, **by_id.get(each.id, {})) for each in PRODUCTS]


def rows(answer: httpx.Response) -> dict[str, list[str]]:
    """By heading the products of each theme."""
    return {
        html.unescape(re.findall(r"<h2[^>]*>([^<]+)</h2>", part)[0]): re.findall(
            r'data-testid="tile" data-product="([^"]+)"', part
        )
        for part in answer.text.split('data-testid="theme"')[1:]
    }


def themes(browser: Browser) -> dict[str, list[str]]:
    """As the home page loads them."""
    answer = browser.get("/themes", headers=HTMX)
    assert answer.status_code == 200
    return rows(answer)


def listed(page: httpx.Response) -> set[str]:
    return set(re.findall(r'data-testid="card" data-product="([^"]+)"', page.text))


def loads_themes(page: httpx.Response) -> bool:
    """Whether it asks for them by itself, and leads to them without scripts."""
    part = page.text.split('data-testid="themes"')[1].split("</div>")[0]
    return 'hx-trigger="load, ' in part and '<a href="/themes">' in part


def test_the_home_page_of_a_shopper_loads_themes(browser: Browser) -> None:
    assert loads_themes(browser.post("/shopper", shopper_id="1870"))


def test_the_home_page_of_an_anonymous_visit_with_a_history_loads_themes(browser: Browser) -> None:
    assert not loads_themes(browser.get("/"))
    assert loads_themes(browser.post("/view/p05"))


def test_the_list_of_a_category_has_no_themes(browser: Browser) -> None:
    assert 'data-testid="themes"' not in as_shopper(browser).get("/?category=books").text


def test_a_personal_list_that_comes_after_a_click_brings_its_themes(browser: Browser) -> None:
    assert "HX-Trigger-After-Swap" not in browser.get("/picks").headers
    browser.post("/view/p05", htmx=True)
    assert browser.get("/picks").headers["HX-Trigger-After-Swap"] == "themes-changed"
    assert "themes-changed from:body" in browser.get("/").text


def test_a_theme_is_a_category_in_the_engines_order(open_shop: Open, settings: Settings) -> None:
    mixed = {each.id: {"style": f"style {each.id}"} for each in PRODUCTS}
    found = themes(selling(open_shop, settings, changed(mixed)))
    books = [f"p{number:02}" for number in range(25, 0, -3)]
    assert found["Books for you"] == books
    assert set(found) == {"Apparel for you", "Books for you", "Tools for you"}


def test_no_theme_has_what_the_list_shows(browser: Browser) -> None:
    shown = listed(browser.post("/view/p05"))
    found = themes(browser)
    assert "p05" in shown
    assert found
    assert not shown & {each for products in found.values() for each in products}


@pytest.mark.parametrize(("count", "is_there"), [(4, True), (3, False)])
def test_a_theme_has_four_products_at_least(
    open_shop: Open, settings: Settings, count: int, *, is_there: bool
) -> None:
    garden = {f"p{27 - place}": {"category": "garden", "style": ""} for place in range(count)}
    books = {each.id: {"category": "books", "style": ""} for each in PRODUCTS}
    found = themes(selling(open_shop, settings, changed(books | garden)))
    assert ("garden for you" in found) is is_there


def test_a_theme_has_twelve_products_at_most(open_shop: Open, settings: Settings) -> None:
    all_books = changed({each.id: {"category": "books", "style": ""} for each in PRODUCTS})
    found = themes(selling(open_shop, settings, all_books))
    assert found == {"Books for you": [f"p{number}" for number in range(27, 15, -1)]}


def test_there_are_three_themes_at_most(open_shop: Open, settings: Settings) -> None:
    shelves = {each.id: {"category": f"shelf {int(each.id[1:]) % 4}"} for each in PRODUCTS}
    assert len(themes(selling(open_shop, settings, changed(shelves)))) == 3


@pytest.mark.parametrize(
    ("others", "heading", "count"), [(3, "Books for you: novel", 6), (4, "Books for you", 9)]
)
def test_the_style_that_most_products_of_a_category_have_is_the_theme(
    open_shop: Open, settings: Settings, others: int, heading: str, count: int
) -> None:
    """Nine books come after the list."""
    cookbooks = ["p01", "p04", "p07", "p10"][:others]
    styled = changed({each: {"style": "cookbook"} for each in cookbooks})
    assert len(themes(selling(open_shop, settings, styled))[heading]) == count


def test_the_theme_with_the_best_scores_comes_first(
    browser: Browser, engine: StandInEngine
) -> None:
    as_shopper(browser)
    scores = {"apparel": 0.1, "books": 0.3, "tools": 0.2}
    engine.told = {each.id: {"score": scores[each.category]} for each in PRODUCTS}
    assert [each.split()[0] for each in themes(browser)] == ["Books", "Tools", "Apparel"]


def test_without_scores_the_theme_with_the_best_places_comes_first(browser: Browser) -> None:
    assert [each.split()[0] for each in themes(as_shopper(browser))] == [
        "Apparel",
        "Tools",
        "Books",
    ]


def test_the_engine_is_asked_once_for_all_rows_and_for_nothing_promoted(
    open_shop: Open, settings: Settings, engine: StandInEngine
) -> None:
    promoting = settings.model_copy(update={"promotion_filter_arn": PROMOTED_ARN})
    browser = as_shopper(open_shop(promoting))
    engine.asked.clear()
    assert len(themes(browser)) == 3
    assert engine.asked == [{"recommenderArn": FOR_YOU_ARN, "userId": "1870", "numResults": 150}]


def test_a_home_page_asks_for_no_themes_itself(browser: Browser, engine: StandInEngine) -> None:
    as_shopper(browser)
    engine.asked.clear()
    browser.get("/")
    assert [each["numResults"] for each in engine.asked] == [12]


def test_a_theme_says_which_recipe_answered_and_why(
    browser: Browser, engine: StandInEngine
) -> None:
    engine.told = {"p26": {"reason": ["Exploration"]}}
    tools = as_shopper(browser).get("/themes", headers=HTMX).text.split('data-category="tools"')[1]
    tools = tools.split("</section>")[0]
    assert 'data-recipe="aws-ecomm-recommended-for-you"' in tools
    assert "<td>Thing 26</td><td>exploration: few know it yet</td>" in tools
    assert "/why?id=p26" in tools


def test_a_tile_of_a_theme_leads_to_events_that_name_its_answer(
    browser: Browser, engine: StandInEngine
) -> None:
    page = as_shopper(browser).get("/themes").text
    link = re.search(r'data-source="themes" data-recommendation="RID-1" href="([^"]+)"', page)
    assert link
    opened = browser.get(html.unescape(link[1])).text
    (event,) = engine.events[-1]["eventList"]
    assert event["recommendationId"] == "RID-1"
    assert 'name="source" value="themes"' in opened


def test_without_scripts_the_themes_are_a_page(browser: Browser) -> None:
    page = as_shopper(browser).get("/themes")
    assert page.text.startswith("<!doctype html>")
    assert rows(page) == themes(browser)


def test_themes_are_stored_nowhere(browser: Browser) -> None:
    as_shopper(browser)
    for headers in ({}, HTMX):
        assert browser.get("/themes", headers=headers).headers["Cache-Control"] == "no-store"


def test_a_visitor_whom_the_engine_does_not_know_has_no_themes(
    browser: Browser, engine: StandInEngine
) -> None:
    assert 'data-testid="empty"' in browser.get("/themes").text
    assert engine.asked == []


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_engine_that_fails_gives_no_themes_and_no_error(
    browser: Browser, engine: StandInEngine, headers: dict[str, str]
) -> None:
    as_shopper(browser)
    engine.fails_with = "ThrottlingException"
    answer = browser.get("/themes", headers=headers)
    assert answer.status_code == 200
    assert rows(answer) == {}
    assert 'data-testid="warning"' not in answer.text
