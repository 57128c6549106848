from allstore.shop.settings import Settings
from shopfront import Browser, Open


def test_categories_have_the_originals_form(browser: Browser) -> None:
    categories = browser.get("/categories").json()
    assert [each["name"] for each in categories] == ["Apparel", "Books", "Tools"]
    assert {tuple(category) for category in categories} == {
        ("id", "name", "image", "has_gender_affinity")
    }
    apparel = next(each for each in categories if each["id"] == "apparel")
    assert apparel["has_gender_affinity"] is True
    assert apparel["image"].startswith("/pictures/p00.svg")


def test_personas_are_those_of_the_shoppers(browser: Browser) -> None:
    personas = browser.get("/users/persona").json()
    assert personas == ["apparel_footwear_accessories", "electronics_books_instruments"]


def test_users_are_those_of_the_persona(browser: Browser) -> None:
    users = browser.get("/users?persona=electronics_books_instruments").json()
    assert users == [
        {
            "id": "3",
            "first_name": "Chris",
            "last_name": "Moss",
            "gender": "F",
            "age": 33,
            "persona": "electronics_books_instruments",
        }
    ]
    assert browser.get("/users?persona=unheard_of_that").json() == []
    assert browser.get("/users").status_code == 400


def test_the_shop_is_healthy_without_an_engine(settings: Settings, open_shop: Open) -> None:
    down = settings.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    answer = open_shop(down).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_picture_is_cached_for_good_and_can_do_nothing(browser: Browser) -> None:
    drawn = browser.get("/pictures/p01.svg?v=1")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert drawn.headers["content-security-policy"].startswith("default-src 'none'")
    assert "set-cookie" not in drawn.headers
    again = browser.get("/pictures/p01.svg", headers={"If-None-Match": drawn.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.get("/pictures/nothing.svg").status_code == 404


def test_a_picture_without_a_version_is_asked_for_again_in_an_hour(browser: Browser) -> None:
    assert browser.get("/pictures/p01.svg").headers["cache-control"] == "public, max-age=3600"
