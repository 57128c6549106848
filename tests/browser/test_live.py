"""What a page tells by itself of what its visitor sees, and what the visitor sees of that."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from allstore.shop.database import click_events, connect
from running import until
from tests.browser.conftest import DemoProcess
from tests.browser.test_pages import faults

pytestmark = pytest.mark.browser


def delivered(demo: DemoProcess, product_id: str) -> tuple[str, list[str]] | None:
    """The answer and the impression of the newest View of a product, once the engine has it."""
    view = sa.select(click_events.c.recommendation_id, click_events.c.impression).where(
        click_events.c.event_type == "View",
        click_events.c.product_id == product_id,
        click_events.c.state == "delivered",
    )
    engine = connect(demo.database_url)
    with engine.connect() as connection:
        found = connection.execute(view.order_by(click_events.c.number.desc())).first()
    engine.dispose()
    return (found.recommendation_id, found.impression) if found else None


@pytest.mark.parametrize(
    "page", ["desktop", pytest.param("phone", marks=pytest.mark.slow)], indirect=True
)
def test_what_was_scrolled_past_is_delivered_with_the_click(demo: DemoProcess, page: Page) -> None:
    page.goto("/")
    cards = page.get_by_test_id("card")
    last = cards.nth(15)
    answer = last.get_attribute("data-recommendation")
    ids = [str(card.get_attribute("data-product")) for card in cards.all()]
    last.scroll_into_view_if_needed()
    with page.expect_response("**/clicks") as told:
        page.wait_for_timeout(1500)  # a card counts as seen after a second
    assert told.value.ok
    last.get_by_test_id("card-open").click()
    expect(page.get_by_test_id("quick-view")).to_be_visible()
    sent = until(lambda: delivered(demo, ids[15]), "the view to be delivered")
    assert sent is not None
    assert sent[0] == answer
    assert {ids[15], ids[14]} <= set(sent[1]) < set(ids)
    assert ids[23] not in sent[1], "it is further down"


def test_the_drawer_tells_how_the_list_changed_after_a_click(page: Page) -> None:
    page.goto("/")
    button, drawer = page.get_by_test_id("live-button"), page.get_by_test_id("live-drawer")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    expect(page.locator("#live-drawer-title")).to_be_focused()
    page.get_by_test_id("card").first.get_by_test_id("card-open").press("Enter")
    expect(page.get_by_test_id("quick-view")).to_be_visible()
    page.keyboard.press("Escape")
    change = drawer.locator("[data-type=View]").first.get_by_test_id("list-change")
    expect(change).to_contain_text("Inspired by your shopping trends")
    expect(change.get_by_test_id("move").first).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("Inspired by your shopping trends:")
    assert faults(page, "live drawer") == []
    page.goto("/category")
    expect(drawer).to_be_visible()
    drawer.get_by_label("Close the live view").press("Escape")
    expect(drawer).to_be_hidden()
    expect(button).to_be_focused()
