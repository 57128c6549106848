import re
from concurrent.futures import ThreadPoolExecutor

import msgspec

from allstore.shop.settings import Settings
from shopfront import PRODUCTS, Browser, Open, StandInEngine, write_catalogue


def kinds(engine: StandInEngine) -> list[tuple[str, str]]:
    return [
        (event["eventType"], event["itemId"]) for put in engine.events for event in put["eventList"]
    ]


def shown(html: str, testid: str) -> list[str]:
    return re.findall(rf'data-testid="{testid}">([^<]*)<', html)


def badge(html: str) -> str:
    found = re.search(r'data-testid="cart-badge">(\d+)<', html)
    assert found
    return found[1]


def test_adding_opens_the_drawer_and_records_the_event(
    browser: Browser, engine: StandInEngine
) -> None:
    added = browser.post("/cart/add", htmx=True, product_id="p09", recommendation_id="RID-1")
    assert added.headers["HX-Trigger-After-Swap"] == "open-cart"
    assert badge(added.text) == "1"
    assert "Thing 09 added to the cart." in added.text
    [event] = engine.events[0]["eventList"]
    assert (event["eventType"], event["itemId"]) == ("AddToCart", "p09")
    assert event["recommendationId"] == "RID-1"


def pictures(html: str) -> list[str]:
    return re.findall(r'class="cart-picture" src="([^"]+)"', html)


def test_the_cart_shows_the_pictures_of_the_shop(settings: Settings, open_shop: Open) -> None:
    remote = "https://images.example/p09.jpg"
    pictured = [
        msgspec.structs.replace(each, image_url=remote if each.id == "p09" else None)
        for each in PRODUCTS
    ]
    write_catalogue(settings.data_dir, tuple(pictured))
    origins = {"picture_origins": ("https://images.example",)}
    browser = open_shop(settings.model_copy(update=origins))
    browser.post("/cart/add", product_id="p09")
    drawer = browser.post("/cart/add", htmx=True, product_id="p02", quantity=3)
    refused = browser.post("/checkout")
    drawn = re.search(r'src="(/pictures/p02[^"]+)"', browser.get("/product/p02").text)
    assert drawn
    for cart in (drawer, browser.get("/cart"), refused):
        assert set(pictures(cart.text)) == {remote, drawn[1]}


def test_quantities_lines_and_subtotal_add_up(browser: Browser) -> None:
    browser.post("/cart/add", product_id="p09")
    browser.post("/cart/add", product_id="p10")
    page = browser.post("/cart/quantity", product_id="p10", by=1)
    assert badge(page.text) == "3"
    assert shown(page.text, "line-total") == ["$19.99", "$41.98"]
    assert shown(page.text, "subtotal") == ["$61.97"]
    assert "or 4 x $15.50" in page.text
    assert badge(browser.post("/cart/remove", product_id="p10").text) == "1"


def test_a_page_waits_for_one_call_of_a_silent_engine(
    browser: Browser, engine: StandInEngine
) -> None:
    """A cart of more products than one call takes."""
    for number in range(1, 13):
        browser.post("/cart/add", product_id=f"p{number:02}")
    calls, engine.silent = engine.calls, True
    page = browser.get("/cart")
    assert "could not be sent" in page.text
    assert engine.calls == calls + 1


def test_fewer_is_disabled_at_one_and_more_at_the_stock(browser: Browser) -> None:
    page = browser.post("/cart/add", product_id="p02")
    assert 'data-testid="fewer" disabled' in page.text
    assert 'data-testid="more" disabled' not in page.text
    page = browser.post("/cart/quantity", product_id="p02", by=1)
    assert 'data-testid="fewer" disabled' not in page.text
    assert 'data-testid="more" disabled' in page.text


def test_an_empty_cart_is_friendly_and_has_no_checkout(browser: Browser) -> None:
    page = browser.get("/cart")
    assert "Your cart is empty" in page.text
    assert 'data-testid="checkout"' not in page.text


def test_nonsense_is_refused(browser: Browser) -> None:
    assert browser.post("/cart/add", product_id="nothing").status_code == 404
    assert browser.post("/cart/add", product_id="p09", quantity="-3").status_code == 400
    assert browser.post("/cart/add", product_id="p09", quantity="many").status_code == 400
    assert browser.post("/cart/quantity", product_id="p09", by=50).status_code == 400
    assert badge(browser.get("/cart").text) == "0"


