import re

import httpx
import msgspec
import pytest

from allstore.shop.settings import Settings
from shopfront import PRODUCTS, Browser, Open, StandInEngine, write_catalogue


def cards(page: httpx.Response) -> list[str]:
    return re.findall(r'data-testid="card" data-product="([^"]+)"', page.text)


def heading(page: httpx.Response) -> str:
    found = re.search(r'data-testid="heading">([^<]+)<', page.text)
    assert found
    return found[1]


def test_a_cold_visitor_sees_what_trends(browser: Browser) -> None:
    page = browser.get("/")
    assert heading(page) == "Trending products"
    assert cards(page) == [f"p{number:02}" for number in range(12)]
    assert 'data-recipe="aws-ecomm-popular-items-by-views"' in page.text
    assert re.search(r"\d+ ms<", page.text)


def test_a_half_saved_shop_json_changes_nothing(browser: Browser, settings: Settings) -> None:
    (settings.data_dir / "shop.json").write_text('{"ranking_arn": "arn:a')
    page = browser.get("/")
    assert (page.status_code, heading(page)) == (200, "Trending products")


def test_a_chosen_shopper_is_recommended_for(browser: Browser, engine: StandInEngine) -> None:
    page = browser.post("/shopper", shopper_id="1870")
    assert heading(page) == "Inspired by your shopping trends"
    assert "Shopper: Anthony Valdez, Male, 24 years old" in page.text
    assert engine.asked[-1]["userId"] == "1870"
    assert cards(page)[0] == "p39"


def test_no_shopper_selection_is_cold_again(browser: Browser) -> None:
    browser.post("/shopper", shopper_id="1870")
    assert heading(browser.post("/shopper", shopper_id="")) == "Trending products"


def test_an_anonymous_click_makes_the_next_page_personal(
    browser: Browser, engine: StandInEngine
) -> None:
    page = browser.post("/view/p05")
    assert heading(page) == "Inspired by your shopping trends"
    assert cards(page)[0] == "p05"
    session_id = engine.events[0]["sessionId"]
    assert engine.asked[-1]["userId"] == session_id


