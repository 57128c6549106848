"""The files that a load leaves: CSV files, their schemas and the catalogue."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import polars as pl
import pyarrow.parquet as pq

from aisle.data.schema import Field
from aisle.loading.kinds import TITLES, Table
from aisle.loading.notes import listed
from aisle.loading.schemas import avro, plan, profiles
from aisle.loading.values import LONGEST_TEXT

_CATEGORIES = ("CATEGORIES", "CATEGORY_L1", "CATEGORY", "GENRES", "GENRE")
_DESCRIPTIONS = ("DESCRIPTION", "PRODUCT_DESCRIPTION")
_BATCH = 10_000


class CatalogProduct(msgspec.Struct, frozen=True):
    """An item as the shop's catalogue takes it; an empty text or list, or None, is not known."""

    id: str
    name: str
    category: str
    style: str
    description: str
    price: float | None
    image: str | None
    brand: str
    categories: tuple[str, ...]
    """From the general to the special, as far as the file has such an order."""
    bullets: tuple[str, ...]


def write_table(stage: Path, table: Table, rows: pl.LazyFrame) -> tuple[str, ...]:
    """Write the CSV file and the schema; returns notes on columns left out or cut.

    Nothing is written where items or users have no column but their id.
    """
    planned = plan(table, found := profiles(table, rows))
    left_out = f"left out of {table}, since a schema cannot have them: {listed(planned.left_out)}"
    notes = (left_out,) if planned.left_out else ()
    if table != "interactions" and len(planned.fields) == 1:
        return (*notes, f"{table}.csv was not written: nothing is known beside the ids")
    cut = {
        profile.name
        for field in planned.fields
        for profile in found
        if profile.name == field.name and profile.longest > LONGEST_TEXT and not field.textual
    }
    rows.select(_written(field, cut) for field in planned.fields).sink_csv(stage / f"{table}.csv")
    (stage / "schemas" / f"{table}.json").write_bytes(avro(table, planned.fields))
    short = tuple(
        f"texts of column {name} were cut to {LONGEST_TEXT} characters" for name in sorted(cut)
    )
    return (*notes, *short)


def _written(field: Field, cut: set[str]) -> pl.Expr:
    column = pl.col(field.name)
    return column.str.slice(0, LONGEST_TEXT) if field.name in cut else column


def write_products(stage: Path, items: Path) -> bool:
    """Write the catalogue from a Parquet file of items; False where they could have no title."""
    file = pq.ParquetFile(items)
    columns = set(file.schema_arrow.names)
    if not columns & set(TITLES):
        return False
    count = 0
    with (stage / "products.json").open("wb") as stream:
        for batch in file.iter_batches(_BATCH):
            for product in _products(pl.DataFrame(batch)):
                stream.write(b",\n" if count else b"[\n")
                stream.write(msgspec.json.encode(product))
                count += 1
        stream.write(b"\n]\n" if count else b"[]\n")
    if not count:
        (stage / "products.json").unlink()
    return count > 0


def _products(items: pl.DataFrame) -> Iterator[CatalogProduct]:
    categories = _first(items, _CATEGORIES).fill_null("").str.split("|")
    catalogue = items.select(
        id="ITEM_ID",
        name=_first(items, TITLES).fill_null(""),
        category=categories.list.get(0),
        style=categories.list.get(1, null_on_oob=True).fill_null(""),
        description=_first(items, _DESCRIPTIONS).fill_null(""),
        price=_first(items, ("PRICE",)).cast(pl.Float64, strict=False),
        image=_first(items, ("IMAGE_URL",)),
        brand=_first(items, ("BRAND",)).fill_null(""),
        categories=categories.list.filter(pl.element() != ""),
        bullets=_first(items, ("_BULLETS",)).fill_null("[]"),
    )
    for row in catalogue.iter_rows(named=True):
        bullets = msgspec.json.decode(row["bullets"], type=tuple[str, ...])
        yield CatalogProduct(**row | {"categories": tuple(row["categories"]), "bullets": bullets})


def _first(items: pl.DataFrame, names: tuple[str, ...]) -> pl.Expr:
    able = [pl.col(name).cast(pl.String) for name in names if name in items.columns]
    return pl.coalesce(*able) if able else pl.lit(None, pl.String)
