"""The real data sets under $AISLE_TEST_DATA as interactions."""

import gzip
import os
from pathlib import Path

import polars as pl

from aisle.data.interactions import Interactions

_REVIEWS = {
    "beauty": "amazon-beauty-2014/reviews_Beauty_5.json.gz",
    "sports": "amazon-sports-2014/reviews_Sports_and_Outdoors_5.json.gz",
}
NAMES = ("ml-100k", "ml-1m", *_REVIEWS)


def load(name: str) -> Interactions:
    """All events of a data set: no rating filter, no k-core, file order kept within a second."""
    root = Path(os.environ["AISLE_TEST_DATA"])
    if name in _REVIEWS:
        text = gzip.decompress((root / _REVIEWS[name]).read_bytes())
        columns = {"USER_ID": "reviewerID", "ITEM_ID": "asin", "TIMESTAMP": "unixReviewTime"}
        return Interactions.from_frame(pl.read_ndjson(text).select(**columns))
    ids = {"USER_ID": pl.String, "ITEM_ID": pl.String}
    path = root / name / "interactions.csv.gz"
    return Interactions.from_frame(pl.read_csv(path, schema_overrides=ids))
