"""The data sets of the tables, with what is known of items and users where a table allows it."""

import polars as pl

from aisle.data.catalogue import EMPTY, Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.interactions import Interactions
from aisle.data.schema import DatasetSchema, Field
from aisle.recipes.base import TrainingData
from benchmarks.data_sets import data_sets
from benchmarks.quality.real_data import WITH_ITEMS, catalogue, events

_LIKED = "-liked"
_LEAST = 4
"""The rating from which on a film is liked."""
_WITH_USERS = ("ml-100k", "ml-1m")


def training_data(name: str, *, metadata: bool) -> TrainingData:
    """All events of a data set, or with `-liked` those with a rating above 3.

    Without metadata only users, items and times are told.
    """
    source = name.removesuffix(_LIKED)
    frame = events(source)
    if name.endswith(_LIKED):
        frame = frame.filter(pl.col("EVENT_VALUE") >= _LEAST)
    if not metadata:
        frame = frame.select("USER_ID", "ITEM_ID", "TIMESTAMP")
        return TrainingData(Interactions.from_frame(frame))
    return TrainingData(
        Interactions.from_frame(frame),
        catalogue(source) if source in WITH_ITEMS else EMPTY,
        _users(source) if source in _WITH_USERS else EMPTY,
    )


def _users(name: str) -> Catalogue:
    """Age, gender and occupation, as words."""
    path = data_sets() / name / "users.csv.gz"
    rows = pl.read_csv(path, infer_schema=False)
    fields = [Field("USER_ID", "string")]
    fields += [
        Field(column, "string", nullable=True, categorical=True)
        for column in rows.columns
        if column != "USER_ID"
    ]
    builder = CatalogueBuilder(DatasetSchema("Users", tuple(fields)))
    builder.put([Change(0, row.pop("USER_ID"), row, 0.0) for row in rows.iter_rows(named=True)])
    return builder.catalogue()
