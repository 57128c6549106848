"""Who may see and send again what could not be sent."""

import pytest
from pydantic import SecretStr, ValidationError

from allstore.shop.settings import Settings
from shopfront import Browser, Open, StandInEngine

TOKEN = "a-token-of-length"
LETTER = 'data-testid="dead-letter"'


@pytest.fixture
def shop(settings: Settings, open_shop: Open, engine: StandInEngine) -> Browser:
    """A shop with an operator's token and a dead letter of another visit."""
    browser = open_shop(settings.model_copy(update={"operator_token": SecretStr(TOKEN)}))
    other = Browser(str(browser.http.base_url))
    engine.fails_with = "InvalidInputException"
    other.post("/view/p05")
    other.http.close()
    engine.fails_with = None
    return browser


def test_a_visitor_gets_the_login_and_sends_nothing_again(shop: Browser) -> None:
    page = shop.get("/operator").text
    assert LETTER not in page
    assert 'type="password"' in page
    assert shop.post("/operator/again").status_code == 403
    wrong = shop.post("/operator", token="a-token-of-lengtH")
    assert (wrong.status_code, "This is not the token." in wrong.text) == (403, True)
    assert "set-cookie" not in wrong.headers
    assert shop.http.post("/operator", data={"token": TOKEN}).status_code == 403


def test_the_operator_sees_the_dead_letters_and_sends_them_again(shop: Browser) -> None:
    page = shop.post("/operator", token=TOKEN)
    assert LETTER in page.text
    assert "InvalidInputException" in page.text
    assert TOKEN not in page.text
    again = shop.post("/operator/again")
    assert "1 event is on the way again." in again.text
    assert LETTER not in shop.get("/operator").text
    assert 'type="password"' in shop.post("/operator/leave").text


def test_the_pass_is_signed_out_of_reach_and_ends_with_the_token(
    shop: Browser, settings: Settings, open_shop: Open
) -> None:
    fields = {"form_token": shop.token(), "token": TOKEN}
    header = shop.http.post("/operator", data=fields, follow_redirects=False).headers["set-cookie"]
    for said in ("HttpOnly", "SameSite=strict", "Path=/operator"):
        assert said in header
    shown = shop.http.cookies.get("allstore-operator", path="/operator")
    assert shown
    other = settings.model_copy(update={"operator_token": SecretStr("another-token-of-length")})
    for pass_, browser in ((shown, open_shop(other)), (shown[:-2] + "xx", shop)):
        browser.http.cookies.clear()
        browser.http.cookies.set("allstore-operator", pass_)
        assert LETTER not in browser.get("/operator").text


def test_without_a_token_nobody_is_the_operator_but_who_sits_at_a_demo(
    settings: Settings, open_shop: Open
) -> None:
    page = open_shop(settings).get("/operator").text
    assert "ALLSTORE_OPERATOR_TOKEN" in page
    demo = settings.model_copy(update={"visitors_operate": True})
    assert 'data-testid="dead-letters"' in open_shop(demo).get("/operator").text
    locked = demo.model_copy(update={"operator_token": SecretStr(TOKEN)})
    assert 'type="password"' in open_shop(locked).get("/operator").text


def test_a_short_token_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 16 characters"):
        Settings.model_validate({"operator_token": "short"})
