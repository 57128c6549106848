"""Discounts of a visit: chosen by two rankings, and paid as they were shown."""

import re

import httpx
import msgspec
import pytest

from allstore.shop.settings import Settings
from shopfront import PRODUCTS, Browser, Open, StandInEngine, write_catalogue

HELPED = ["p21", "p22", "p23"]
"""What the stand-in engine ranks higher where there is a discount."""


def priced(html: str) -> str:
    """The words about the price."""
    return " ".join(re.sub(r"<[^>]+>", "", html).replace("&nbsp;", " ").split())


def card(page: httpx.Response, product_id: str) -> str:
    after = page.text.split(f'data-testid="card" data-product="{product_id}"')[1]
    return after.split("</article>")[0]


def discounted(page: httpx.Response) -> set[str]:
    return {
        each
        for each in re.findall(r'data-testid="card" data-product="([^"]+)"', page.text)
        if 'data-testid="discount"' in card(page, each)
    }


def events(engine: StandInEngine) -> list[tuple[str, str, str | None]]:
    return [
        (each["eventType"], each["itemId"], each.get("properties"))
        for put in engine.events
        for each in put["eventList"]
    ]


@pytest.fixture
def giving(settings: Settings, engine: StandInEngine) -> Settings:
    """A shop that gives 15 % off what gains by it."""
    engine.helped = HELPED
    return settings.model_copy(update={"discount_percent": 15, "list_size": 24})


@pytest.fixture
def shop(giving: Settings, open_shop: Open) -> Browser:
    return open_shop(giving)


def test_a_ranking_with_and_without_a_discount_chooses_what_gains_most(
    shop: Browser, engine: StandInEngine
) -> None:
    page = shop.post("/shopper", shopper_id="1870")
    plain, reduced = [each for each in engine.asked if "inputList" in each]
    assert plain["context"] == {"DISCOUNT": "No"}
    assert reduced["context"] == {"DISCOUNT": "Yes"}
    assert plain["inputList"] == reduced["inputList"]
    assert discounted(page) == set(HELPED)
    assert "$27.19 instead of $31.99 \N{MINUS SIGN}15 % or 4 x $6.80" in priced(card(page, "p21"))
    assert "A discount makes this more likely for you." in card(page, "p21")


def test_a_visit_keeps_its_discounts_and_asks_once(shop: Browser, engine: StandInEngine) -> None:
    shop.post("/shopper", shopper_id="1870")
    engine.helped = ["p30"]
    assert discounted(shop.get("/")) == set(HELPED)
    assert len([each for each in engine.asked if "inputList" in each]) == 2
    product = shop.get("/product/p21")
    assert "$27.19" in priced(product.text)
    assert "Why this discount?" in product.text


def test_another_visit_has_none_of_them(shop: Browser, engine: StandInEngine) -> None:
    shop.post("/shopper", shopper_id="1870")
    engine.helped = []
    assert discounted(shop.post("/shopper", shopper_id="2001")) == set()


def test_a_cold_visitor_gets_none(shop: Browser, engine: StandInEngine) -> None:
    assert discounted(shop.get("/")) == set()
    assert not [each for each in engine.asked if "inputList" in each]


def test_what_is_promoted_or_sold_out_is_left_out_of_the_choice(
    giving: Settings, open_shop: Open
) -> None:
    shelf = [
        msgspec.structs.replace(
            each,
            promoted=each.id == "p21",
            current_stock=0 if each.id == "p22" else each.current_stock,
        )
        for each in PRODUCTS
    ]
    write_catalogue(giving.data_dir, tuple(shelf))
    shop = open_shop(giving)
    assert discounted(shop.post("/shopper", shopper_id="1870")) == {"p23"}


def test_cart_checkout_and_order_use_the_price_that_was_shown(shop: Browser) -> None:
    shop.post("/shopper", shopper_id="1870")
    shop.post("/cart/add", product_id="p21", quantity=2, price="1", percent="90")
    cart = shop.post("/cart/add", product_id="p05")
    words = priced(cart.text)
    assert "$27.19 each instead of $31.99 \N{MINUS SIGN}15 %" in words
    assert re.search(r'data-testid="subtotal">\$70\.37<', cart.text)
    order = shop.post("/checkout")
    assert re.search(r'data-testid="total">\$70\.37<', order.text)
    assert "2 x $27.19" in priced(order.text)


def test_events_tell_whether_the_product_was_on_offer(shop: Browser, engine: StandInEngine) -> None:
    shop.post("/shopper", shopper_id="1870")
    shop.post("/view/p21")
    shop.post("/cart/add", product_id="p05")
    told = {(kind, item): told for kind, item, told in events(engine)}
    assert told["View", "p21"] == '{"discount":"Yes"}'
    assert told["AddToCart", "p05"] == '{"discount":"No"}'


def test_without_discounts_nothing_is_asked_and_events_say_nothing(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.post("/shopper", shopper_id="1870")
    browser.post("/view/p21")
    assert not [each for each in engine.asked if "inputList" in each]
    assert [told for _, _, told in events(engine)] == [None]


@pytest.mark.parametrize("fails", ["without", "with"])
def test_an_engine_that_cannot_rank_is_asked_again_with_the_next_list(
    fails: str, shop: Browser, engine: StandInEngine
) -> None:
    engine.cannot_rank = {"without": "No", "with": "Yes"}[fails]
    assert discounted(shop.post("/shopper", shopper_id="1870")) == set()
    engine.cannot_rank = None
    assert discounted(shop.get("/")) == set(HELPED)


def test_a_ranking_that_ignores_the_context_gives_no_discount_and_is_not_asked_again(
    shop: Browser, engine: StandInEngine
) -> None:
    engine.helped = []
    shop.post("/shopper", shopper_id="1870")
    assert discounted(shop.get("/")) == set()
    assert len([each for each in engine.asked if "inputList" in each]) == 2


def test_the_offers_and_the_home_page_list_the_discounts(shop: Browser) -> None:
    home = shop.post("/shopper", shopper_id="1870")
    row = home.text.split('data-testid="offers"')[1].split("</section>")[0]
    assert set(re.findall(r'data-product="([^"]+)"', row)) == set(HELPED)
    assert "$27.19 instead of $31.99" in priced(row)
    offers = shop.get("/offers").text.split('data-testid="discounts"')[1].split("</section>")[0]
    assert set(re.findall(r'data-product="([^"]+)"', offers)) == set(HELPED)
    assert "A discount makes them more likely for you" in offers


def test_a_page_that_nobody_looks_at_chooses_no_discounts(
    giving: Settings, open_shop: Open, engine: StandInEngine
) -> None:
    browser = open_shop(giving)
    browser.http.follow_redirects = False
    browser.post("/shopper", shopper_id="1870")
    browser.http.head("/")
    browser.get("/", headers={"Sec-Purpose": "prefetch"})
    assert not [each for each in engine.asked if "inputList" in each]
