"""The real data sets' metadata as catalogues."""

import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from aisle.data.catalogue import EMPTY, Catalogue, CatalogueBuilder
from aisle.data.schema import DatasetSchema, Field
from benchmarks.data_sets import data_sets

_FILMS = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("TITLE", "string", nullable=True, textual=True),
        Field("YEAR", "long", nullable=True),
        Field("GENRES", "string", nullable=True, categorical=True),
    ),
)
_PRODUCTS = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("TITLE", "string", nullable=True, textual=True),
        Field("ATTRIBUTES", "string", nullable=True, categorical=True),
    ),
)
_METADATA = {
    "beauty": "amazon-beauty-2014/meta_Beauty.json.gz",
    "sports": "amazon-sports-2014/meta_Sports_and_Outdoors.json.gz",
}


def catalogue_of(name: str) -> Catalogue:
    """Titles, years and genres of films; titles and attributes of products; nothing of others."""
    root = data_sets()
    if name in _METADATA:
        return _built(_PRODUCTS, _products(root / _METADATA[name]))
    path = root / name / "items.csv.gz"
    return _built(_FILMS, _films(path)) if path.exists() else EMPTY


def _films(path: Path) -> pl.DataFrame:
    films = pl.read_csv(path, infer_schema=False)
    return films.with_columns(pl.col("YEAR").cast(pl.Int64, strict=False))


def _products(path: Path) -> pl.DataFrame:
    lines = map(json.loads, gzip.decompress(path.read_bytes()).splitlines())
    rows = [
        (line["asin"], line.get("title"), "|".join(map(str, line.get("attributes", []))) or None)
        for line in lines
    ]
    names = [field.name for field in _PRODUCTS.fields]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _built(schema: DatasetSchema, rows: pl.DataFrame) -> Catalogue:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "items.parquet"
        rows.write_parquet(path)
        return CatalogueBuilder(schema, [path]).catalogue()
