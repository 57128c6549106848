"""The real data sets under $AISLE_TEST_DATA as interactions."""

import gzip

import polars as pl

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.interactions import Interactions
from aisle.data.schema import DatasetSchema, Field
from benchmarks.data_sets import data_sets

_REVIEWS = {
    "beauty": "amazon-beauty-2014/reviews_Beauty_5.json.gz",
    "sports": "amazon-sports-2014/reviews_Sports_and_Outdoors_5.json.gz",
}
_METADATA = {
    "beauty": "amazon-beauty-2014/meta_Beauty.json.gz",
    "sports": "amazon-sports-2014/meta_Sports_and_Outdoors.json.gz",
}
_ITEMS = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("KINDS", "string", nullable=True, categorical=True),
        Field("YEAR", "int", nullable=True),
    ),
)
WITH_ITEMS = ("ml-100k", "ml-1m", *_METADATA)
NAMES = ("ml-100k", "ml-1m", *_REVIEWS)


def load(name: str) -> Interactions:
    """All events of a data set: no rating filter, no k-core, file order kept within a second."""
    return Interactions.from_frame(events(name))


def events(name: str) -> pl.DataFrame:
    """As `load`, a row an event with USER_ID, ITEM_ID and TIMESTAMP at least."""
    root = data_sets()
    if name in _REVIEWS:
        text = gzip.decompress((root / _REVIEWS[name]).read_bytes())
        columns = {"USER_ID": "reviewerID", "ITEM_ID": "asin", "TIMESTAMP": "unixReviewTime"}
        return pl.read_ndjson(text).select(**columns)
    ids = {"USER_ID": pl.String, "ITEM_ID": pl.String}
    path = root / name / "interactions.csv.gz"
    return pl.read_csv(path, schema_overrides=ids)


def catalogue(name: str) -> Catalogue:
    """The items of a data set with the kinds that they are of: genres, or anonymous attributes; of
    films the year too.
    """
    root = data_sets()
    if name in _METADATA:
        text = gzip.decompress((root / _METADATA[name]).read_bytes())
        attributes = pl.col("attributes").list.eval(pl.element().cast(pl.String)).list.join("|")
        rows = pl.read_ndjson(text).select(ITEM_ID="asin", KINDS=attributes, YEAR=None)
    else:
        items = pl.read_csv(root / name / "items.csv.gz", infer_schema=False)
        year = pl.col("YEAR").cast(pl.Int64, strict=False)
        rows = items.select("ITEM_ID", KINDS="GENRES", YEAR=year)
    builder = CatalogueBuilder(_ITEMS)
    builder.put([Change(0, row.pop("ITEM_ID"), row, 0.0) for row in rows.iter_rows(named=True)])
    return builder.catalogue()


def purchases() -> Interactions:
    """What customers of online-retail bought: without cancelled and anonymous lines."""
    path = data_sets() / "online-retail" / "transactions.csv.gz"
    lines = pl.read_csv(path, infer_schema=False).filter(
        pl.col("CustomerID").is_not_null() & ~pl.col("InvoiceNo").str.starts_with("C")
    )
    when = pl.col("InvoiceDate").str.to_datetime("%Y-%m-%d %H:%M:%S").dt.epoch("s")
    return Interactions.from_frame(
        lines.select(USER_ID="CustomerID", ITEM_ID="StockCode", TIMESTAMP=when)
    )
