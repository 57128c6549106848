"""`aisle fill`, and the shop that it has filled."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aisle.cli.app import app
from allstore.shop.settings import Settings
from shopfront import Browser, Open, serve
from tests.allstore.demo.conftest import HOSTILE, LONG

NOBODY = "http://127.0.0.1:9"


def fill(files: list[Path], data_dir: Path) -> Result:
    arguments = ["fill", *map(str, files), "--data-dir", str(data_dir)]
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def filled(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("filled")
    result = fill(files, folder)
    assert result.exit_code == 0, result.output
    return folder, result.output


@pytest.fixture(scope="module")
def shop(filled: tuple[Path, str]) -> Iterator[Browser]:
    settings = Settings(data_dir=filled[0], endpoint_url=NOBODY)
    url, close = serve(settings)
    browser = Browser(url)
    yield browser
    browser.http.close()
    close()


def listed(shop: Browser, path: str) -> list[str]:
    return re.findall(r'data-testid="card" data-product="([^"]+)"', shop.get(path).text)


def test_the_command_accounts_for_every_row(filled: tuple[Path, str]) -> None:
    folder, said = filled
    assert "meta.json: 38 of 41 rows are metadata, 1 of an id that came before" in said
    assert "1 rejected: no item id (line 8)" in said
    assert "1 rejected: not a JSON object" in said
    assert "reviews.json: 322 of 323 rows are reviews" in said
    assert "38 products in 4 categories, 1 without a title, 36 without a price" in said
    assert "1 that no file describes are not sold" in said
    assert "New in the shop: 38; renewed: 0." in said
    assert len((folder / "loaded" / "rejected.jsonl").read_text().splitlines()) == 3


def test_filling_again_renews(files: list[Path], tmp_path: Path) -> None:
    assert "New in the shop: 38; renewed: 0." in fill(files, tmp_path).output
    assert "New in the shop: 0; renewed: 38." in fill(files, tmp_path).output


def test_a_shop_of_an_earlier_version_is_refused_and_says_why(
    files: list[Path], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as older:
        older.execute(
            "CREATE TABLE products (id VARCHAR(256) PRIMARY KEY, name TEXT, category VARCHAR(256), "
            "style TEXT, description TEXT, price INTEGER NOT NULL, gender_affinity VARCHAR(16), "
            "promoted BOOLEAN, featured BOOLEAN, current_stock INTEGER, catalogue_stock INTEGER, "
            "launched_at BIGINT)"
        )
    refused = fill(files, tmp_path)
    assert refused.exit_code == 2
    assert "products must have a price" in refused.output


def test_products_alone_fill_a_shop_too(files: list[Path], tmp_path: Path) -> None:
    said = fill(files[:1], tmp_path).output
    assert "New in the shop: 38; renewed: 0." in said


def test_a_file_without_products_is_refused_by_what_it_lacks(
    files: list[Path], tmp_path: Path
) -> None:
    refused = fill(files[1:], tmp_path)
    assert refused.exit_code == 2
    assert "No file describes the products. Needed is metadata" in refused.output


def test_categories_are_those_below_the_one_that_all_share(shop: Browser) -> None:
    names = [each["name"] for each in shop.get("/categories").json()]
    assert names[0] == "Camping & Hiking"
    assert names[-1] == "Everything else"
    assert sorted(names[1:-1]) == ["Cycling", "Fishing"]
    tiles = shop.get("/category").text
    assert 'href="/category/camping-hiking"' in tiles
    assert "Camping &amp; Hiking" in tiles


def test_an_item_tells_its_whole_path_and_its_plain_title(shop: Browser) -> None:
    item = shop.get("/items/boot").json()
    assert item["title"] == "Trail Boot & Gaiter"
    assert json.loads(item["genre"]) == ["Sports & Outdoors", "Camping & Hiking", "Boots"]
    assert (item["price"], item["category"], item["brand"]) == (1089.5, "camping-hiking", "Kestrel")
    assert item["imUrl"].startswith("/pictures/boot.svg")
    assert shop.get("/items/boot/description").json() == [
        "Waterproof étanche.",
        "Light.",
        "Brand: Kestrel",
        "Style: Boots",
        "Filed under: Sports & Outdoors, Camping & Hiking, Boots",
    ]


def test_items_come_by_category_the_most_reviewed_first(shop: Browser) -> None:
    every = [item["asin"] for page in (1, 2, 3) for item in shop.get(f"/items?page={page}").json()]
    assert len(every) == 38
    assert every[0].startswith("item-")
    assert every.index("bare") > every.index("item-00")
    fishing = shop.get("/items?category=fishing").json()
    assert {"deep", "long"} < {item["asin"] for item in fishing}
    assert shop.get("/items?category=Fishing").status_code == 404


def test_what_has_no_title_goes_by_what_is_known(shop: Browser) -> None:
    assert shop.get("/items/untitled").json()["title"] == "Kestrel Helmets untitled"


def test_an_id_that_comes_again_takes_the_new_values_and_keeps_the_rest(shop: Browser) -> None:
    item = shop.get("/items/twice").json()
    assert (item["title"], item["price"]) == ("New Tent", 20.0)
    assert item["category"] == "camping-hiking"


def test_a_price_that_is_not_known_is_on_request_and_the_product_can_be_ordered(
    shop: Browser,
) -> None:
    page = shop.get("/product/bare").text
    assert "Price on request" in page
    assert 'data-testid="stock"' not in page
    assert shop.get("/items/long").json()["price"] is None
    shop.post("/cart/add", product_id="bare", quantity=3)
    cart = shop.post("/cart/add", product_id="twice").text
    assert 'data-testid="subtotal">$20.00' in cart
    assert "3 items have no price yet and are not in it." in cart
    order = shop.post("/checkout").text
    assert 'data-testid="total">$20.00' in order
    assert "3, price on request" in order
    assert "Bare" in shop.get("/orders").text


def test_titles_are_text_and_long_ones_are_cut_on_cards(shop: Browser) -> None:
    page = shop.get("/category/fishing").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    name = re.search(r'data-product="long".*?card-open">([^<]+)<', page, re.DOTALL)
    assert name
    assert name[1].endswith("…")
    assert len(name[1]) <= 100
    assert LONG[:150] in shop.get("/product/long").text


def test_a_category_offers_the_filters_that_it_has_values_for(shop: Browser) -> None:
    camping, fishing = shop.get("/category/camping-hiking").text, shop.get("/category/fishing").text
    assert 'name="style"' in camping
    assert 'name="least"' in camping
    assert 'name="least"' not in fishing
    assert 'name="gender"' not in camping
    assert {"boot", "twice"} == set(listed(shop, "/category/camping-hiking?least=1"))
    assert listed(shop, "/category/camping-hiking?sort=price-down")[:2] == ["boot", "twice"]


def test_search_finds_by_brand_path_and_facts_and_counts_brands(shop: Browser) -> None:
    def found(text: str, **more: str) -> list[str]:
        answer = shop.get("/search", params={"q": text, **more}).json()
        return [item["asin"] for item in answer]

    assert found("flies") == ["deep"]
    assert found("etanche") == ["boot"]
    assert set(found("outdoor gear")[:1]) == {"deep"}
    page = shop.get("/find?q=kestrel").text
    assert re.search(r'<option value="Kestrel">Kestrel \(\d+\)</option>', page)
    assert 'name="price"' in page
    volta = listed(shop, "/find?q=number&brand=Volta")
    assert volta
    assert all(int(each.removeprefix("item-")) % 2 for each in volta)


def test_shoppers_have_an_interest_and_made_up_names(shop: Browser) -> None:
    personas = shop.get("/users/persona").json()
    assert personas == ["camping-hiking", "cycling", "fishing"]
    users = [user for each in personas for user in shop.get(f"/users?persona={each}").json()]
    assert all(user["id"].startswith("user-") for user in users)
    assert not any("Real" in user["first_name"] + user["last_name"] for user in users)
    assert {(user["gender"], user["age"]) for user in users} == {(None, None)}
    curated = shop.get("/session").json()["UserList"]
    assert len(curated) == 3
    assert "8 events, most with Camping &amp; Hiking" in shop.get("/shopper").text
    page = shop.post("/shopper", shopper_id=curated[0]["Id"]).text
    assert f"Shopper: {curated[0]['FirstName']} {curated[0]['LastName']}<" in page
    shop.post("/shopper", shopper_id="")


def test_pictures_are_drawn_and_nothing_is_asked_elsewhere(shop: Browser) -> None:
    page = shop.get("/product/boot")
    assert "images.example" not in page.text
    assert "img-src" not in page.headers["content-security-policy"]
    assert shop.get("/pictures/untitled.svg").text.startswith("<svg")


def test_pictures_of_a_permitted_origin_are_shown_and_no_others(
    filled: tuple[Path, str], open_shop: Open
) -> None:
    settings = Settings.model_validate(
        {
            "data_dir": filled[0],
            "endpoint_url": NOBODY,
            "picture_origins": "https://images.example,https://other.example",
        }
    )
    browser = open_shop(settings)
    page = browser.get("/product/boot")
    assert 'src="https://images.example/boot.jpg"' in page.text
    policy = page.headers["content-security-policy"]
    assert "img-src 'self' https://images.example https://other.example" in policy
    assert browser.get("/items/bare").json()["imUrl"].startswith("/pictures/")


def test_an_origin_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is no origin such as"):
        Settings.model_validate({"picture_origins": "images.example"})
