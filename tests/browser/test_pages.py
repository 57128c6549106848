"""What holds of every page: no accessibility rule of axe is broken badly, a visit from an empty
cache stays within its budget of bytes, nothing overflows. A wide window has light colours here and
a narrow one dark ones: no rule depends on both.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from scripts.screenshots import PICTURES_LOADED
from tests.browser.conftest import EXPERIMENT, SIZES
from tests.browser.test_shop import in_stock

pytestmark = pytest.mark.browser

BUDGET = 150_000
"""Bytes that a page may bring, with its scripts, styles and pictures, as they are transferred."""
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = {
    "home": "/",
    "categories": "/category",
    "category": "/category/apparel",
    "search": "/find?q=wooden",
    "cart": "/cart",
    "orders": "/orders",
    "live": "/live",
    "operator": "/operator",
    "segments": "/segments",
    "experiments": "/experiments",
    "experiment": f"/experiments/{EXPERIMENT['name']}",
    "shoppers": "/shopper",
    "offers": "/offers",
    "themes": "/themes",
    "tour": "/tour",
    "docs": "/docs",
    "not found": "/nothing",
}


class Transfer:
    """Bytes that the browser has received since `start`, with a cache that keeps nothing."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.loadingFinished", self._add)

    def start(self) -> None:
        self.bytes = 0

    def wait(self, page: Page) -> None:
        """Until nothing more comes."""
        before = -1
        while self.bytes != before:
            before = self.bytes
            page.wait_for_timeout(300)

    def _add(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])


def violations(page: Page) -> list[str]:
    """Serious and critical ones."""
    page.evaluate(AXE.read_text())
    run = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
    found = page.evaluate(run, {"type": "tag", "values": RULES})["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary']}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def faults(page: Page, name: str, transfer: Transfer | None = None) -> list[str]:
    page.wait_for_load_state()
    page.evaluate(PICTURES_LOADED)
    if transfer:
        transfer.wait(page)
    found = [f"{name}: {each}" for each in violations(page)]
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if overflow > 0:
        found.append(f"{name}: {overflow} pixels wider than the window")
    if transfer and transfer.bytes > BUDGET:
        found.append(f"{name}: {transfer.bytes} bytes")
    return found


@pytest.fixture(autouse=True)
def _colours(page: Page) -> None:
    wide = page.evaluate("window.innerWidth") > SIZES["phone"][0]
    page.emulate_media(color_scheme="light" if wide else "dark")


@pytest.mark.parametrize(
    "page", ["desktop", pytest.param("phone", marks=pytest.mark.slow)], indirect=True
)
def test_every_page_is_accessible_small_and_as_wide_as_the_window(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if _is_error(message) else None)
    transfer, found = Transfer(page), list[str]()
    page.goto("/")
    product = page.get_by_test_id("card").first.get_attribute("data-product")
    for name, path in {"product": f"/product/{product}", **PAGES}.items():
        transfer.start()
        page.goto(path)
        found += faults(page, name, transfer)
    assert found == []
    assert [each for each in said if "404" not in each] == [], "only the missing page may complain"


def test_what_opens_over_a_page_is_accessible(page: Page) -> None:
    page.goto("/")
    first = in_stock(page.get_by_test_id("card")).first
    first.get_by_test_id("card-open").click()
    expect(page.get_by_test_id("quick-view")).to_be_visible()
    found = faults(page, "quick view")
    page.get_by_test_id("quick-view").get_by_test_id("add-to-cart").click()
    expect(page.get_by_test_id("cart-drawer")).to_be_visible()
    found += faults(page, "drawer")
    page.get_by_test_id("cart-drawer").get_by_test_id("checkout").click()
    expect(page.get_by_test_id("order")).to_be_visible()
    found += faults(page, "order")
    page.get_by_test_id("persona-select").select_option(index=1)
    expect(page.get_by_test_id("shopper-select")).to_be_visible()
    found += faults(page, "picker")
    assert found == []


def _is_error(message: ConsoleMessage) -> bool:
    return message.type == "error"
