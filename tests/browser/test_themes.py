"""Themes below a list of one's own, loaded when the page is there."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.test_pages import faults
from tests.browser.test_shop import PERSONA, choose_shopper, listed

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "page", ["desktop", pytest.param("phone", marks=pytest.mark.slow)], indirect=True
)
def test_a_shoppers_themes_come_after_the_page_and_are_seen(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_test_id("theme")).to_have_count(0)
    choose_shopper(page, PERSONA)
    themes = page.get_by_test_id("theme")
    expect(themes.first).to_be_attached()
    expect(page.get_by_role("link", name="Your themes")).to_have_count(0)
    tiles = themes.get_by_test_id("tile")
    ids = {str(tile.get_attribute("data-product")) for tile in tiles.all()}
    assert not ids & set(listed(page))
    with page.expect_request(_tells_of_themes):
        tiles.first.scroll_into_view_if_needed()
    themes.first.get_by_text("Why these?").click()
    expect(themes.first.get_by_test_id("because")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")  # a picture that was scrolled past never comes
    assert faults(page, "themes") == []
    tiles.first.click()
    expect(page.get_by_test_id("product")).to_be_visible()


def test_a_first_click_brings_themes_without_a_new_page(page: Page) -> None:
    page.goto("/")
    page.wait_for_load_state()
    page.get_by_test_id("card-open").first.click()
    expect(page.get_by_test_id("quick-view")).to_be_visible()
    expect(page.get_by_test_id("theme").first).to_be_attached()


def _tells_of_themes(request: Request) -> bool:
    return request.url.endswith("/clicks") and '"source":"themes"' in str(request.post_data)
