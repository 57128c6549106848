"""Finding a shopper: a few curated ones, by age range and interest, without any script."""

import re

import httpx
import msgspec
import pytest

from allstore.catalog.models import Shopper
from allstore.shop.settings import Settings
from shopfront import SHOPPERS, Browser, Open, StandInEngine

HUNTER = "Buys books and tools, hunts for discounts"
PEOPLE = (
    msgspec.structs.replace(SHOPPERS[0], curated=True, description=HUNTER),
    *SHOPPERS[1:],
    Shopper("4", "Dana", "Poe", None, None, None),
    Shopper("5", "Edith", "Roy", "F", 70, "books_hotdrinks_floral"),
)


@pytest.fixture
def shop(settings: Settings, open_shop: Open) -> Browser:
    (settings.data_dir / "shoppers.json").write_bytes(msgspec.json.encode(PEOPLE))
    return open_shop(settings)


def people(page: httpx.Response, section: str) -> list[str]:
    part = page.text.split(f'data-testid="{section}"')[1].split("</section>")[0]
    return re.findall(r'data-testid="person" data-shopper="([^"]+)"', part)


def test_the_curated_are_offered_with_what_is_to_be_known_of_them(shop: Browser) -> None:
    page = shop.get("/shopper")
    assert people(page, "curated") == ["1870"]
    assert HUNTER in page.text
    assert people(page, "finder") == []
    assert [each["Id"] for each in shop.get("/session").json()["UserList"]] == ["1870"]


def test_a_shopper_is_found_by_age_and_interest(shop: Browser) -> None:
    def found(query: str) -> list[str]:
        return people(shop.get(f"/shopper?{query}"), "finder")

    assert found("ages=25-34") == ["3"]
    assert found("ages=65%2B") == ["5"]
    assert found("interest=books") == ["5", "3"]
    assert found("ages=25-34&interest=books") == ["3"]
    assert found("ages=18-24&interest=books") == []
    assert found("interest=footwear&ages=") == ["1870", "2001"]


def test_the_finder_keeps_what_was_asked_and_says_what_it_found(shop: Browser) -> None:
    page = shop.get("/shopper?ages=35-44&interest=apparel")
    assert '<option value="35-44" selected>35 to 44</option>' in page.text
    assert '<option value="apparel" selected>Apparel</option>' in page.text
    assert "1 shopper, those who like it best first." in page.text
    assert "Nobody is like that." in shop.get("/shopper?ages=55-64").text


@pytest.mark.parametrize(("field", "value"), [("ages", "7"), ("interest", "b%25s")])
def test_what_is_no_choice_is_refused_by_name(shop: Browser, field: str, value: str) -> None:
    refused = shop.get(f"/shopper?{field}={value}")
    assert refused.status_code == 400
    assert f"{field} must be one of" in refused.text


def test_choosing_from_the_page_is_the_visit_of_that_shopper(
    shop: Browser, engine: StandInEngine
) -> None:
    shop.post("/shopper", shopper_id="5")
    assert engine.asked[-1]["userId"] == "5"
    page = shop.get("/shopper?interest=books")
    assert "You shop as Edith now." in page.text
    assert "Shop as nobody" in page.text
    assert "Shopper: Edith Roy" in shop.get("/").text


def test_a_shop_that_knows_neither_ages_nor_interests_offers_no_finder(
    settings: Settings, open_shop: Open
) -> None:
    strangers = [Shopper("9", "Ada", "Moss", None, None, None, curated=True)]
    (settings.data_dir / "shoppers.json").write_bytes(msgspec.json.encode(strangers))
    page = open_shop(settings).get("/shopper")
    assert people(page, "curated") == ["9"]
    assert 'data-testid="finder"' not in page.text