def test_the_history_of_an_anonymous_visit_carries_over_to_the_shopper(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.post("/view/p05")
    browser.post("/shopper", shopper_id="1870")
    browser.post("/view/p06")
    before, after = engine.events
    assert before["sessionId"] == after["sessionId"]
    assert "userId" not in before
    assert after["userId"] == "1870"


def test_a_category_shows_its_own_products_in_the_order_of_the_engine(browser: Browser) -> None:
    page = browser.get("/?category=books")
    assert cards(page) == [product.id for product in PRODUCTS if product.category == "books"][:12]
    assert browser.get("/?category=nothing").status_code == 404


def test_a_card_shows_price_instalments_category_and_description(browser: Browser) -> None:
    card = browser.get("/").text.split('data-product="p01"')[1].split("</article>")[0]
    plain = re.sub(r"<[^>]+>", "", card)
    assert "$11.99" in plain
    assert "or 4 x $3.00" in plain
    assert "Books" in plain
    assert "The thing with the number 1." in plain


def test_the_list_says_when_it_has_changed_and_only_then(browser: Browser) -> None:
    shown = cards(browser.get("/"))
    same = browser.get("/picks", params={"shown": shown})
    assert "Updated after your last click" not in same.text
    opened = browser.post("/view/p05", htmx=True)
    assert opened.headers["HX-Trigger"] == "picks-changed"
    changed = browser.get("/picks", params={"shown": shown})
    assert "Updated after your last click" in changed.text
    assert cards(changed)[0] == "p05"


def test_a_list_of_ids_with_a_space_is_told_apart_from_a_changed_one(
    settings: Settings, open_shop: Open
) -> None:
    spaced = msgspec.structs.replace(PRODUCTS[0], id="BANK CHARGES")
    write_catalogue(settings.data_dir, (spaced, *PRODUCTS[1:]))
    browser = open_shop(settings.model_copy(update={"list_size": 24}))
    page = browser.get("/?category=apparel").text
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    assert "BANK CHARGES" in shown
    same = browser.get("/picks", params={"category": "apparel", "shown": shown})
    assert "Updated after your last click" not in same.text
    assert "New for you" not in same.text


def test_a_quick_view_shows_the_stock_and_records_the_view(
    browser: Browser, engine: StandInEngine
) -> None:
    opened = browser.post("/view/p03", htmx=True, recommendation_id="RID-1")
    assert "Only 3 left" in opened.text
    assert opened.headers["HX-Trigger-After-Swap"] == "open-quick-view"
    [event] = engine.events[0]["eventList"]
    assert (event["eventType"], event["itemId"]) == ("View", "p03")
    assert event["recommendationId"] == "RID-1"


def test_without_scripts_the_quick_view_comes_with_the_page(browser: Browser) -> None:
    page = browser.post("/view/p03", category="apparel")
    assert 'data-testid="quick-view" open' in page.text
    assert "category=apparel" in str(page.url)


def test_without_scripts_a_card_of_another_list_opens_the_products_page_by_one_view(
    browser: Browser, engine: StandInEngine
) -> None:
    page = browser.post("/view/p03", source="category", recommendation_id="RID-7")
    assert page.url.path == "/product/p03"
    [event] = [event for put in engine.events for event in put["eventList"]]
    assert (event["eventType"], event["itemId"]) == ("View", "p03")
    assert event["recommendationId"] == "RID-7"


def test_a_product_the_shop_does_not_sell_cannot_be_viewed(
    browser: Browser, engine: StandInEngine
) -> None:
    assert browser.post("/view/nothing").status_code == 404
    assert engine.events == []


@pytest.mark.parametrize("broken", ["down", "failing"])
def test_without_the_engine_the_page_works_and_says_so(
    broken: str, engine: StandInEngine, settings: Settings, open_shop: Open
) -> None:
    if broken == "down":
        settings = settings.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    engine.fails_with = "ThrottlingException"
    browser = open_shop(settings)
    page = browser.get("/")
    assert page.status_code == 200
    assert heading(page) == "Popular products"
    assert 'data-testid="warning"' in page.text
    assert cards(page)[:3] == ["p38", "p39", "p00"]
    viewed = browser.post("/view/p05", htmx=True)
    assert "could not be sent to the recommendation engine" in viewed.text
    assert "HX-Trigger" not in viewed.headers
    added = browser.post("/cart/add", product_id="p05")
    assert added.status_code == 200
    assert "could not be sent to the recommendation engine" in added.text
    ordered = browser.post("/checkout")
    assert "Thank you" in ordered.text
    assert "could not be sent to the recommendation engine" in ordered.text


def test_hostile_names_are_text(settings: Settings, open_shop: Open) -> None:
    hostile = msgspec.structs.replace(
        PRODUCTS[0], name='<script>alert("1")</script>', description="<img src=x onerror=alert(1)>"
    )
    write_catalogue(settings.data_dir, (hostile, *PRODUCTS[1:]))
    page = open_shop(settings).get("/")
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;" in page.text
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


def test_the_picker_offers_no_shopper_first_then_the_personas(browser: Browser) -> None:
    picker = browser.get("/").text.split('id="persona"')[1].split("</select>")[0]
    options = re.findall(r"<option[^>]*>([^<]+)</option>", picker)
    assert options[0] == "No shopper selection"
    assert options[1:] == ["Apparel, Footwear, Accessories", "Electronics, Books, Instruments"]


def test_a_persona_brings_its_shoppers(browser: Browser) -> None:
    choice = browser.get("/shoppers?persona=apparel_footwear_accessories")
    assert "Anthony Valdez, Male, 24 years old" in choice.text
    assert "Beatrice Lee, Female, 41 years old" in choice.text
    assert "Chris Moss" not in choice.text


def test_new_arrivals_come_newest_first_and_of_the_category(
    settings: Settings, open_shop: Open
) -> None:
    dated = [
        msgspec.structs.replace(product, launched_at=1000 + number if number % 2 else 0)
        for number, product in enumerate(PRODUCTS)
    ]
    write_catalogue(settings.data_dir, tuple(dated))
    browser = open_shop(settings)

    def arrivals(path: str) -> list[str]:
        row = browser.get(path).text.split('data-testid="arrivals"')[1]
        return re.findall(r'data-testid="tile" data-product="([^"]+)"', row)

    assert arrivals("/") == [f"p{number:02}" for number in range(39, 15, -2)]
    assert arrivals("/?category=books") == ["p37", "p31", "p25", "p19", "p13", "p07", "p01"]


def test_a_store_without_dates_has_no_new_arrivals(browser: Browser) -> None:
    assert 'data-testid="arrivals"' not in browser.get("/").text
