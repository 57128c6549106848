"""Experiments on lists that the shop orders: a category's page and a search."""

import html
import re
from typing import Any

import msgspec
import pytest

from allstore.shop.database import experiment_participants, exposures, outcomes
from allstore.shop.settings import Settings
from shopfront import PRODUCTS, RANKING_ARN, Browser, Open, StandInEngine, write_catalogue
from tests.allstore.web.test_experiment_pages import link_of, rows, set_up, unseen
from tests.allstore.web.test_home import cards

OTHER_ARN = "arn:aws:personalize:us-east-1:1:campaign/other"
PAGES = {"category": "/category/books", "search": "/find?q=thing"}
FEATURES: dict[str, Any] = {
    "category": [("mine", "for-you"), ("crowd", "popular")],
    "search": [("mine", "re-ranked"), ("crowd", "text")],
}


def known(
    settings: Settings, open_shop: Open, kind: str, feature: str, *more: tuple[str, str]
) -> Browser:
    """A chosen shopper in a shop with the experiment."""
    named = [*FEATURES[feature][: 2 - len(more)], *more]
    variations = [{"name": name, "recommender": asked} for name, asked in named]
    browser = open_shop(set_up(settings, kind, feature=feature, variations=variations))
    browser.post("/shopper", shopper_id="1870")
    return browser


def of_the_shop(settings: Settings, open_shop: Open, feature: str) -> Browser:
    """A chosen shopper in a shop whose experiment has the order that takes no engine."""
    own = FEATURES[feature][1][1]
    return known(settings, open_shop, "ab", feature, ("one", own), ("two", own))


def clicked(settings: Settings) -> list[str]:
    """The products whose clicks the experiment has counted."""
    return [each.product_id for each in rows(settings, outcomes)]


@pytest.mark.parametrize("feature", FEATURES)
def test_both_orders_are_one_list_whose_items_play_for_theirs(
    settings: Settings, open_shop: Open, engine: StandInEngine, feature: str
) -> None:
    browser = known(settings, open_shop, "interleaving", feature)
    asked = len(engine.asked)
    page = browser.get(PAGES[feature])
    shown = cards(page)
    assert [each["campaignArn"] for each in engine.asked[asked:]] == [RANKING_ARN]
    [exposure] = rows(settings, exposures)
    assert [product for product, _ in exposure.items] == shown
    assert {team for _, team in exposure.items[:2]} == {"mine", "crowd"}
    for product in shown:
        browser.open_card(page, product, htmx=True)
    assert {each.product_id: each.variation for each in rows(settings, outcomes)} == dict(
        exposure.items
    )


@pytest.mark.parametrize("feature", FEATURES)
def test_visits_see_one_of_the_orders_each(
    settings: Settings, open_shop: Open, engine: StandInEngine, feature: str
) -> None:
    browser = known(settings, open_shop, "ab", feature)
    seen: dict[str, tuple[str, ...]] = {}
    for _ in range(12):
        browser.http.cookies.clear()
        browser.post("/shopper", shopper_id="1870")
        shown = tuple(cards(browser.get(PAGES[feature])))
        last = rows(settings, exposures)[-1]
        assert tuple(product for product, _ in last.items) == shown
        [team] = {team for _, team in last.items}
        assert seen.setdefault(team, shown) == shown
        assert bool(last.recommendation_ids) == (team == "mine")
    assert len(set(seen.values())) == 2
    assert engine.asked


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("feature", FEATURES)
def test_a_click_in_a_list_of_the_shops_own_counts(
    settings: Settings, open_shop: Open, feature: str, *, htmx: bool
) -> None:
    browser = of_the_shop(settings, open_shop, feature)
    page = browser.get(PAGES[feature])
    browser.open_card(page, "p04", htmx=htmx)
    assert clicked(settings) == ["p04"]


def test_a_result_that_the_engine_does_not_know_counts_for_its_order_too(
    settings: Settings, open_shop: Open, engine: StandInEngine
) -> None:
    engine.unknown_item = "p04"
    ranked = ("one", "re-ranked"), ("two", "re-ranked")
    browser = known(settings, open_shop, "ab", "search", *ranked)
    page = browser.get(PAGES["search"])
    others = [each for each in cards(page) if each != "p04"]
    for product in ("p04", others[0]):
        browser.open_card(page, product, htmx=True)
    assert set(clicked(settings)) == {"p04", others[0]}


