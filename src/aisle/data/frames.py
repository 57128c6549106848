"""A dataset group's interactions as one frame: bulk imports and streamed events together."""

import msgspec
import polars as pl

from aisle.data.event_log import newest_event_id, streamed_rows
from aisle.data.interactions import Interactions
from aisle.data.state import State
from aisle.records import Dataset
from aisle.records.dataset import dataset_arn

_COLUMNS = {
    "USER_ID": pl.String,
    "ITEM_ID": pl.String,
    "EVENT_TYPE": pl.String,
    "TIMESTAMP": pl.Int64,
    "EVENT_VALUE": pl.Float64,
}


class Selection(msgspec.Struct, frozen=True):
    """Which events a training uses: of one type, of at least a value, or all."""

    event_type: str | None = None
    event_value_threshold: float | None = None

    def of(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The events of a frame that are selected."""
        if self.event_type is not None:
            kind = pl.col("EVENT_TYPE").str.to_lowercase()
            frame = frame.filter(kind == self.event_type.lower())
        if self.event_value_threshold is not None:
            frame = frame.filter(pl.col("EVENT_VALUE") >= self.event_value_threshold)
        return frame


class GroupInteractions(msgspec.Struct, frozen=True):
    """The events of a group as they stood at one moment."""

    dataset: int
    """Row number of the Interactions dataset."""
    interactions: Interactions
    newest_event_id: int
    """The last streamed event that is among them; serving adds those after it."""


def load_interactions(state: State, group_arn: str, selection: Selection) -> GroupInteractions:
    """All selected interactions of a dataset group: bulk first, streamed after, by time.

    Raises ValueError where the group has no interactions.
    """
    with state.read() as transaction:
        arn = dataset_arn(group_arn, "INTERACTIONS")
        dataset = transaction.resources.get(Dataset, arn)
        seq = transaction.resources.seq(arn)
        if dataset is None or seq is None:
            raise ValueError("The dataset group has no Interactions dataset.")
        newest = newest_event_id(transaction.connection, seq)
        streamed = pl.DataFrame(
            list(streamed_rows(transaction.connection, seq, newest)),
            schema={
                "USER_ID": pl.String,
                "ITEM_ID": pl.String,
                "EVENT_TYPE": pl.String,
                "TIMESTAMP": pl.Float64,
                "EVENT_VALUE": pl.Float64,
            },
            orient="row",
        )
    parts = [_bulk(state, key) for key in dataset.parts]
    frames = [*parts, streamed.lazy().with_columns(pl.col("TIMESTAMP").cast(pl.Int64))]
    events = selection.of(pl.concat(frames, how="vertical")).collect()
    return GroupInteractions(seq, Interactions.from_frame(events), newest)


def _bulk(state: State, key: str) -> pl.LazyFrame:
    frame = pl.scan_parquet(state.objects.local(key))
    present = frame.collect_schema().names()
    columns = [
        (pl.col(name) if name in present else pl.lit(None)).cast(kind).alias(name)
        for name, kind in _COLUMNS.items()
    ]
    return frame.select(columns)
