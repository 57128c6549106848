"""Cookies, form tokens and headers: what a stranger must not be able to do."""

import pytest

from allstore.shop.database import cart_lines, connect, shoppers
from allstore.shop.settings import Settings
from allstore.shop.visitor import Seal, Visitor, secret
from shopfront import Browser, StandInEngine

POSTS = ("/shopper", "/view/p01", "/cart/add", "/cart/quantity", "/cart/remove", "/checkout")


def test_the_cookie_is_signed_and_out_of_reach_of_scripts(
    browser: Browser, settings: Settings
) -> None:
    header = browser.get("/").headers["set-cookie"]
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    seal = Seal(secret(settings.data_dir))
    assert seal.visitor(browser.http.cookies["allstore"])


def test_a_cookie_is_set_once_and_not_for_files(browser: Browser) -> None:
    assert "set-cookie" not in browser.get("/static/shop.css").headers
    assert "set-cookie" in browser.get("/").headers
    assert "set-cookie" not in browser.get("/").headers


def test_a_forged_cookie_is_a_stranger(browser: Browser) -> None:
    forged = Seal("guessed").cookie(Visitor("someone", "1870"))
    browser.http.cookies.set("allstore", forged)
    page = browser.get("/")
    assert "Trending products" in page.text
    assert "Anthony Valdez" not in page.text


def test_a_shopper_asserted_by_the_browser_is_not_believed(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.get("/?user_id=1870&userId=1870&shopper_id=1870")
    browser.post("/view/p01", user_id="1870", userId="1870", shopper_id="1870")
    assert "userId" not in engine.events[0]
    assert "1870" not in {asked["userId"] for asked in engine.asked}


def test_a_shopper_that_does_not_exist_cannot_be_chosen(browser: Browser) -> None:
    assert browser.post("/shopper", shopper_id="nobody").status_code == 404
    assert "Trending products" in browser.get("/").text


@pytest.mark.parametrize("path", POSTS)
def test_a_form_from_elsewhere_is_refused(
    browser: Browser, engine: StandInEngine, path: str
) -> None:
    browser.get("/")
    fields = {"product_id": "p01", "shopper_id": "1870"}
    assert browser.http.post(path, data=fields).status_code == 403
    assert engine.events == []


def test_a_form_token_of_another_session_is_refused(browser: Browser) -> None:
    stranger = Browser(str(browser.http.base_url))
    token = stranger.token()
    stranger.http.close()
    browser.get("/")
    refused = browser.http.post("/cart/add", data={"product_id": "p01", "form_token": token})
    assert refused.status_code == 403
    assert "out of date" in refused.text


def test_the_token_may_come_in_a_header(browser: Browser) -> None:
    headers = {"X-Form-Token": browser.token()}
    added = browser.http.post("/cart/add", data={"product_id": "p09"}, headers=headers)
    assert added.status_code == 200


def test_an_unreadable_or_huge_form_is_refused(browser: Browser) -> None:
    browser.get("/")
    assert browser.http.post("/cart/add", content=b"\xff\xfe").status_code == 400
    many = "&".join(f"a{number}=1" for number in range(100))
    assert browser.http.post("/cart/add", content=many).status_code == 400
    huge = browser.http.post("/cart/add", content=b"a" * 100_000)
    assert huge.status_code == 413
    assert "A body may have 65,536 bytes" in huge.text
    assert "content-security-policy" in huge.headers


@pytest.mark.parametrize(
    "path",
    [
        "/product/%00",
        "/category/a%00b",
        "/?category=%00",
        "/shoppers?persona=%00",
        "/find?q=%00",
        "/orders/%00",
        "/static/%00",
        "/pictures/%00.svg",
        "/nothing?x=%00",
    ],
)
def test_an_address_with_a_nul_is_refused_as_a_page(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert page.status_code == 400
    assert "No address of this shop has a NUL character." in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/items/%00", "/users?persona=%00", "/clicks?x=%00"])
def test_the_json_api_refuses_an_address_with_a_nul_in_its_way(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 400
    assert answer.json() == {"message": "No address of this shop has a NUL character."}
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_percent_sign_before_two_noughts_is_no_nul(browser: Browser) -> None:
    assert "Results for “thing 100%00”" in browser.get("/find?q=thing+100%2500").text


def test_a_form_with_a_nul_is_refused(browser: Browser) -> None:
    assert browser.post("/cart/add", product_id="p\x0001").status_code == 400


@pytest.mark.parametrize(
    ("body", "status"), [(rb'{"itemID": "\u0000"}', 400), (rb'{"itemID": "\\u0000"}', 404)]
)
def test_json_with_a_nul_is_refused(browser: Browser, body: bytes, status: int) -> None:
    kind = {"Content-Type": "application/json"}
    assert browser.http.post("/clickevent", content=body, headers=kind).status_code == status


@pytest.mark.parametrize("path", ["/", "/cart", "/nothing", "/static/shop.css"])
def test_every_answer_carries_the_security_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_hold_no_inline_script_or_style(browser: Browser) -> None:
    page = browser.get("/").text
    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page
    assert page.count("<script") == page.count("<script src=")


def test_a_failure_of_the_shop_says_nothing_of_its_cause(
    browser: Browser, settings: Settings
) -> None:
    database = connect(settings.sqlalchemy_url())
    with database.begin() as connection:
        cart_lines.drop(connection)
    database.dispose()
    page = browser.get("/")
    assert page.status_code == 500
    assert "Something broke on our side" in page.text
    assert "cart_lines" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_a_failure_of_the_json_api_is_told_in_its_way(browser: Browser, settings: Settings) -> None:
    database = connect(settings.sqlalchemy_url())
    with database.begin() as connection:
        shoppers.drop(connection)
    database.dispose()
    answer = browser.get("/users/persona")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["message"].startswith("Something broke on our side.")
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_missing_page_says_so(browser: Browser) -> None:
    page = browser.get("/nothing")
    assert page.status_code == 404
    assert "Page not found" in page.text
