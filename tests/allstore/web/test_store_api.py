"""The contract of AllStore's documents, from their requests and answers."""

import json

import httpx
import msgspec
import pytest

from allstore.shop.settings import Settings
from shopfront import PRODUCTS, Browser, Open, StandInEngine, write_catalogue

DOCUMENTED = ("asin", "genre", "imUrl", "title")


def test_an_item_has_the_documented_members_first(browser: Browser) -> None:
    answer = browser.get("/items/p04")
    item = answer.json()
    assert tuple(item)[:4] == DOCUMENTED
    assert (item["asin"], item["title"], item["price"]) == ("p04", "Thing 04", 14.99)
    assert json.loads(item["genre"]) == ["Books", "novel"]
    assert browser.get(item["imUrl"]).headers["content-type"].startswith("image/svg")
    again = browser.get("/items/p04", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["b%2Fc", "b/c"])
def test_an_id_may_have_a_slash(
    settings: Settings, open_shop: Open, engine: StandInEngine, path: str
) -> None:
    slashed = msgspec.structs.replace(PRODUCTS[0], id="b/c")
    write_catalogue(settings.data_dir, (*PRODUCTS[1:], slashed))
    browser = open_shop(settings)
    assert browser.get(f"/items/{path}").json()["asin"] == "b/c"
    assert browser.get(f"/items/{path}/description").json()[-1] == "Style: shirt"
    for asked, value in (("recommendationsitem", "itemId"), ("recommendations", "userId")):
        for end in ("", "/"):
            assert browser.get(f"/{asked}/{path}{end}").status_code == 200
            assert engine.asked[-1][value] == "b/c"


@pytest.mark.parametrize("path", ["/items", "/items/p04", "/items/p04/description"])
def test_a_slash_at_the_end_is_none_of_an_id(browser: Browser, path: str) -> None:
    assert browser.get(f"{path}/").url.path == path


