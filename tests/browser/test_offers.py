"""What is on offer, in Chromium, and finding somebody to shop as."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_what_is_promoted_is_labelled_announced_and_listed(page: Page) -> None:
    page.goto("/")
    cards = page.get_by_test_id("card")
    labelled = cards.filter(has=page.get_by_test_id("promoted"))
    expect(labelled).to_have_count(3)
    page.get_by_test_id("picks").get_by_text("Why these?").click()
    expect(page.get_by_test_id("why")).to_contain_text("3 of them are promoted by the shop")
    banner = page.get_by_test_id("promotion-banner")
    banner.get_by_role("link").click()
    expect(page.get_by_test_id("heading")).to_have_text("Offers for you")
    page.wait_for_load_state()
    assert page.get_by_test_id("card").count() == page.get_by_test_id("promoted").count()
    page.goto("/category/apparel")
    expect(banner).to_contain_text("in Apparel")
    banner.get_by_role("button").click()
    expect(banner).to_have_count(0)
    page.goto("/")
    expect(cards.first).to_be_visible()
    expect(banner).to_have_count(0)


def test_a_shopper_is_found_by_keyboard_alone(page: Page) -> None:
    page.goto("/shopper")
    expect(page.get_by_test_id("curated").get_by_test_id("person")).to_have_count(12)
    page.locator("select[name=interest]").focus()
    page.keyboard.type("Books")
    page.get_by_role("button", name="Show shoppers").press("Enter")
    finder = page.get_by_test_id("finder")
    expect(finder.get_by_test_id("found")).to_contain_text("those who like it best first")
    person = finder.get_by_test_id("person").first
    name = person.locator("p").first.inner_text()
    page.wait_for_load_state()  # by then it has gone to the address's fragment, away from any focus
    person.get_by_role("button").press("Enter")
    expect(page.get_by_test_id("shopper")).to_have_text(f"Shopper: {name}")
