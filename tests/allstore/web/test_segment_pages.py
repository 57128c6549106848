"""Segments of shoppers for the operator, from a file as a batch segment job writes it."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from allstore.shop.settings import Settings
from shopfront import SHOPPERS, Browser, Open

TOKEN = "a-token-of-length"
FILE = "segments.json.out"
BOOKS = 'ITEMS.CATEGORY_L1 = "books"'
APPAREL = 'ITEMS.CATEGORY_L1 = "apparel"'


def line(query: str, *users: str) -> dict[str, Any]:
    """As aws-item-attribute-affinity answers."""
    return {"itemAttributes": query, "output": {"recommendedUsers": users}}


def write(folder: Path, lines: Sequence[dict[str, Any]]) -> None:
    (folder / FILE).write_text("".join(f"{json.dumps(each)}\n" for each in lines))


@pytest.fixture
def operated(settings: Settings) -> Settings:
    """A demo's shop, whose file has the only reader of books first, and a stranger before her."""
    folder = settings.data_dir
    write(folder, [line(BOOKS, "stranger", "3", "1870"), line(APPAREL, "2001", "1870", "3")])
    return settings.model_copy(update={"visitors_operate": True, "segments_file": FILE})


@pytest.fixture
def shop(operated: Settings, open_shop: Open) -> Browser:
    return open_shop(operated)


def members(page: str) -> list[str]:
    return [each.split('"')[0] for each in page.split('data-shopper="')[1:]]


def test_a_segment_shows_the_shoppers_whom_the_shop_knows_in_its_order(shop: Browser) -> None:
    page = shop.get("/segments", params={"of": BOOKS}).text
    assert members(page) == ["3", "1870"]
    assert "Electronics, Books, Instruments" in page
    assert "of 3 in the segment" in page


def test_a_place_is_that_in_the_segment_strangers_counted(shop: Browser) -> None:
    page = shop.get("/segments", params={"of": BOOKS}).text
    first = page[page.index('data-shopper="3"') :]
    assert first.split('<td class="number">')[1].startswith("2<")


def test_the_first_segment_is_shown_where_none_is_asked_for(shop: Browser) -> None:
    page = shop.get("/segments").text
    assert '<h2 id="segment-heading">Books</h2>' in page
    assert members(page) == ["3", "1870"]


def test_the_lift_is_the_share_of_personas_over_that_of_all_shoppers(shop: Browser) -> None:
    page = " ".join(shop.get("/segments", params={"of": BOOKS}).text.split())
    assert "1 of these 2 (50 %) have a persona that names Books" in page
    assert "of all 3 shoppers 33 % do" in page
    assert "That is 1.5 times as many as among all." in page


def test_a_segment_like_everybody_says_that_it_tells_little(shop: Browser) -> None:
    page = shop.get("/segments", params={"of": APPAREL}).text
    assert "no more than among all (1.0 times)" in page


def test_a_shopper_of_a_segment_can_be_visited_as(shop: Browser) -> None:
    assert 'action="/shopper"' in shop.get("/segments").text
    shop.post("/shopper", shopper_id="3")
    assert "Chris Moss" in shop.get("/").text


def test_the_download_has_all_ids_and_is_kept_nowhere(shop: Browser) -> None:
    answer = shop.get("/segments/ids.csv", params={"of": BOOKS})
    assert list(csv.reader(answer.text.splitlines())) == [
        ["USER_ID"],
        ["stranger"],
        ["3"],
        ["1870"],
    ]
    assert answer.headers["content-disposition"] == 'attachment; filename="segment-books.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("text/csv")


def test_a_segment_of_a_product_goes_by_its_name_and_category(
    operated: Settings, open_shop: Open
) -> None:
    answered = {"input": {"itemId": "p01"}, "output": {"recommendedUsers": ["3"]}}
    write(operated.data_dir, [answered])
    page = " ".join(open_shop(operated).get("/segments", params={"of": "p01"}).text.split())
    assert '<h2 id="segment-heading">Thing 01</h2>' in page
    assert "1 of these 1 (100 %) have a persona that names Books" in page


def test_another_query_goes_by_its_own_words(operated: Settings, open_shop: Open) -> None:
    write(operated.data_dir, [line("ITEMS.PRICE > 100", "3")])
    page = open_shop(operated).get("/segments").text
    assert '<h2 id="segment-heading">ITEMS.PRICE &gt; 100</h2>' in page
    assert "persona that names" not in page