def test_an_item_that_is_not_sold_is_404_in_json(browser: Browser) -> None:
    for path in ("/items/nothing", "/items/nothing/description", "/recommendationsitem/nothing"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert answer.json() == {"message": "The shop does not sell item 'nothing'."}


def test_another_method_is_refused_in_json(browser: Browser) -> None:
    refused = browser.http.post("/items", json={})
    assert (refused.status_code, refused.json()) == (405, {"message": "Method Not Allowed"})
    assert set(refused.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert "text/html" in browser.http.post("/offers").headers["content-type"]


def test_items_come_by_pages_and_by_category(browser: Browser) -> None:
    pages = [browser.get(f"/items?page={number}").json() for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [24, 16, 0]
    assert sorted(item["asin"] for page in pages for item in page) == [one.id for one in PRODUCTS]
    books = browser.get("/items?category=books").json()
    assert {item["category"] for item in books} == {"books"}
    assert browser.get("/items?category=nothing").status_code == 404
    refused = browser.get("/items?page=0")
    assert refused.status_code == 400
    assert refused.json() == {"message": "page must be a number from 1 to 9999, not '0'."}


def test_a_description_is_bullets(browser: Browser) -> None:
    assert browser.get("/items/p04/description").json() == [
        "The thing with the number 4.",
        "Style: novel",
    ]


@pytest.mark.parametrize("path", ["/recommendations", "/recommendations/"])
def test_recommendations_for_everybody_with_and_without_the_slash(
    browser: Browser, path: str
) -> None:
    answer = browser.get(path, follow_redirects=False)
    assert answer.status_code == 200
    assert [item["asin"] for item in answer.json()] == [f"p{number:02}" for number in range(12)]
    assert answer.headers["cache-control"] == "no-store"
    assert "x-allstore-warning" not in answer.headers


@pytest.mark.parametrize("path", ["/recommendations/A1L5P841VIO02V", "/recommendations/1870/"])
def test_recommendations_for_a_user(browser: Browser, engine: StandInEngine, path: str) -> None:
    answer = browser.get(path, follow_redirects=False)
    assert answer.status_code == 200
    assert engine.asked[-1]["userId"] == path.split("/")[2]
    assert answer.json()[0]["asin"] == "p39"
    assert answer.headers["x-allstore-recommendation-id"] == "RID-1"


def test_similar_items_leave_the_item_out(browser: Browser) -> None:
    found = browser.get("/recommendationsitem/p04").json()
    assert [item["asin"] for item in found] == [f"p{number:02}" for number in range(5, 17)]


def test_without_the_engine_popular_items_come_with_a_warning(
    settings: Settings, open_shop: Open
) -> None:
    down = open_shop(settings.model_copy(update={"endpoint_url": "http://127.0.0.1:9"}))
    for path in ("/recommendations/", "/recommendations/1870", "/recommendationsitem/p04"):
        answer = down.get(path)
        assert answer.status_code == 200
        assert answer.headers["x-allstore-warning"] == (
            "The recommendation engine does not answer. These are popular items instead."
        )
        assert len(answer.json()) == 12
    beside = down.get("/recommendationsitem/p04").json()
    assert {item["category"] for item in beside} == {"books"}
    assert "p04" not in [item["asin"] for item in beside]


def test_a_session_names_the_curated_users(browser: Browser) -> None:
    answer = browser.get("/session").json()
    assert tuple(answer) == ("AnonymousPoolId", "StreamName", "UserList")
    assert answer["AnonymousPoolId"].startswith("us-east-1:")
    assert answer["UserList"] == [
        {"Id": "1870", "FirstName": "Anthony", "LastName": "Valdez"},
        {"Id": "3", "FirstName": "Chris", "LastName": "Moss"},
    ]


def test_products_of_the_shopping_app_trend_or_suit_a_user(
    browser: Browser, engine: StandInEngine
) -> None:
    trending = browser.get("/products").json()
    assert [product["id"] for product in trending] == [f"p{number:02}" for number in range(12)]
    assert tuple(trending[4]) == (
        *("id", "name", "category", "style", "description", "price", "image"),
        *("gender_affinity", "promoted", "featured", "current_stock", "installments"),
    )
    assert trending[4]["installments"] == {"count": 4, "price": 3.75}
    suiting = browser.get("/products?user_id=1870").json()
    assert engine.asked[-1]["userId"] == "1870"
    assert suiting[0]["id"] == "p39"
    books = browser.get("/products?filters=books&user_id=1870").json()
    assert [product["id"] for product in books][:2] == ["p37", "p34"]
    assert browser.get("/products?filters=nothing").status_code == 404


def test_only_pages_of_the_configured_origins_may_read(settings: Settings, open_shop: Open) -> None:
    friend, stranger = "https://friend.example", "https://stranger.example"
    browser = open_shop(settings.model_copy(update={"cors_origins": (friend,)}))
    allowed = browser.get("/recommendations/", headers={"Origin": friend})
    assert allowed.headers["access-control-allow-origin"] == friend
    assert "access-control-allow-credentials" not in allowed.headers
    refused = browser.get("/recommendations/", headers={"Origin": stranger})
    assert "access-control-allow-origin" not in refused.headers


def test_an_origin_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'shop\.example' is no origin such as"):
        Settings.model_validate({"cors_origins": "shop.example"})
    with pytest.raises(ValueError, match="is no origin"):
        Settings.model_validate({"cors_origins": "*"})


def test_a_search_needs_a_text(browser: Browser) -> None:
    for path in ("/search", "/search?q=", "/search?q=%20&u=1870"):
        answer = browser.get(path)
        assert answer.status_code == 400
        assert answer.json() == {"message": "q is missing: /search?q=..."}


def test_a_search_finds_items_by_their_text(browser: Browser, engine: StandInEngine) -> None:
    found = browser.get("/search?q=thing 07").json()
    assert found[0]["asin"] == "p07"
    assert tuple(found[0])[:4] == DOCUMENTED
    assert not engine.asked
    assert browser.get("/search?q=zzzzzz").json() == []


def test_a_search_is_ranked_for_a_user(browser: Browser, engine: StandInEngine) -> None:
    plain = [item["asin"] for item in browser.get("/search?q=thing").json()]
    ranked = browser.get("/search?q=thing&u=1870")
    assert engine.asked[-1]["userId"] == "1870"
    assert set(engine.asked[-1]["inputList"]) >= set(plain)
    assert len(ranked.json()) == len(plain)
    engine.fails_with = "ThrottlingException"
    without = browser.get("/search?q=thing&u=1870")
    assert [item["asin"] for item in without.json()] == plain
    assert "ThrottlingException" in without.headers["x-allstore-warning"]


def test_a_promoted_item_says_so_in_a_ranked_search_alone(
    settings: Settings, open_shop: Open
) -> None:
    shelf = [msgspec.structs.replace(each, promoted=each.id == "p07") for each in PRODUCTS]
    write_catalogue(settings.data_dir, tuple(shelf))
    browser = open_shop(settings)
    marked = [
        item for item in browser.get("/search?q=thing 07&u=1870").json() if "Promoted" in item
    ]
    assert [(item["asin"], item["Promoted"]) for item in marked] == [("p07", True)]
    assert not any("Promoted" in item for item in browser.get("/search?q=thing 07").json())


def test_a_click_is_a_view_of_the_visit_and_of_nobody_else(
    browser: Browser, engine: StandInEngine
) -> None:
    def told(**body: object) -> httpx.Response:
        return browser.http.post("/clickevent", json=body)

    first = told(userID="undefined", itemID="p05", sessionID="made-up")
    assert first.status_code == 200
    (put,) = engine.events
    assert first.json() == {"userID": None, "itemID": "p05", "sessionID": put["sessionId"]}
    assert put["sessionId"] != "made-up"
    assert "userId" not in put
    assert (put["eventList"][0]["eventType"], put["eventList"][0]["itemId"]) == ("View", "p05")
    refused = told(userID="1870", itemID="p05", sessionID="made-up")
    assert refused.status_code == 403
    assert refused.json() == {"message": "userID: this visit is anonymous, not that of '1870'."}
    browser.post("/shopper", shopper_id="1870")
    assert told(userID="1870", itemID="p06").status_code == 200
    assert engine.events[-1]["userId"] == "1870"


@pytest.mark.parametrize(
    ("content", "kind", "refusal"),
    [
        (b"{", "application/json", (400, "The body cannot be read")),
        (b"{}", "application/json", (400, "missing required field `itemID`")),
        (b'{"itemID": 7}', "application/json", (400, "Expected `str`, got `int`")),
        (b'{"itemID": "x"}', "application/json", (404, "itemID: the shop does not sell 'x'.")),
        (b'{"itemID": "p05"}', "text/plain", (415, "Content-Type: application/json")),
        (b" " * 70_000, "application/json", (413, "A body may have 65,536 bytes")),
    ],
)
def test_a_click_that_cannot_be_is_refused(
    browser: Browser, engine: StandInEngine, content: bytes, kind: str, refusal: tuple[int, str]
) -> None:
    headers = {"Content-Type": kind}
    answer = browser.http.post("/clickevent", content=content, headers=headers)
    assert answer.status_code == refusal[0]
    assert refusal[1] in answer.json()["message"]
    assert not engine.events
