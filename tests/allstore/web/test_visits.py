"""A visit ends after idle time; the customer comes back."""

import time

import msgspec
import pytest

from allstore.shop.settings import Settings
from allstore.shop.visitor import Seal, secret
from shopfront import Browser, StandInEngine

HALF_AN_HOUR = 1800


@pytest.fixture
def seal(settings: Settings) -> Seal:
    return Seal(secret(settings.data_dir))


def leave(browser: Browser, seal: Seal, seconds: int = HALF_AN_HOUR) -> None:
    """Let the browser's cookie be of a while ago."""
    (cookie,) = browser.http.cookies.jar
    visitor = seal.visitor(cookie.value)
    assert visitor
    past = int(time.time()) - seconds
    cookie.value = seal.cookie(msgspec.structs.replace(visitor, seen_at=past))


def sessions(engine: StandInEngine) -> list[str]:
    return [put["sessionId"] for put in engine.events]


def test_after_idle_time_events_are_of_another_session(
    browser: Browser, seal: Seal, engine: StandInEngine
) -> None:
    browser.get("/product/p05")
    browser.get("/product/p06")
    leave(browser, seal)
    browser.get("/product/p07")
    browser.get("/product/p08")
    first, second, third, fourth = sessions(engine)
    assert first == second != third == fourth


def test_the_cart_is_still_there_and_can_be_ordered(
    browser: Browser, seal: Seal, engine: StandInEngine
) -> None:
    browser.post("/cart/add", product_id="p09")
    leave(browser, seal)
    order = browser.post("/checkout")
    assert "Thank you" in order.text
    assert len(set(sessions(engine))) == 2
    leave(browser, seal)
    assert browser.get(order.url.path).status_code == 200
    assert order.url.path in browser.get("/orders").text


def test_an_order_of_a_later_visit_is_a_step_of_its_tour(browser: Browser, seal: Seal) -> None:
    browser.get("/product/p05")
    leave(browser, seal)
    assert "0 of 6 done" in browser.get("/tour").text
    browser.post("/cart/add", product_id="p09")
    browser.post("/checkout")
    tour = browser.get("/tour").text
    step = tour.split('data-step="order"')[1].split("</li>")[0]
    assert "Done" in step


def test_the_shopper_is_still_chosen(browser: Browser, seal: Seal) -> None:
    browser.post("/shopper", shopper_id="1870")
    leave(browser, seal)
    assert "Shopper: Anthony Valdez" in browser.get("/").text


def test_a_page_left_open_sends_as_before(
    browser: Browser, seal: Seal, engine: StandInEngine
) -> None:
    browser.get("/product/p05")
    fields = {"form_token": browser.token(), "product_id": "p05"}
    leave(browser, seal)
    assert browser.http.post("/cart/add", data=fields).status_code == 200
    assert len(set(sessions(engine))) == 1


def test_a_page_of_the_visit_before_may_still_send(browser: Browser, seal: Seal) -> None:
    fields = {"form_token": browser.token(), "product_id": "p05"}
    leave(browser, seal)
    browser.get("/")
    assert browser.http.post("/cart/add", data=fields).status_code == 200


def test_the_cookie_is_renewed_every_few_minutes_alone(browser: Browser, seal: Seal) -> None:
    browser.get("/")
    leave(browser, seal, 200)
    assert "set-cookie" not in browser.get("/").headers
    leave(browser, seal, 300)
    assert "set-cookie" in browser.get("/").headers
