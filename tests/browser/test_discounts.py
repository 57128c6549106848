"""Discounts of a visit in Chromium, of a shop whose engine ranks three products higher by one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from shopfront import StandInEngine, connected, serve
from tests.browser.conftest import SIZES

pytestmark = pytest.mark.browser

HELPED = ["p21", "p22", "p23"]


@pytest.fixture(params=SIZES)
def shopping(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    width, height = SIZES[request.param]
    with StandInEngine() as engine:
        engine.helped = HELPED
        told = {"discount_percent": 15, "list_size": 24}
        url, close = serve(connected(engine, tmp_path).model_copy(update=told))
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=url)
        yield context.new_page()
        context.close()
        close()


def test_a_discount_is_told_kept_and_charged(shopping: Page) -> None:
    page = shopping
    page.goto("/")
    expect(page.get_by_test_id("discount")).to_have_count(0)
    page.get_by_test_id("persona-select").select_option("apparel_footwear_accessories")
    shoppers = page.get_by_test_id("shopper-select")
    expect(shoppers.locator("option").nth(1)).to_be_attached()
    shoppers.select_option("1870")
    reduced = page.get_by_test_id("card").filter(has=page.get_by_test_id("discount"))
    expect(reduced).to_have_count(len(HELPED))
    card = page.locator('[data-testid=card][data-product="p21"]')
    expect(card.get_by_test_id("price")).to_have_text("$27.19")
    expect(card.get_by_test_id("price-before")).to_contain_text("$31.99")

    page.goto("/offers")
    discounts = page.get_by_test_id("discounts")
    expect(discounts.get_by_test_id("tile")).to_have_count(len(HELPED))
    discounts.get_by_text("Why these?").click()
    expect(discounts.get_by_text("Share without")).to_be_visible()

    page.goto("/product/p21")
    page.get_by_text("Why this discount?").click()
    expect(page.get_by_text("The price is yours until the end of this visit.")).to_be_visible()
    page.locator("main").get_by_test_id("add-to-cart").first.click()
    drawer = page.get_by_test_id("cart-drawer")
    expect(drawer.get_by_test_id("line-total")).to_have_text("$27.19")
    drawer.get_by_test_id("more").click()
    expect(drawer.get_by_test_id("subtotal")).to_have_text("$54.38")
    drawer.get_by_test_id("checkout").click()
    expect(page.get_by_test_id("total")).to_have_text("$54.38")
