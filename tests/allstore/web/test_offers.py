"""Promotions through the engine's API, and their page and banner."""

import re

import httpx
import msgspec
import pytest

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

PROMOTED = ["p30", "p31", "p32", "p33"]


def cards(page: httpx.Response) -> list[str]:
    return re.findall(r'data-testid="card" data-product="([^"]+)"', page.text)


def card(page: httpx.Response, product_id: str) -> str:
    return page.text.split(f'data-testid="card" data-product="{product_id}"')[1].split(
        "</article>"
    )[0]


@pytest.fixture
def promoting(settings: Settings) -> Settings:
    """A shop that promotes `PROMOTED`, none of it flowers, in a fifth of each list."""
    shelf = [msgspec.structs.replace(each, promoted=each.id in PROMOTED) for each in PRODUCTS]
    shelf[39] = msgspec.structs.replace(shelf[39], category="floral")
    write_catalogue(settings.data_dir, tuple(shelf))
    return settings.model_copy(
        update={"promotion_filter_arn": PROMOTED_ARN, "promotion_percent": 20}
    )


@pytest.fixture
def shop(promoting: Settings, open_shop: Open) -> Browser:
    return open_shop(promoting)


def test_the_home_list_asks_for_the_promotion_and_labels_what_came_by_it(
    shop: Browser, engine: StandInEngine
) -> None:
    page = shop.get("/")
    assert engine.asked[-1]["promotions"] == [
        {
            "name": "allstore-promotion",
            "percentPromotedItems": 20,
            "filterArn": PROMOTED_ARN,
        }
    ]
    assert cards(page)[:4] == ["p30", "p31", "p32", "p00"]
    assert 'data-testid="promoted"' in card(page, "p30")
    assert 'data-testid="promoted"' not in card(page, "p00")
    why = page.text.split('data-testid="why"')[1].split("</details>")[0]
    assert "3 of them are promoted by the shop" in why
    assert "Thing 30, Thing 31, Thing 32" in why


def test_a_shopper_and_a_product_page_have_the_promotion_too(
    shop: Browser, engine: StandInEngine
) -> None:
    assert 'data-testid="promoted"' in card(shop.post("/shopper", shopper_id="1870"), "p30")
    page = shop.get("/product/p01")
    asked = [each for each in engine.asked if each.get("recommenderArn") == FOR_YOU_ARN]
    assert "promotions" in asked[-1]
    row = page.text.split('data-carousel="for-you"')[1].split("</section>")[0]
    assert row.count('data-testid="promoted"') == 3
    assert "3 of them are promoted by the shop: Thing 30, Thing 31" in row


def test_a_list_of_one_category_promotes_nothing(shop: Browser, engine: StandInEngine) -> None:
    shop.get("/?category=books")
    assert "promotions" not in engine.asked[-1]


def test_without_a_filter_nothing_is_promoted_and_nothing_announced(
    promoting: Settings, open_shop: Open, engine: StandInEngine
) -> None:
    shop = open_shop(promoting.model_copy(update={"promotion_filter_arn": None}))
    page = shop.get("/")
    assert "promotions" not in engine.asked[-1]
    assert "promotion-banner" not in page.text
    assert 'data-testid="promoted"' not in "".join(card(page, each) for each in cards(page))


def test_the_json_api_marks_what_came_by_the_promotion(shop: Browser) -> None:
    for path in ("/recommendations", "/recommendations/1870"):
        items = shop.get(path).json()
        assert [each["asin"] for each in items if each.get("Promoted")] == PROMOTED[:3]
    assert [each["id"] for each in shop.get("/products").json() if each["promoted"]] == PROMOTED[:3]


def test_a_banner_says_how_much_is_promoted_here(shop: Browser) -> None:
    def said(path: str) -> str:
        found = shop.get(path).text.partition('data-testid="promotion-banner"')[2]
        return " ".join(re.sub(r"<[^>]+>", "", found.split("</p>")[0]).split())

    assert "4 picked products. See them all" in said("/")
    assert "1 picked product in Tools. See it" in said("/category/tools")
    assert said("/category/floral") == ""


def test_a_dismissed_banner_stays_away_for_the_visit_and_no_other(
    promoting: Settings, open_shop: Open
) -> None:
    mine, other = open_shop(promoting), open_shop(promoting)
    back = mine.post("/offers/dismiss", here="/category/tools?sort=price")
    assert str(back.url).endswith("/category/tools?sort=price")
    assert "promotion-banner" not in back.text
    assert "promotion-banner" not in mine.get("/").text
    assert "promotion-banner" in other.get("/").text
    assert mine.post("/offers/dismiss", htmx=True).text == ""


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil", "/ x"])
def test_dismissing_leads_to_no_other_shop(shop: Browser, elsewhere: str) -> None:
    back = shop.post("/offers/dismiss", here=elsewhere)
    assert back.url.path == "/"
    assert back.url.host == shop.http.base_url.host


def test_only_a_page_of_the_visit_can_dismiss(shop: Browser) -> None:
    refused = shop.http.post("/offers/dismiss", data={"form_token": "forged"})
    assert refused.status_code == 403


def test_the_offers_are_what_is_promoted_ranked_for_a_shopper(shop: Browser) -> None:
    assert cards(shop.get("/offers")) == PROMOTED
    shop.post("/shopper", shopper_id="1870")
    page = shop.get("/offers")
    assert cards(page) == PROMOTED[::-1]
    assert "ranked for you" in page.text
    assert cards(shop.get("/offers?category=tools")) == ["p32"]
    assert "Nothing is promoted in Floral" in shop.get("/offers?category=floral").text
    assert "There is no page 2" in shop.get("/offers?page=2").text
    assert shop.get("/offers?category=nothing").status_code == 404
    assert shop.get("/offers?page=x").status_code == 400


def test_without_the_engine_the_offers_and_the_banner_are_there(
    promoting: Settings, open_shop: Open
) -> None:
    shop = open_shop(promoting.model_copy(update={"endpoint_url": "http://127.0.0.1:9"}))
    shop.post("/shopper", shopper_id="1870")
    home = shop.get("/")
    assert "promotion-banner" in home.text
    assert cards(home)[:3] == ["p38", "p39", "p30"]
    offers = shop.get("/offers")
    assert cards(offers) == PROMOTED
    assert "The popular ones come first instead." in offers.text
