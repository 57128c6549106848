"""The files and schemas that Personalize takes."""

import csv
import json
from pathlib import Path

import msgspec
import pytest

from allstore.catalog.models import Product, Shopper
from allstore.simulator import Settings, Store, schemas, simulate, write

KINDS = {"string": str, "float": float, "int": int, "long": int}


@pytest.fixture(scope="module")
def store() -> Store:
    return simulate(Settings(shoppers=60, products=200, interactions=2000, end=1_790_000_000))


@pytest.fixture(scope="module")
def folder(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("simulated") / "store"
    write(store, target)
    return target


@pytest.mark.parametrize(
    ("name", "schema", "rows"),
    [
        ("items", schemas.ITEMS, 200),
        ("users", schemas.USERS, 60),
        ("interactions", schemas.INTERACTIONS, 2000),
    ],
)
def test_a_csv_file_has_the_fields_of_its_schema(
    folder: Path, name: str, schema: str, rows: int
) -> None:
    fields = json.loads(schema)["fields"]
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == rows
    for row in table:
        assert list(row) == [field["name"] for field in fields]
        for field in fields:
            assert row[field["name"]]
            KINDS[field["type"]](row[field["name"]])


def test_descriptions_survive_their_commas(folder: Path, store: Store) -> None:
    with (folder / "items.csv").open(newline="", encoding="utf-8") as file:
        read = [row["PRODUCT_DESCRIPTION"] for row in csv.DictReader(file)]
    assert read == [product.description for product in store.products]
    assert any("," in text for text in read)


def test_the_schemas_are_avro_records_with_flags() -> None:
    items = {field["name"]: field for field in json.loads(schemas.ITEMS)["fields"]}
    assert items["PRODUCT_DESCRIPTION"]["textual"] is True
    assert items["CATEGORY_L1"]["categorical"] is True
    assert json.loads(schemas.USERS)["name"] == "Users"
    assert json.loads(schemas.INTERACTIONS)["type"] == "record"


def test_products_and_shoppers_come_back_from_json(folder: Path, store: Store) -> None:
    products = msgspec.json.decode((folder / "products.json").read_bytes(), type=list[Product])
    shoppers = msgspec.json.decode((folder / "shoppers.json").read_bytes(), type=list[Shopper])
    assert products == store.products
    assert shoppers == store.shoppers


def test_users_and_interactions_are_of_one_run(store: Store) -> None:
    assert set(store.interactions["USER_ID"]) <= {shopper.id for shopper in store.shoppers}
    assert set(store.interactions["ITEM_ID"]) <= {product.id for product in store.products}
