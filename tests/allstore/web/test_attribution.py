"""The list and the answer that a product was picked from reach the engine with every event."""

import re
from typing import Any

import pytest

from allstore.shop.settings import Settings
from shopfront import Browser, Open, StandInEngine
from tests.allstore.web.test_experiment_pages import link_of, set_up


def sent(engine: StandInEngine) -> list[dict[str, Any]]:
    """All events with a product; of each, what says where it came from."""
    told = ("eventType", "itemId", "recommendationId", "metricAttribution")
    events = [event for put in engine.events for event in put["eventList"] if "itemId" in event]
    return [{name: event[name] for name in told if name in event} for event in events]


def opened_from(page: str, source: str) -> tuple[str, dict[str, Any]]:
    """The first card of a list: where its button leads and the fields that go with it."""
    card = re.search(
        rf'<article class="card"[^>]*data-source="{source}".*?</article>', page, re.DOTALL
    )
    assert card
    form = re.search(r'action="(/view/[^"]+)".*?</form>', card[0], re.DOTALL)
    assert form
    return form[1], dict(re.findall(r'name="(recommendation_id|source)" value="([^"]+)"', form[0]))


@pytest.mark.parametrize(
    ("path", "source", "answer"),
    [
        ("/", "home", "RID-1"),
        ("/?category=books", "home", "RID-1"),
        ("/category/books", "category", "RID-2"),
        ("/find?q=thing", "search", "RID-2"),
    ],
)
def test_a_card_leads_to_events_that_name_its_answer(
    browser: Browser, engine: StandInEngine, path: str, source: str, answer: str
) -> None:
    browser.post("/shopper", shopper_id="1870")
    action, fields = opened_from(browser.get(path).text, source)
    assert fields == {"recommendation_id": answer, "source": source}
    browser.post(action, **fields)
    assert sent(engine)[-1]["recommendationId"] == answer


@pytest.mark.parametrize("source", ["similar", "bought-together", "also-viewed", "for-you"])
def test_a_tile_leads_to_a_page_and_a_purchase_that_name_its_answer(
    browser: Browser, engine: StandInEngine, source: str
) -> None:
    page = browser.get(link_of(browser.get("/product/p04").text, source)).text
    bought = re.search(r'name="product_id" value="(p\d\d)"', page)
    fields: dict[str, Any] = dict(
        re.findall(r'name="(recommendation_id|source)" value="([^"]+)"', page)
    )
    assert bought
    assert fields == {"recommendation_id": "RID-1", "source": source}
    browser.post("/cart/add", product_id=bought[1], **fields)
    browser.post("/checkout")
    kinds = ["View", "AddToCart", "ViewCart", "StartCheckout", "Purchase"]
    events = sent(engine)[1:]
    assert list(dict.fromkeys(each["eventType"] for each in events)) == kinds
    assert {each["recommendationId"] for each in events} == {"RID-1"}


def test_what_the_shop_showed_by_itself_is_attributed_to_the_list(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.post("/view/p05", source="elsewhere")
    assert "metricAttribution" not in sent(engine)[0]
    browser.get(link_of(browser.get("/").text, "recent"))
    browser.post("/cart/add", product_id="p05", source="recent")
    browser.post("/checkout")
    by = [each["metricAttribution"]["eventAttributionSource"] for each in sent(engine)[1:]]
    assert by == ["recent"] * len(by)


def test_a_product_that_fills_an_answer_up_is_not_of_it(
    settings: Settings, open_shop: Open
) -> None:
    """The engine names 12 products of which 4 are books; the shop adds more of its own."""
    arn = "arn:aws:personalize:us-east-1:123456789012:filter/category"
    browser = open_shop(settings.model_copy(update={"category_filter_arn": arn}))
    page = browser.get("/?category=books").text
    cards = re.findall(r'class="card"[^>]*data-product="(p\d\d)"([^>]*)', page)
    assert [product for product, said in cards if "RID-1" in said] == ["p01", "p04", "p07", "p10"]
    assert len(cards) == 12


def test_each_product_of_two_lists_put_together_names_its_own_answer(
    settings: Settings, open_shop: Open
) -> None:
    variations = [
        {"name": "a", "recommender": "similar"},
        {"name": "b", "recommender": "bought-together"},
    ]
    tried = set_up(settings, "interleaving", feature="similar-items", variations=variations)
    page = open_shop(tried).get("/product/p04").text
    assert "recommendation_id=RID-1&source=similar" in link_of(page, "similar")


@pytest.mark.parametrize("path", ["/", "/category/books", "/product/p05", "/find?q=thing", "/cart"])
def test_a_page_fetched_ahead_of_time_is_no_event(
    browser: Browser, engine: StandInEngine, path: str
) -> None:
    for header in ("Sec-Purpose", "Purpose"):
        ahead = browser.get(path, headers={header: "prefetch;anonymous-client-ip"})
        assert ahead.status_code == 503
    assert browser.http.head(path).status_code == 200
    assert "Nothing yet." in browser.get("/live").text
    assert engine.events == []
