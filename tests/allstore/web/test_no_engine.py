"""What answers at the engine's address is not the engine, or half of it."""

import pytest

from shopfront import Browser, StandInEngine

ODD = (
    ("text/html", b"<html>"),
    ("application/json", b"{}"),
    ("application/json", b"[]"),
    ("application/json", b'{"itemList": 5}'),
    ("application/json", b'{"itemList": [{}], "personalizedRanking": [{}]}'),
    ("application/json", b'{"itemList": [{"itemId": 5}], "personalizedRanking": "p01"}'),
    ("application/json", b'{"itemList": [{"itemId": "p01"}], "recommendationId": 7}'),
    ("application/json", b"\xff\xfe"),
)
STANDS_IN = "The recommendation engine does not answer. These are popular products instead."


@pytest.mark.parametrize("says", ODD)
@pytest.mark.parametrize("path", ["/", "/product/p01"])
def test_an_odd_answer_is_none_and_popular_products_stand_in(
    browser: Browser, engine: StandInEngine, path: str, says: tuple[str, bytes]
) -> None:
    engine.says = says
    page = browser.get(path)
    assert page.status_code == 200
    assert STANDS_IN in page.text


@pytest.mark.parametrize("says", [*ODD[:6], ODD[7]])
def test_an_odd_ranking_is_none_and_the_order_is_by_the_text(
    browser: Browser, engine: StandInEngine, says: tuple[str, bytes]
) -> None:
    browser.post("/shopper", shopper_id="1870")
    engine.says = says
    page = browser.get("/find?q=thing")
    assert page.status_code == 200
    assert "does not answer. The order is by the text alone." in page.text


def test_an_event_that_a_web_page_answers_waits(browser: Browser, engine: StandInEngine) -> None:
    engine.says = ("text/html; charset=utf-8", b"<html>")
    browser.post("/view/p05")
    page = browser.get("/live").text
    assert 'data-testid="event" data-type="View" data-state="pending"' in page
    assert "A web page answered, not the engine." in page
