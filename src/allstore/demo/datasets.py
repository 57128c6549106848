"""The files that the engine learns from, of a catalogue that was loaded."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from allstore.catalog.models import Product
from allstore.demo.filling import FillError

_EVENTS: Mapping[str, str] = {"Review": "Purchase", "Rating": "View", "Interaction": "View"}
"""What the store's recommenders take the loader's event types for: who reviews a thing has bought
it, and who rates it or deals with it in some way has looked at it.
"""


def write_datasets(loaded: Path, products: Sequence[Product], store: Path) -> None:
    """Write to `store` what the loader left in `loaded`, as datasets of the ECOMMERCE domain.

    That asks items for a category and a price, which may be null. The categories are the shop's.
    Raises FillError where there are no interactions.
    """
    if not (loaded / "interactions.csv").exists():
        raise FillError(
            "No file tells of reviews or other events, and recommenders learn from nothing else. "
            "Needed are rows with a user, an item and a time."
        )
    (store / "schemas").mkdir(parents=True, exist_ok=True)
    events = pl.scan_csv(loaded / "interactions.csv", infer_schema=False)
    events.with_columns(pl.col("EVENT_TYPE").replace(dict(_EVENTS))).sink_csv(
        store / "interactions.csv"
    )
    _copy_schema("interactions", loaded, store)
    _write_items(loaded, products, store)
    if (loaded / "users.csv").exists():
        shutil.copyfile(loaded / "users.csv", store / "users.csv")
        _copy_schema("users", loaded, store)


def event_counts(store: Path) -> dict[str, int]:
    """How many interactions there are of each type, by its lower-case name."""
    events = pl.scan_csv(store / "interactions.csv", infer_schema=False)
    kinds = events.select(pl.col("EVENT_TYPE").str.to_lowercase()).group_by("EVENT_TYPE").len()
    return dict(kinds.collect(engine="streaming").iter_rows())


def _write_items(loaded: Path, products: Sequence[Product], store: Path) -> None:
    places = pl.LazyFrame(
        {
            "ITEM_ID": [product.id for product in products],
            "CATEGORY_L1": [product.category for product in products],
            "CATEGORY_L2": [product.style or None for product in products],
        },
        schema_overrides={"CATEGORY_L2": pl.String},
    )
    rows, fields = places, [_field("ITEM_ID", "string")]
    if (loaded / "items.csv").exists():
        known = json.loads((loaded / "schemas" / "items.json").read_text("utf-8"))["fields"]
        fields = [field for field in known if not field["name"].startswith("CATEGORY_L")]
        described = pl.scan_csv(loaded / "items.csv", infer_schema=False)
        rows = described.select(str(field["name"]) for field in fields).join(
            places, on="ITEM_ID", maintain_order="left"
        )
    if not any(field["name"] == "PRICE" for field in fields):
        rows = rows.with_columns(pl.lit(None, pl.String).alias("PRICE"))
        fields = [*fields, _field("PRICE", ["float", "null"])]
    fields = [
        *fields,
        _field("CATEGORY_L1", "string", categorical=True),
        _field("CATEGORY_L2", ["string", "null"], categorical=True),
    ]
    rows.select(str(field["name"]) for field in fields).sink_csv(store / "items.csv")
    schema = {
        "type": "record",
        "name": "Items",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": fields,
        "version": "1.0",
    }
    (store / "schemas" / "items.json").write_text(json.dumps(schema, indent=2), "utf-8")


def _field(name: str, kind: str | list[str], **flags: bool) -> dict[str, object]:
    return {"name": name, "type": kind, **flags}


def _copy_schema(table: str, loaded: Path, store: Path) -> None:
    name = f"schemas/{table}.json"
    shutil.copyfile(loaded / name, store / name)
