"""The shop's events on their way to an engine that really runs."""

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aisle.data.frames import load_events
from allstore.shop.events import UNRECORDED
from allstore.shop.settings import Settings
from datasets import dataset, field, group
from journey import active
from reader import Reader
from running import Server, StartServer, until
from shopfront import PRODUCTS, Browser, Open, write_catalogue

INTERACTIONS = [
    field("USER_ID", null=False),
    field("ITEM_ID", null=False),
    field("TIMESTAMP", "long", null=False),
    field("EVENT_TYPE"),
]


def tracked(server: Server) -> tuple[str, str]:
    """A dataset group that takes events, and its tracking id."""
    of = group(server.personalize)
    dataset(server.personalize, of, "INTERACTIONS", INTERACTIONS)
    tracker = server.personalize.create_event_tracker(name="shop", datasetGroupArn=of)
    active(server.personalize, "eventTracker", tracker["eventTrackerArn"])
    return of, tracker["trackingId"]


def shop(folder: Path, server: Server, tracking_id: str) -> Settings:
    folder.mkdir(exist_ok=True)
    write_catalogue(folder, PRODUCTS)
    known = {"data_dir": folder, "endpoint_url": server.url, "tracking_id": tracking_id}
    keys = {"access_key_id": "any", "secret_access_key": "any", "region": server.region}
    return Settings.model_validate({**known, **keys})


def in_engine(reader: Reader, of: str) -> Counter[tuple[str, str, str]]:
    """How often the engine has an event, as (user, event type, product)."""
    rows = load_events(reader.state, of).to_dicts()
    return Counter((row["USER_ID"], row["EVENT_TYPE"], row["ITEM_ID"]) for row in rows)


def view(browser: Browser, *numbers: int) -> None:
    for number in numbers:
        browser.post(f"/view/p{number:02}")


@pytest.mark.slow
def test_what_happens_while_the_engine_is_away_is_there_once_when_it_is_back(
    tmp_path: Path, start_server: StartServer, open_shop: Open
) -> None:
    folder = tmp_path / "engine"
    server = start_server(folder, allowed=tmp_path)
    of, tracking_id = tracked(server)
    browser = open_shop(shop(tmp_path, server, tracking_id))
    browser.post("/shopper", shopper_id="1870")
    view(browser, 1, 2, 3)
    browser.post("/cart/add", product_id="p03")
    server.stop()
    view(browser, 3, 4, 5)
    browser.post("/cart/add", product_id="p04")
    assert UNRECORDED in browser.get("/product/p06").text
    back = start_server(folder, allowed=tmp_path, port=urlsplit(server.url).port)
    assert back.url == server.url
    browser.post("/cart/add", product_id="p05")
    reader = Reader(folder)
    seen = [("View", number) for number in (1, 2, 3, 3, 4, 5, 6)]
    done = Counter(("1870", kind, f"p{number:02}") for kind, number in seen)
    done.update(("1870", "AddToCart", product) for product in ("p03", "p04", "p05"))
    until(lambda: done <= _without_carts(in_engine(reader, of)), "all events", seconds=60)
    until(lambda: 'data-state="pending"' not in browser.get("/live").text, "nothing to be left")
    assert _without_carts(in_engine(reader, of)) == done


def _without_carts(events: Counter[tuple[str, str, str]]) -> Counter[tuple[str, str, str]]:
    """The token of a form stands in the cart, which is a ViewCart of each product in it."""
    return Counter({event: count for event, count in events.items() if event[1] != "ViewCart"})


def test_an_anonymous_visit_becomes_the_chosen_shoppers_history(
    tmp_path: Path, shared_server: Server, open_shop: Open
) -> None:
    of, tracking_id = tracked(shared_server)
    browser, stranger = (
        open_shop(shop(tmp_path / name, shared_server, tracking_id)) for name in ("one", "two")
    )
    view(browser, 1, 2)
    view(stranger, 9)
    reader = Reader(shared_server.data_dir)
    assert reader.interacted(of, "1870") == set()
    browser.post("/shopper", shopper_id="1870")
    view(browser, 3)
    assert reader.interacted(of, "1870") == {(f"p0{number}", "view") for number in (1, 2, 3)}
    browser.post("/shopper", shopper_id="2001")
    view(browser, 4)
    assert reader.interacted(of, "2001") == {("p04", "view")}
    assert len(reader.interacted(of, "1870")) == 3