def test_checkout_confirms_the_order_and_records_the_funnel(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.post("/cart/add", htmx=True, product_id="p09", recommendation_id="RID-1")
    browser.post("/cart/add", htmx=True, product_id="p10")
    engine.events.clear()
    page = browser.post("/checkout")
    assert "/orders/" in str(page.url)
    assert "Thank you" in page.text
    assert shown(page.text, "total") == ["$40.98"]
    assert badge(page.text) == "0"
    assert kinds(engine) == [
        ("ViewCart", "p09"),
        ("ViewCart", "p10"),
        ("StartCheckout", "p09"),
        ("StartCheckout", "p10"),
        ("Purchase", "p09"),
        ("Purchase", "p10"),
    ]
    assert engine.events[-1]["eventList"][0]["recommendationId"] == "RID-1"


def test_pressing_the_button_again_shows_the_order_and_records_nothing_more(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.post("/cart/add", product_id="p09")
    fields = {"form_token": browser.token()}
    first = browser.http.post("/checkout", data=fields)
    recorded = list(engine.events)
    again = browser.http.post("/checkout", data=fields)
    assert (again.status_code, again.url.path) == (200, first.url.path)
    assert engine.events == recorded


def test_presses_that_overlap_lead_to_one_order_and_one_start_of_checkout(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.post("/cart/add", product_id="p09")
    fields = {"form_token": browser.token()}
    with ThreadPoolExecutor(8) as pool:
        pressed = pool.map(lambda _: browser.http.post("/checkout", data=fields), range(8))
        orders = {(answer.status_code, answer.url.path) for answer in pressed}
    assert len(orders) == 1
    assert kinds(engine)[-2:] == [("StartCheckout", "p09"), ("Purchase", "p09")]
    assert kinds(engine).count(("StartCheckout", "p09")) == 1


def test_an_order_that_is_refused_has_started_a_checkout(
    browser: Browser, engine: StandInEngine
) -> None:
    browser.post("/cart/add", product_id="p02", quantity=3)
    browser.post("/checkout")
    assert kinds(engine)[-1] == ("StartCheckout", "p02")


def test_an_order_takes_no_more_than_the_stock(browser: Browser, engine: StandInEngine) -> None:
    browser.post("/cart/add", product_id="p02", quantity=3)
    refused = browser.post("/checkout")
    assert refused.status_code == 409
    assert "Only 2 of Thing 02 in stock, and your cart has 3." in refused.text
    assert badge(refused.text) == "3"
    assert "Purchase" not in {kind for kind, _ in kinds(engine)}


def test_checking_out_nothing_is_refused(browser: Browser) -> None:
    refused = browser.post("/checkout")
    assert refused.status_code == 409
    assert "There is nothing in the cart to order." in refused.text


def test_a_sold_out_product_cannot_be_added_from_its_card(browser: Browser) -> None:
    card = browser.get("/").text.split('data-product="p00"')[1].split("</article>")[0]
    assert "Sold out" in card
    assert 'disabled data-testid="sold-out"' in card


def test_a_row_tells_what_is_sold_out(browser: Browser) -> None:
    browser.post("/view/p00")
    tiles = browser.get("/").text.split('data-testid="tile"')[1:]
    sold_out = [tile.split('"')[1] for tile in tiles if "· Sold out" in tile]
    assert sold_out == ["p00"]


def test_an_order_is_nobody_elses(browser: Browser) -> None:
    browser.post("/cart/add", product_id="p09")
    order = browser.post("/checkout").url.path
    stranger = Browser(str(browser.http.base_url))
    assert browser.get(order).status_code == 200
    assert stranger.get(order).status_code == 404
    stranger.http.close()


def test_another_shopper_does_not_find_the_cart_of_the_last(browser: Browser) -> None:
    browser.post("/cart/add", product_id="p09")
    assert badge(browser.post("/shopper", shopper_id="1870").text) == "1"
    assert badge(browser.post("/shopper", shopper_id="3").text) == "0"


def test_a_cart_outlives_the_process(settings: Settings, open_shop: Open) -> None:
    before = open_shop(settings)
    before.post("/cart/add", product_id="p09")
    after = open_shop(settings)
    after.http.cookies.set("allstore", before.http.cookies["allstore"])
    assert badge(after.get("/").text) == "1"


def test_orders_are_listed_for_the_visit_and_for_the_shopper_wherever_they_come_from(
    browser: Browser,
) -> None:
    assert "Nothing has been ordered yet." in browser.get("/orders").text
    browser.post("/shopper", shopper_id="1870")
    browser.post("/cart/add", product_id="p09")
    order = browser.post("/checkout").url.path
    assert f'href="{order}"' in browser.get("/orders").text
    elsewhere = Browser(str(browser.http.base_url))
    assert "Nothing has been ordered yet." in elsewhere.get("/orders").text
    elsewhere.post("/shopper", shopper_id="1870")
    listed = elsewhere.get("/orders").text
    assert "Thing 09" in listed
    assert elsewhere.get(order).status_code == 200
    elsewhere.post("/shopper", shopper_id="3")
    assert "Nothing has been ordered yet." in elsewhere.get("/orders").text
    assert elsewhere.get(order).status_code == 404
    elsewhere.http.close()
