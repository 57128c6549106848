"""What the shop has made for it in the engine."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from aisle.provisioning import Plan, Provisioned
from allstore.demo.loaded import LoadedStore
from allstore.demo.provision import shop_config, shop_plan

QUIET = Console(quiet=True)
BY_CATEGORY = "INCLUDE ItemID WHERE Items.CATEGORY_L1 IN ($CATEGORY)"


@pytest.fixture
def plan(files: list[Path], tmp_path: Path) -> Plan:
    return LoadedStore(files).set_up(tmp_path, QUIET)


def test_the_list_of_a_category_is_asked_for_by_the_filter_that_is_made_for_it(plan: Plan) -> None:
    (made,) = plan.filters
    assert made.expression == BY_CATEGORY
    provisioned = Provisioned("group", {}, {}, None, filters={made.name: "arn:category"})
    assert shop_config(plan, provisioned).category_filter_arn == "arn:category"


@pytest.mark.usefixtures("plan")
def test_items_that_tell_no_category_have_no_filter_of_one(tmp_path: Path) -> None:
    schema = tmp_path / "store" / "schemas" / "items.json"
    told = json.loads(schema.read_text())
    told["fields"] = [each for each in told["fields"] if each["name"] != "CATEGORY_L1"]
    schema.write_text(json.dumps(told))
    assert shop_plan(tmp_path / "store").filters == ()
