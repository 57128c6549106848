"""A visitor's way through AllStore, in Chromium, with the engine behind it."""

import re
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DemoProcess

pytestmark = pytest.mark.browser

FRESH = count(1)
PERSONA = "apparel_footwear_accessories"


def heading(page: Page) -> Locator:
    return page.get_by_test_id("heading")


def listed(page: Page) -> list[str]:
    cards = page.get_by_test_id("card")
    expect(cards.first).to_be_visible()
    return [str(card.get_attribute("data-product")) for card in cards.all()]


def in_stock(items: Locator) -> Locator:
    """Those that are not sold out, which any list may begin with."""
    return items.filter(has_not=items.page.get_by_test_id("sold-out"))


def unpromoted(page: Page) -> list[str]:
    """The list without what is promoted, which takes other places each time."""
    promoted = page.get_by_test_id("promoted")
    cards = page.get_by_test_id("card").filter(has_not=promoted)
    expect(cards.first).to_be_visible()
    return [str(card.get_attribute("data-product")) for card in cards.all()]


def choose_shopper(page: Page, persona: str) -> None:
    """Choose a shopper whom no other test has moved."""
    page.get_by_test_id("persona-select").select_option(persona)
    shoppers = page.get_by_test_id("shopper-select")
    expect(shoppers.locator("option").nth(1)).to_be_attached()
    value = shoppers.locator("option").nth(next(FRESH)).get_attribute("value")
    shoppers.select_option(str(value))
    expect(heading(page)).to_have_text("Inspired by your shopping trends")
    page.wait_for_load_state()  # its scripts, without which a form is a form


def view(page: Page, product: str) -> None:
    """Open a product's quick view and close it when the list behind has been replaced."""
    page.get_by_test_id("picks").evaluate("list => list.dataset.before = ''")
    page.locator(f'[data-product="{product}"]').get_by_test_id("card-open").click()
    expect(page.locator("#picks:not([data-before])")).to_be_visible()
    expect(page.get_by_test_id("quick-view")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("quick-view")).to_be_hidden()


def test_a_cold_visitor_sees_what_is_trending(page: Page) -> None:
    page.goto("/")
    expect(heading(page)).to_have_text("Trending products")
    expect(page.get_by_test_id("recipe")).to_contain_text("aws-ecomm-popular-items-by-views")
    assert len(listed(page)) == 24


def test_a_chosen_shopper_gets_a_list_of_their_own(page: Page) -> None:
    page.goto("/")
    trending = listed(page)
    choose_shopper(page, PERSONA)
    badge = page.get_by_test_id("picks").get_by_test_id("recipe")
    expect(badge).to_contain_text("aws-ecomm-recommended-for-you")
    expect(page.get_by_test_id("shopper")).to_have_text(
        re.compile(r"Shopper: \w+ \w+, (Male|Female), \d+ years old")
    )
    assert listed(page) != trending


def test_the_list_follows_clicks_into_another_category(page: Page) -> None:
    page.goto("/")
    choose_shopper(page, PERSONA)
    before = listed(page)
    shelf = set(_shelf(page, "books"))
    for _ in range(3):
        view(page, listed(page)[0])
    page.goto("/")
    after = listed(page)
    assert after != before
    assert len(shelf & set(after)) > len(shelf & set(before))


def _shelf(page: Page, category: str) -> list[str]:
    page.goto(f"/?category={category}")
    return listed(page)


def test_an_anonymous_visitors_list_becomes_theirs_after_a_few_clicks(page: Page) -> None:
    page.goto("/")
    for _ in range(3):
        view(page, listed(page)[0])
    expect(heading(page)).to_have_text("Inspired by your shopping trends")
    badge = page.get_by_test_id("picks").get_by_test_id("recipe")
    expect(badge).to_contain_text("aws-ecomm-recommended-for-you")


def test_add_to_cart_change_quantities_and_check_out(page: Page) -> None:
    page.goto("/")
    choose_shopper(page, PERSONA)
    first = in_stock(page.get_by_test_id("card")).first
    bought = str(first.get_attribute("data-product"))
    first.get_by_test_id("add-to-cart").click()
    drawer = page.get_by_test_id("cart-drawer")
    expect(drawer).to_be_visible()
    expect(page.get_by_test_id("cart-badge")).to_have_text(re.compile("1"))
    expect(drawer.get_by_test_id("fewer")).to_be_disabled()
    line_total = drawer.get_by_test_id("line-total").inner_text()
    drawer.get_by_test_id("more").click()
    expect(drawer.get_by_test_id("quantity")).to_have_text(re.compile("2"))
    assert _cents(drawer.get_by_test_id("line-total").inner_text()) == 2 * _cents(line_total)
    drawer.get_by_test_id("checkout").click()
    expect(page.get_by_test_id("order")).to_be_visible()
    expect(page.get_by_test_id("order-line")).to_have_count(1)
    assert _cents(page.get_by_test_id("total").inner_text()) == 2 * _cents(line_total)
    page.goto("/")
    expect(page.get_by_test_id("cart-badge")).to_have_text(re.compile("0"))
    assert bought not in listed(page), "what was bought is recommended no longer"


def test_an_emptied_cart_says_so_and_offers_no_checkout(page: Page) -> None:
    page.goto("/")
    in_stock(page.get_by_test_id("card")).first.get_by_test_id("add-to-cart").click()
    drawer = page.get_by_test_id("cart-drawer")
    drawer.get_by_test_id("remove").click()
    expect(drawer.get_by_test_id("empty-cart")).to_be_visible()
    expect(drawer.get_by_test_id("checkout")).to_have_count(0)


def test_nothing_overflows_the_page_sideways(page: Page) -> None:
    page.goto("/")
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_a_second_start_finds_everything_trained(demo: DemoProcess, page: Page) -> None:
    page.goto("/")
    before = unpromoted(page)
    demo.stop()
    demo.start()
    page.goto(demo.url)
    after = unpromoted(page)
    places = min(len(before), len(after))
    assert places > 12
    assert after[:places] == before[:places]


def _cents(money: str) -> int:
    return int(re.sub(r"\D", "", money))
