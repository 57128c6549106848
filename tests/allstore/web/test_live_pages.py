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


def test_a_dead_event_of_ones_own_is_shown_and_of_others_the_number(
    browser: Browser, engine: StandInEngine
) -> None:
    assert 'data-testid="dead-letter-count"' not in browser.get("/live").text
    engine.fails_with = "InvalidInputException"
    browser.post("/view/p05")
    page = browser.get("/live")
    assert events(page) == [("View", "dead")]
    assert "InvalidInputException" in page.text
    stranger = Browser(str(browser.http.base_url))
    theirs = stranger.get("/live").text
    stranger.http.close()
    assert "1 event of all visits could not be sent." in theirs
    assert "InvalidInputException" not in theirs


def moves(page: str) -> list[list[tuple[str, ...]]]:
    """Of each change told, newest event first: kind, product and places of what moved."""
    told = page.split('data-testid="list-change"')[1:]
    form = r'data-kind="(\w+)" data-product="(\w+)" data-before="(\d*)" data-after="(\d*)"'
    return [re.findall(form, each) for each in told]


def test_after_each_event_it_is_told_how_the_list_changed(
    browser: Browser, engine: StandInEngine
) -> None:
    """The stand-in puts what was touched first, before p39, p38 and so on."""
    browser.post("/shopper", shopper_id="1870")
    browser.get("/")
    browser.post("/view/p35", htmx=True)
    browser.get("/picks")
    browser.post("/view/p01", htmx=True)
    browser.get("/picks")
    browser.get("/category/books")
    asked = len(engine.asked)
    page = browser.get("/live").text
    assert len(engine.asked) == asked, "the live view asks the engine nothing"
    second, first = moves(page)
    assert second == [
        ("came_in", "p01", "", "1"),
        *[
            ("fell", product, str(place), str(place + 1))
            for place, product in enumerate(
                ["p35", "p39", "p38", "p37", "p36", *[f"p{n}" for n in range(34, 28, -1)]], 1
            )
        ],
        ("dropped_out", "p28", "12", ""),
    ]
    assert first == [
        ("rose", "p35", "5", "1"),
        *[("fell", f"p{39 - at}", str(at + 1), str(at + 2)) for at in range(4)],
    ]
    assert "1 rose, 4 fell" in page


def test_the_list_beside_a_product_is_told_of_too(browser: Browser) -> None:
    browser.post("/shopper", shopper_id="1870")
    browser.get("/product/p04")
    browser.get("/product/p05")
    (change,) = moves(browser.get("/live").text)
    assert ("came_in", "p04", "", "1") in change


def test_the_drawer_has_its_content_and_says_what_happened(browser: Browser) -> None:
    browser.get("/")
    assert "Nothing yet." in browser.get("/live", headers={"HX-Request": "true"}).text
    browser.post("/view/p05")
    browser.get("/")
    drawer = browser.get("/live", headers={"HX-Request": "true"}).text
    assert "<html" not in drawer
    assert 'data-testid="event" data-type="View"' in drawer
    said = re.search(r'id="announcer" hx-swap-oob="innerHTML">(.*?)</div>', drawer, re.DOTALL)
    assert said
    assert re.sub(r"\s+", " ", said[1]).startswith("View sent. Inspired by your shopping trends: ")
    for path, has in (("/", True), ("/cart", True), ("/live", False)):
        assert ('id="live-drawer"' in browser.get(path).text) is has


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