def test_a_line_that_the_job_could_not_answer_says_why(operated: Settings, open_shop: Open) -> None:
    refused = {"itemAttributes": BOOKS, "output": None, "error": "there is no field CATEGORY_L1."}
    write(operated.data_dir, [refused])
    assert "there is no field CATEGORY_L1." in open_shop(operated).get("/segments").text


def test_a_new_file_is_shown_by_an_open_shop(shop: Browser, operated: Settings) -> None:
    assert members(shop.get("/segments").text) == ["3", "1870"]
    write(operated.data_dir, [line(BOOKS, "2001")])
    assert members(shop.get("/segments").text) == ["2001"]


@pytest.mark.parametrize("named", [None, "not-there.out"])
def test_without_a_file_the_page_says_what_to_do(
    operated: Settings, open_shop: Open, named: str | None
) -> None:
    answer = open_shop(operated.model_copy(update={"segments_file": named})).get("/segments")
    assert (answer.status_code, 'data-testid="no-segments"' in answer.text) == (200, True)
    assert "ALLSTORE_SEGMENTS_FILE" in answer.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (json.dumps(line(BOOKS, "3")) + '\n{"itemAttributes": "ITEMS.CAT', "Line 2"),
        ('{"itemAttributes": "a", "output": {"recommendedUsers": [3]}}', "Line 1"),
        ('{"output": {"recommendedUsers": ["3"]}}', "Line 1"),
        ("[" * 100_000, "Line 1"),
        ("\udcff", "Line 1"),
    ],
)
def test_a_file_that_is_broken_is_told_with_the_line(
    operated: Settings, open_shop: Open, content: str, words: str
) -> None:
    path = operated.data_dir / FILE
    path.write_bytes(content.encode(errors="surrogateescape"))
    browser = open_shop(operated)
    answer = browser.get("/segments")
    assert (answer.status_code, 'data-testid="trouble"' in answer.text) == (200, True)
    assert words in answer.text
    assert words in browser.get("/segments/ids.csv", params={"of": BOOKS}).text


def test_an_empty_file_has_no_segments(operated: Settings, open_shop: Open) -> None:
    write(operated.data_dir, [])
    assert 'data-testid="no-segments"' in open_shop(operated).get("/segments").text


def test_a_file_too_large_is_not_read(operated: Settings, open_shop: Open) -> None:
    with (operated.data_dir / FILE).open("r+b") as file:
        file.truncate((64 << 20) + 1)
    assert "more than 64 MiB" in open_shop(operated).get("/segments").text


def test_more_segments_than_a_page_can_offer_are_refused(
    operated: Settings, open_shop: Open
) -> None:
    write(operated.data_dir, [line(f"ITEMS.PRICE > {price}", "3") for price in range(1001)])
    assert "more than 1,000 segments" in open_shop(operated).get("/segments").text


def test_a_file_outside_the_shops_folder_is_not_read(
    operated: Settings, open_shop: Open, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    write(outside, [line(BOOKS, "3")])
    (operated.data_dir / "link").symlink_to(outside / FILE)
    for name in (str(outside / FILE), f"../{outside.name}/{FILE}", "link", "\0"):
        shop = open_shop(operated.model_copy(update={"segments_file": name}))
        page = shop.get("/segments").text
        assert 'data-testid="trouble"' in page
        assert members(page) == []


@pytest.mark.parametrize("path", ["/segments", "/segments/ids.csv"])
def test_a_segment_that_is_not_there_is_not_found(shop: Browser, path: str) -> None:
    answer = shop.get(path, params={"of": "nothing"})
    assert (answer.status_code, "There is no such segment." in answer.text) == (404, True)


def test_only_the_operator_sees_segments_and_downloads_them(
    operated: Settings, open_shop: Open
) -> None:
    locked = open_shop(operated.model_copy(update={"operator_token": SecretStr(TOKEN)}))
    page = locked.get("/segments").text
    assert 'type="password"' in page
    assert not any(shopper.last_name in page.split("<main")[1] for shopper in SHOPPERS)
    assert locked.get("/segments/ids.csv", params={"of": BOOKS}).status_code == 403
    assert 'href="/segments"' in locked.post("/operator", token=TOKEN).text
    assert members(locked.get("/segments").text) == ["3", "1870"]
    assert locked.get("/segments/ids.csv", params={"of": BOOKS}).status_code == 200
    locked.post("/operator/leave")
    assert 'type="password"' in locked.get("/segments").text
