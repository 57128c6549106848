import re

import httpx

from allstore.shop.settings import Settings
from shopfront import Browser, Open, StandInEngine


def events(page: httpx.Response) -> list[tuple[str, str]]:
    return re.findall(r'data-testid="event" data-type="(\w+)" data-state="(\w+)"', page.text)


def test_a_visit_sees_its_own_events_newest_first(browser: Browser) -> None:
    assert "Nothing yet." in browser.get("/live").text
    browser.post("/view/p05")
    browser.get("/find?q=thing+07")
    browser.post("/cart/add", product_id="p07")
    page = browser.get("/live")
    assert [kind for kind, _ in events(page)] == ["ViewCart", "AddToCart", "Search", "View"]
    assert {state for _, state in events(page)} == {"delivered"}
    assert "thing 07" in page.text
    stranger = Browser(str(browser.http.base_url))
    assert "Nothing yet." in stranger.get("/live").text
    stranger.http.close()


def test_what_the_engine_has_not_got_is_pending(browser: Browser, engine: StandInEngine) -> None:
    engine.fails_with = "ThrottlingException"
    browser.post("/view/p05")
    assert events(browser.get("/live")) == [("View", "pending")]


def test_a_refused_event_is_a_dead_letter_that_can_be_sent_again(
    browser: Browser, engine: StandInEngine
) -> None:
    engine.fails_with = "InvalidInputException"
    browser.post("/view/p05")
    page = browser.get("/live")
    assert events(page) == [("View", "dead")]
    assert "InvalidInputException" in page.text
    assert 'data-testid="dead-letter"' in page.text
    engine.fails_with = None
    again = browser.post("/live/again")
    assert "1 event is on the way again." in again.text
    assert 'data-testid="dead-letter"' not in browser.get("/live").text


def test_a_search_alone_does_not_make_the_home_list_personal(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.get("/find?q=thing")
    assert engine.events[-1]["eventList"][0]["eventType"] == "Search"
    assert "Trending products" in browser.get("/").text


def test_what_was_viewed_stands_on_the_home_page(settings: Settings, open_shop: Open) -> None:
    down = open_shop(settings.model_copy(update={"endpoint_url": "http://127.0.0.1:9"}))
    assert 'data-testid="recent"' not in down.get("/").text
    for product in ("p05", "p06", "p05"):
        down.post(f"/view/{product}")
    row = down.get("/").text.split('data-testid="recent"')[1]
    assert re.findall(r'data-testid="tile" data-product="([^"]+)"', row) == ["p05", "p06"]
