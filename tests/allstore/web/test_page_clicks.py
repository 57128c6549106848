"""What a page's script tells of what was seen."""

import json
import re
from typing import Any

import pytest

from running import until
from shopfront import Browser, StandInEngine

SEEN = {
    "type": "Impression",
    "id": "0123456789abcdef",
    "source": "home",
    "product_ids": ["p01", "p02", "p03"],
    "recommendation_id": "RID-1",
}


def tell(browser: Browser, *events: Any, **headers: str) -> Any:
    token = {"X-Form-Token": browser.token()}
    return browser.http.post("/clicks", json={"events": events}, headers=token | headers)


def delivered(engine: StandInEngine, count: int) -> list[Any]:
    """The engine's events once there are so many: no page waits for these."""

    def told() -> list[Any]:
        return [event for put in engine.events for event in put["eventList"]]

    until(lambda: len(told()) >= count, "the events to be delivered")
    return told()


def kept(browser: Browser) -> list[str]:
    return re.findall(r'data-testid="event" data-type="(\w+)"', browser.get("/live").text)


def test_what_was_seen_reaches_the_engine_and_goes_with_the_next_choice(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.get("/")
    assert tell(browser, SEEN).json() == {"stored": 1}
    [event] = delivered(engine, 1)
    assert (event["eventType"], event["impression"]) == ("Impression", ["p01", "p02", "p03"])
    assert event["recommendationId"] == "RID-1"
    assert "itemId" not in event
    assert "Trending products" in browser.get("/").text, "nothing was touched"
    browser.post("/view/p02", recommendation_id="RID-1", source="home")
    [view] = engine.events[-1]["eventList"]
    assert view["impression"] == ["p01", "p03", "p02"]
    assert view["recommendationId"] == "RID-1"


def test_a_repeated_batch_is_stored_once(browser: Browser, engine: StandInEngine) -> None:
    other = SEEN | {"id": "another-name-1", "source": "arrivals", "recommendation_id": None}
    assert tell(browser, SEEN, other).json() == {"stored": 2}
    assert tell(browser, other, SEEN | {"age": 9.5}).json() == {"stored": 0}
    assert kept(browser) == ["Impression", "Impression"]
    assert len(delivered(engine, 2)) == 2


def test_what_the_engine_did_not_take_is_kept(browser: Browser, engine: StandInEngine) -> None:
    engine.fails_with = "ThrottlingException"
    assert tell(browser, SEEN).json() == {"stored": 1}
    assert kept(browser) == ["Impression"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"id": "short"}, "events[0].id: Expected `str` matching regex"),
        ({"source": "elsewhere"}, "(home|similar|"),
        ({"product_ids": []}, "events[0].product_ids: Expected `array` of length >= 1, not []"),
        ({"product_ids": ["p01"] * 26}, "Expected `array` of length <= 25"),
        ({"product_ids": ["p01", 7]}, "events[0].product_ids[1]: Expected `str`, got `int`, not 7"),
        ({"recommendation_id": "a b"}, 'not "a b"'),
        ({"age": -1}, "events[0].age: Expected `float` >= 0.0, not -1"),
        ({"age": 1e9}, "Expected `float` <= 3600.0"),
        ({"user_id": "1870"}, "Object contains unknown field `user_id`"),
        ({"type": "Purchase"}, "Purchase"),
    ],
)
def test_a_wrong_event_is_refused_with_field_rule_and_value(
    browser: Browser, engine: StandInEngine, wrong: dict[str, Any], said: str
) -> None:
    answer = tell(browser, SEEN | wrong)
    assert answer.status_code == 400
    assert said in answer.json()["message"]
    assert engine.events == []


def test_an_unknown_product_is_named(browser: Browser) -> None:
    answer = tell(browser, SEEN | {"product_ids": ["p01", "p99"]})
    assert (answer.status_code, answer.json()["message"]) == (
        404,
        "product_ids: the shop does not sell 'p99'.",
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff", 400),
        (b"[" * 50_000, 400),
        (b"[]", 400),
        (b'{"events": []}', 400),
        (json.dumps({"events": [SEEN] * 21}).encode(), 400),
        (b" " * 70_000, 413),
    ],
)
def test_a_body_that_is_no_batch_is_refused(browser: Browser, body: bytes, status: int) -> None:
    headers = {"X-Form-Token": browser.token(), "Content-Type": "application/json"}
    assert browser.http.post("/clicks", content=body, headers=headers).status_code == status


def test_a_batch_of_a_strange_page_is_refused(browser: Browser, engine: StandInEngine) -> None:
    stranger = Browser(str(browser.http.base_url))
    assert tell(browser, SEEN, **{"X-Form-Token": stranger.token()}).status_code == 403
    stranger.http.close()
    assert tell(browser, SEEN, Origin="https://elsewhere.example").status_code == 403
    assert tell(browser, SEEN, Origin="null").status_code == 403
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert tell(browser, SEEN, **form).status_code == 415
    assert engine.events == []
    here = str(browser.http.base_url).rstrip("/")
    assert tell(browser, SEEN, Origin=here).status_code == 200


def test_a_form_of_a_page_elsewhere_is_refused_whatever_its_token(browser: Browser) -> None:
    fields = {"form_token": browser.token(), "product_id": "p01"}
    headers = {"Origin": "https://elsewhere.example"}
    assert browser.http.post("/cart/add", data=fields, headers=headers).status_code == 403
