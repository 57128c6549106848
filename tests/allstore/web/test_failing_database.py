"""Writes that the database refuses, as SQLite does while another writes for too long."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from allstore.shop.settings import Settings
from shopfront import Browser, Open, StandInEngine

Refuse = Callable[[str], None]
LOST = "The shop is too busy to keep your last step"
LATE = "could not be sent to the recommendation engine yet"


@pytest.fixture
def refuse(settings: Settings) -> Refuse:
    """Has the open shop's database refuse such writes as `INSERT ON orders` from now on."""

    def refused(writes: str) -> None:
        database = sa.create_engine(settings.sqlalchemy_url())
        stop = f"CREATE TRIGGER stop BEFORE {writes} BEGIN SELECT RAISE(ABORT, 'locked'); END"
        with database.begin() as connection:
            connection.execute(sa.text(stop))
        database.dispose()

    return refused


@pytest.mark.parametrize("path", ["/product/p05", "/find?q=thing"])
def test_a_page_whose_event_is_lost_is_shown_and_says_so(
    browser: Browser, refuse: Refuse, path: str
) -> None:
    refuse("INSERT ON click_events")
    page = browser.get(path)
    assert page.status_code == 200
    assert LOST in page.text


@pytest.mark.parametrize("htmx", [True, False])
def test_a_quick_view_whose_event_is_lost_is_shown_and_says_so(
    browser: Browser, refuse: Refuse, htmx: bool
) -> None:
    refuse("INSERT ON click_events")
    page = browser.post("/view/p05", htmx=htmx)
    assert page.status_code == 200
    assert LOST in page.text


def test_a_list_is_shown_whose_discounts_cannot_be_kept(
    settings: Settings, open_shop: Open, engine: StandInEngine, refuse: Refuse
) -> None:
    browser = open_shop(settings.model_copy(update={"discount_percent": 20}))
    refuse("INSERT ON discount_rounds")
    assert browser.post("/shopper", shopper_id="1870").status_code == 200
    assert {"DISCOUNT": "Yes"} in [each.get("context") for each in engine.asked]


@pytest.mark.parametrize("code", ["ThrottlingException", "InvalidInputException"])
def test_an_order_stands_where_it_cannot_be_kept_what_became_of_its_event(
    browser: Browser, engine: StandInEngine, refuse: Refuse, code: str
) -> None:
    browser.post("/cart/add", product_id="p09")
    engine.fails_with = code
    refuse("UPDATE ON click_events")
    page = browser.post("/checkout")
    assert page.status_code == 200
    assert LATE in page.text
    assert 'data-testid="order"' in browser.get("/orders").text


def test_a_page_is_shown_where_what_waits_cannot_be_hastened(
    browser: Browser, engine: StandInEngine, refuse: Refuse
) -> None:
    engine.fails_with = "ThrottlingException"
    browser.get("/product/p05")
    engine.fails_with = None
    refuse("UPDATE ON click_events")
    assert browser.get("/product/p06").status_code == 200
