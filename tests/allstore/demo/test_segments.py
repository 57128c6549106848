"""Which segments the demo asks the engine for, and what becomes of its answer."""

import json
from pathlib import Path

import pytest

from aisle.provisioning import Plan
from allstore.demo.segments import segments_plan, show_segments
from allstore.shop.settings import ShopConfig, load_config, save_config

PLAN = Plan("allstore", ())


def items(folder: Path, *categories: str) -> None:
    rows = [f"{number},{each}" for number, each in enumerate(categories)]
    (folder / "items.csv").write_text("\n".join(["ITEM_ID,CATEGORY_L1", *rows]))


def test_every_category_has_a_line_with_its_name_in_quotes(tmp_path: Path) -> None:
    items(tmp_path, "tools", "books", '"with ""quotes"""', "tools", "café", "")
    assert segments_plan(PLAN, tmp_path)
    lines = (tmp_path / "segments.json").read_text("utf-8").splitlines()
    assert [json.loads(each)["itemAttributes"] for each in lines] == [
        'ITEMS.CATEGORY_L1 = "books"',
        'ITEMS.CATEGORY_L1 = "café"',
        'ITEMS.CATEGORY_L1 = "tools"',
        r'ITEMS.CATEGORY_L1 = "with \"quotes\""',
    ]


@pytest.mark.parametrize("text", [None, "ITEM_ID\n1", "ITEM_ID,CATEGORY_L1\n1,rest\n2,rest\n3,"])
def test_items_that_no_category_tells_apart_get_no_segments(
    tmp_path: Path, text: str | None
) -> None:
    if text is not None:
        (tmp_path / "items.csv").write_text(text)
    assert segments_plan(PLAN, tmp_path) is None


def test_the_shop_is_told_of_a_copy_and_of_nothing_else_anew(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    save_config(shop, ShopConfig(tracking_id="t"))
    (tmp_path / "segments").mkdir()
    (tmp_path / "segments" / "segments.json.out").write_text("found")
    show_segments(tmp_path, shop)
    config = load_config(shop)
    assert config == ShopConfig(tracking_id="t", segments_file="segments.json.out")
    assert (shop / str(config.segments_file)).read_text() == "found"
