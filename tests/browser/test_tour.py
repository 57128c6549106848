"""The guided tour, walked by a new visitor."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_pages import faults

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "page", ["desktop", pytest.param("phone", marks=pytest.mark.slow)], indirect=True
)
def test_the_tour_ticks_what_its_visitor_has_done(page: Page) -> None:
    page.goto("/")
    page.get_by_test_id("tour-notice").get_by_role("link").click()
    progress, steps = page.get_by_test_id("progress"), page.get_by_role("main").get_by_role("list")
    expect(progress).to_have_text("1 of 6 done")
    expect(steps.get_by_role("listitem")).to_have_count(8)
    step = page.locator("[data-step=product]")
    expect(step.get_by_test_id("state")).to_have_text("Not yet")
    step.get_by_role("link").click()
    page.get_by_test_id("carousel").first.get_by_test_id("tile").first.click()
    expect(page.get_by_test_id("product")).to_be_visible()
    page.get_by_role("contentinfo").get_by_role("link", name="A guided tour").click()
    expect(step.get_by_test_id("state")).to_have_text("Done ✓")
    expect(progress).to_have_text("2 of 6 done")
    assert faults(page, "tour") == []
