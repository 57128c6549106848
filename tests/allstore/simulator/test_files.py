"""The files and schemas that Personalize takes."""

import csv
import json
from pathlib import Path

import msgspec
import polars as pl
import pytest

from allstore.catalog.models import Product, Shopper
from allstore.simulator import Settings, Store, read_settings, schemas, simulate, write
from allstore.simulator.settings import DAY
from simulated import END

SETTINGS = Settings(shoppers=60, products=200, interactions=2000, end=END, block=25)
KINDS = {"string": str, "float": float, "int": int, "long": int}
NAMES = {
    "interactions.csv",
    "items.csv",
    "products.json",
    "schemas",
    "shoppers.json",
    "simulation.json",
    "users.csv",
}


@pytest.fixture(scope="module")
def store() -> Store:
    return simulate(SETTINGS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("simulated") / "store"
    write(SETTINGS, target)
    return target


@pytest.mark.parametrize(("name", "rows"), [("items", 200), ("users", 60), ("interactions", 2000)])
def test_a_csv_file_has_the_fields_of_its_schema(folder: Path, name: str, rows: int) -> None:
    fields = json.loads((folder / "schemas" / f"{name}.json").read_text())["fields"]
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == rows
    for row in table:
        assert list(row) == [field["name"] for field in fields]
        for field in fields:
            assert row[field["name"]]
            KINDS[field["type"]](row[field["name"]])


def test_nothing_else_is_left_in_the_folder(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == NAMES


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


def test_the_events_on_disk_are_those_in_memory(folder: Path, store: Store) -> None:
    texts = {"ITEM_ID": pl.String, "USER_ID": pl.String}
    assert pl.read_csv(folder / "interactions.csv", schema_overrides=texts).equals(
        store.interactions
    )


def test_parquet_holds_the_same_events_and_takes_the_place_of_csv(
    store: Store, tmp_path: Path
) -> None:
    write(SETTINGS, tmp_path)
    write(SETTINGS, tmp_path, file_format="parquet")
    assert pl.read_parquet(tmp_path / "interactions.parquet").equals(store.interactions)
    assert not (tmp_path / "interactions.csv").exists()


def test_the_settings_come_back(folder: Path) -> None:
    assert read_settings(folder / "simulation.json") == SETTINGS


def test_an_unfinished_run_leaves_no_sign_of_being_whole(tmp_path: Path) -> None:
    write(SETTINGS, tmp_path)

    def interrupt(step: str, _share: float) -> None:
        if step == "Writing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(SETTINGS, tmp_path, progress=interrupt)
    assert not (tmp_path / "simulation.json").exists()
    assert not list(tmp_path.glob(".events-*"))


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".events-killed").mkdir()
    (tmp_path / ".events-killed" / "0").write_bytes(b"half")
    write(SETTINGS, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == NAMES


def test_progress_reaches_the_end_of_each_step(tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    write(SETTINGS, tmp_path, progress=lambda step, share: heard.append((step, share)))
    assert ("Simulating", 1.0) in heard
    assert heard[-1] == ("Writing", 1.0)
    assert heard == sorted(heard)


def test_what_was_written_is_told(tmp_path: Path, store: Store) -> None:
    written = write(SETTINGS, tmp_path)
    counts = store.interactions["EVENT_TYPE"].value_counts()
    assert sorted(written.kinds) == sorted(counts["count"].to_list())
    assert all(file.is_file() for file in written.files)
    assert 0 < written.sessions < written.kinds[0]


def test_the_context_tells_of_promoted_products_and_categories_of_the_week(
    store: Store, tmp_path: Path
) -> None:
    write(SETTINGS, tmp_path, context=True)
    texts = {"ITEM_ID": pl.String, "USER_ID": pl.String}
    events = pl.read_csv(tmp_path / "interactions.csv", schema_overrides=texts)
    assert events.drop("DISCOUNT").equals(store.interactions)
    fields = json.loads((tmp_path / "schemas" / "interactions.json").read_text())["fields"]
    assert [field["name"] for field in fields] == events.columns
    promoted = [product.id for product in store.products if product.promoted]
    category = {product.id: product.category for product in store.products}
    week = (pl.col("TIMESTAMP") - (END - SETTINGS.days * DAY)) // (7 * DAY)
    shelves = events.filter(~pl.col("ITEM_ID").is_in(promoted)).with_columns(
        week=week, category=pl.col("ITEM_ID").replace_strict(category)
    )
    assert set(events.filter(pl.col("ITEM_ID").is_in(promoted))["DISCOUNT"]) == {"Yes"}
    assert (
        shelves.group_by("week", "category")
        .agg(pl.col("DISCOUNT").n_unique())["DISCOUNT"]
        .to_list()
        == [1] * shelves.select("week", "category").n_unique()
    )
    offered = shelves.filter(pl.col("DISCOUNT") == "Yes").group_by("week")
    assert offered.agg(pl.col("category").n_unique())["category"].max() == SETTINGS.offers