@pytest.mark.parametrize("feature", FEATURES)
def test_a_click_in_what_was_viewed_recently_is_not_one_in_the_list(
    settings: Settings, open_shop: Open, feature: str
) -> None:
    browser = of_the_shop(settings, open_shop, feature)
    browser.get("/product/p04")
    assert "p04" in cards(browser.get(PAGES[feature]))
    browser.get(link_of(browser.get("/").text, "recent"))
    assert clicked(settings) == []


@pytest.mark.parametrize(
    ("feature", "path"),
    [("category", "/category/books?sort=popular"), ("search", "/find?q=thing&personal=0")],
)
def test_a_click_in_an_order_that_was_asked_for_is_not_one_in_the_list(
    settings: Settings, open_shop: Open, feature: str, path: str
) -> None:
    browser = of_the_shop(settings, open_shop, feature)
    assert "p04" in cards(browser.get(PAGES[feature]))
    browser.open_card(browser.get(path), "p04", htmx=True)
    assert clicked(settings) == []


def test_a_suggested_product_is_not_clicked_in_the_results(
    settings: Settings, open_shop: Open
) -> None:
    browser = of_the_shop(settings, open_shop, "search")
    suggested = re.search(r'href="(/product/[^"]+)"', browser.get("/find/suggestions?q=thin").text)
    assert suggested
    assert suggested[1].removeprefix("/product/")[:3] in cards(browser.get(PAGES["search"]))
    browser.get(html.unescape(suggested[1]))
    assert clicked(settings) == []


def test_what_the_engine_cannot_rank_is_of_no_order(settings: Settings, open_shop: Open) -> None:
    """It ranks 500; of 520, pages of 24, the page before the last has 20 of those."""
    books = [
        msgspec.structs.replace(PRODUCTS[1], id=f"b{number}", name=f"Book {number}")
        for number in range(520)
    ]
    write_catalogue(settings.data_dir, tuple(books))
    browser = of_the_shop(settings, open_shop, "category")
    for page in (21, 22):
        browser.get(f"/category/books?page={page}")
    assert [len(each.items) for each in rows(settings, exposures)] == [20, 0]


@pytest.mark.parametrize("feature", FEATURES)
def test_two_campaigns_can_be_compared(
    settings: Settings, open_shop: Open, engine: StandInEngine, feature: str
) -> None:
    browser = known(settings, open_shop, "interleaving", feature, ("newer", OTHER_ARN))
    asked = len(engine.asked)
    browser.get(PAGES[feature])
    arns = [each["campaignArn"] for each in engine.asked[asked:]]
    assert arns == [RANKING_ARN, OTHER_ARN]


@pytest.mark.parametrize(
    ("feature", "path"),
    [("category", "/category/books?sort=newest"), ("search", "/find?q=thing&personal=40")],
)
def test_who_asks_for_an_order_takes_no_part(
    settings: Settings, open_shop: Open, feature: str, path: str
) -> None:
    browser = known(settings, open_shop, "ab", feature)
    browser.get(path)
    assert rows(settings, exposures) == []


@pytest.mark.parametrize("feature", FEATURES)
def test_what_nobody_looks_at_is_not_shown(
    settings: Settings, open_shop: Open, feature: str
) -> None:
    browser = known(settings, open_shop, "ab", feature)
    unseen(browser, PAGES[feature])
    assert rows(settings, experiment_participants) == rows(settings, exposures) == []


@pytest.mark.parametrize("feature", FEATURES)
def test_where_the_engine_fails_there_is_nothing_to_compare(
    settings: Settings, open_shop: Open, engine: StandInEngine, feature: str
) -> None:
    browser = known(settings, open_shop, "interleaving", feature)
    engine.fails_with = "ThrottlingException"
    page = browser.get(PAGES[feature])
    assert cards(page)
    assert all(not exposure.items for exposure in rows(settings, exposures))
