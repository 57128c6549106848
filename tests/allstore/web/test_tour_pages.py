"""The guided tour, which knows what its visitor has done by what the shop has stored."""

import re
from collections.abc import Callable

import pytest

from shopfront import Browser, StandInEngine

COUNTED = ("trending", "clicks", "shopper", "product", "search", "order")


def states(browser: Browser) -> dict[str, str]:
    """Of each step, in words."""
    told = r'data-testid="step" data-step="(\w+)".*?data-testid="state">([\w ]+?) ?<'
    return dict(re.findall(told, browser.get("/tour").text, re.DOTALL))


def done(browser: Browser) -> set[str]:
    return {name for name, state in states(browser).items() if state == "Done"}


def order(browser: Browser) -> None:
    browser.post("/cart/add", product_id="p05")
    browser.post("/checkout")


STEPS: dict[str, Callable[[Browser], object]] = {
    "trending": lambda browser: browser.get("/"),
    "clicks": lambda browser: [browser.get(f"/product/{each}") for each in ("p01", "p04", "p07")],
    "shopper": lambda browser: browser.post("/shopper", shopper_id="1870"),
    "product": lambda browser: browser.get("/product/p05?source=similar&recommendation_id=RID-1"),
    "search": lambda browser: (browser.get("/product/p05"), browser.get("/find?q=thing")),
    "order": order,
}


def test_a_new_visitor_has_done_nothing_and_two_steps_are_not_counted(browser: Browser) -> None:
    assert states(browser) == {
        **dict.fromkeys(COUNTED, "Not yet"),
        "why": "Not counted",
        "live": "Not counted",
    }
    assert ">0 of 6 done<" in browser.get("/tour").text


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_done_when_the_shop_has_stored_it(browser: Browser, step: str) -> None:
    STEPS[step](browser)
    assert done(browser) == {step}


def test_the_progress_is_told_in_words(browser: Browser) -> None:
    for step in ("trending", "clicks", "order"):
        STEPS[step](browser)
    assert ">3 of 6 done<" in browser.get("/tour").text


@pytest.mark.parametrize("viewed", [("p01", "p04", "p02"), ("p01", "p04", "p04")])
def test_three_clicks_are_of_three_products_of_one_category(
    browser: Browser, viewed: tuple[str, ...]
) -> None:
    for each in viewed:
        browser.get(f"/product/{each}")
    assert "clicks" not in done(browser)


def test_a_personal_list_is_not_what_is_trending(browser: Browser) -> None:
    browser.get("/product/p05")
    browser.get("/")
    assert "trending" not in done(browser)


def test_a_search_of_nobody_had_no_personal_order_to_compare(browser: Browser) -> None:
    browser.get("/find?q=thing")
    browser.get("/product/p05")
    assert "search" not in done(browser)
    browser.post("/shopper", shopper_id="1870")
    browser.get("/find?q=thing")
    assert "search" in done(browser)


def test_what_others_did_is_not_this_visits(browser: Browser) -> None:
    for step in STEPS.values():
        step(browser)
    stranger = Browser(str(browser.http.base_url))
    stranger.post("/shopper", shopper_id="1870")
    assert done(stranger) == {"shopper"}
    stranger.http.close()


def test_a_browser_cannot_claim_a_step(browser: Browser) -> None:
    browser.get("/tour?done=order&done=clicks")
    seen = {
        "type": "Impression",
        "id": "told-by-me",
        "source": "similar",
        "product_ids": ["p01", "p04", "p07"],
    }
    told = browser.http.post(
        "/clicks", json={"events": [seen]}, headers={"X-Form-Token": browser.token()}
    )
    assert told.status_code == 200
    assert done(browser) == set()


def test_every_link_of_the_tour_leads_to_a_page(browser: Browser) -> None:
    steps = browser.get("/tour").text.split('data-testid="progress"')[1].split("</ol>")[0]
    links = re.findall(r'<a class="button" href="([^"]+)"', steps)
    assert len(links) >= len(states(browser))
    assert {browser.get(each.replace("&amp;", "&")).status_code for each in links} == {200}


def test_the_search_of_the_tour_compares_orders_for_who_is_known(browser: Browser) -> None:
    browser.get("/product/p05")
    link = re.search(r'href="(/find[^"]+)"', browser.get("/tour").text)
    assert link
    assert 'data-testid="personal"' in browser.get(link[1].replace("&amp;", "&")).text


def test_the_tour_itself_leaves_no_trace(browser: Browser, engine: StandInEngine) -> None:
    browser.get("/tour")
    assert engine.asked == []
    assert "Nothing yet." in browser.get("/live").text


def test_the_home_page_offers_the_tour_until_it_knows_the_visitor(browser: Browser) -> None:
    notice = 'data-testid="tour-notice"'
    assert notice in browser.get("/").text
    assert notice not in browser.get("/?category=books").text
    browser.get("/product/p05")
    assert notice not in browser.get("/").text


def test_every_page_links_to_the_tour_in_its_footer(browser: Browser) -> None:
    for path in ("/", "/cart", "/nothing"):
        assert 'href="/tour"' in browser.get(path).text.split('class="foot"')[1]
