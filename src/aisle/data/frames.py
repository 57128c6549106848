"""A dataset group's data as a training reads them: bulk imports and streamed rows together."""

from collections.abc import Sequence
from typing import Self

import msgspec
import polars as pl
from sqlalchemy import Connection

from aisle.data.action_log import newest_action_event, streamed_action_rows
from aisle.data.catalogue import EMPTY, Catalogue, CatalogueBuilder
from aisle.data.entities import changes
from aisle.data.event_log import newest_event_id, streamed_rows
from aisle.data.interactions import WEIGHT, Interactions
from aisle.data.parts import POLARS, scan_part, streamed_events
from aisle.data.schema import DatasetSchema, Field, parse_schema
from aisle.data.state import State, Transaction
from aisle.records import Dataset, Schema
from aisle.records.dataset import dataset_arn

_FIELDS = (
    Field("USER_ID", "string"),
    Field("ITEM_ID", "string"),
    Field("EVENT_TYPE", "string"),
    Field("TIMESTAMP", "long"),
    Field("EVENT_VALUE", "double"),
)
_COLUMNS = {field.name: POLARS[field.type] for field in _FIELDS}
_ACTION_COLUMNS = {
    "USER_ID": pl.String,
    "ACTION_ID": pl.String,
    "EVENT_TYPE": pl.String,
    "TIMESTAMP": pl.Int64,
}
_CHANGES_AT_ONCE = 10_000


class EventRule(msgspec.Struct, frozen=True):
    """Events of a type that count, from a value on, and how much beside those of other types."""

    event_type: str
    threshold: float | None = None
    weight: float = 1.0

    def takes(self, event_type: str, value: float | None) -> bool:
        """Whether an event counts by this rule."""
        if event_type.lower() != self.event_type.lower():
            return False
        return self.threshold is None or (value is not None and value >= self.threshold)


class Selection(msgspec.Struct, frozen=True):
    """Which events a training uses: of one type, of at least a value, by rules, or all."""

    event_type: str | None = None
    event_value_threshold: float | None = None
    rules: tuple[EventRule, ...] = ()

    def takes(self, event_type: str, value: float | None) -> bool:
        """Whether one event is selected."""
        if self.rules:
            return any(rule.weight > 0 and rule.takes(event_type, value) for rule in self.rules)
        whole = EventRule(self.event_type or event_type, self.event_value_threshold)
        return whole.takes(event_type, value)

    def weight(self, event_type: str) -> float:
        """How much an event of a type counts that is selected."""
        of_type = [rule for rule in self.rules if rule.event_type.lower() == event_type.lower()]
        return of_type[0].weight if of_type else 1.0

    def learnt_from(self, frame: pl.LazyFrame) -> tuple[pl.LazyFrame, Self]:
        """The events of a frame that are selected, and the selection with weights as they count.

        Events have a column `WEIGHT` where the rules weigh differently. Only ratios of weights
        count, so their mean is 1.
        """
        events = self._of(frame)
        if WEIGHT not in events.collect_schema().names():
            return events, self
        mean = events.select(pl.col(WEIGHT).mean()).collect(engine="streaming").item()
        if mean is None:
            return events, self
        counting = (pl.col(WEIGHT) / mean).cast(pl.Float32)
        rules = tuple(
            msgspec.structs.replace(rule, weight=rule.weight / mean) for rule in self.rules
        )
        return events.with_columns(counting), msgspec.structs.replace(self, rules=rules)

    def _of(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        if self.rules:
            counting = [rule for rule in self.rules if rule.weight > 0]
            chosen = frame.filter(pl.any_horizontal([_selected(rule) for rule in counting]))
            if len({rule.weight for rule in counting}) == 1:
                return chosen
            weights = [pl.when(_selected(rule)).then(pl.lit(rule.weight)) for rule in counting]
            return chosen.with_columns(pl.coalesce(weights).alias(WEIGHT))
        if self.event_type is not None:
            kind = pl.col("EVENT_TYPE").str.to_lowercase()
            frame = frame.filter(kind == self.event_type.lower())
        if self.event_value_threshold is not None:
            frame = frame.filter(pl.col("EVENT_VALUE") >= self.event_value_threshold)
        return frame


def _selected(rule: EventRule) -> pl.Expr:
    chosen = pl.col("EVENT_TYPE").str.to_lowercase() == rule.event_type.lower()
    if rule.threshold is not None:
        chosen &= pl.col("EVENT_VALUE") >= rule.threshold
    return chosen


class GroupInteractions(msgspec.Struct, frozen=True):
    """The events of a group as they stood at one moment."""

    dataset: int
    """Row number of the Interactions dataset."""
    interactions: Interactions
    newest_event_id: int
    """The last streamed event that is among them; serving adds those after it."""
    selection: Selection
    """What chose them, with weights as these events have them: those after them count alike."""


def load_interactions(state: State, group_arn: str, selection: Selection) -> GroupInteractions:
    """All selected interactions of a dataset group: bulk first, streamed after, by time.

    Raises ValueError where the group has no interactions.
    """
    with state.read() as transaction:
        seq, dataset = _required(transaction, group_arn, "INTERACTIONS")
        record = transaction.resources.require(Schema, dataset.schema_arn)
        context = parse_schema(record.schema, record.domain).context
        newest = newest_event_id(transaction.connection, seq)
        streamed = _streamed(transaction.connection, seq, context, newest)
    kinds = _COLUMNS | dict.fromkeys(context, pl.String)
    parts = [scan_part(state.objects.local(key), kinds) for key in dataset.parts]
    whole = pl.concat([*parts, streamed.lazy()], how="vertical")
    events, selection = selection.learnt_from(whole)
    return GroupInteractions(seq, Interactions.from_frame(events, context), newest, selection)


def _streamed(
    connection: Connection, dataset: int, context: Sequence[str], up_to: int
) -> pl.DataFrame:
    """The streamed events; only those of a schema with context have their properties read."""
    if context:
        fields = (*_FIELDS, *(Field(name, "string", categorical=True) for name in context))
        return streamed_events(connection, dataset, DatasetSchema("Interactions", fields), up_to)
    rows = list(streamed_rows(connection, dataset, up_to))
    frame = pl.DataFrame(rows, schema=_COLUMNS | {"TIMESTAMP": pl.Float64}, orient="row")
    return frame.with_columns(pl.col("TIMESTAMP").cast(pl.Int64))


def load_events(state: State, group_arn: str) -> pl.DataFrame:
    """All interactions of a dataset group with every column of its schema, bulk first.

    Beside what `load_interactions` has: impressions, recommendation ids, the sources of events and
    contextual fields. Raises ValueError where the group has no Interactions dataset.
    """
    with state.read() as transaction:
        seq, dataset = _required(transaction, group_arn, "INTERACTIONS")
        record = transaction.resources.require(Schema, dataset.schema_arn)
        schema = parse_schema(record.schema, record.domain)
        newest = newest_event_id(transaction.connection, seq)
        streamed = streamed_events(transaction.connection, seq, schema, newest)
    kinds = {field.name: POLARS[field.type] for field in schema.fields}
    parts = [scan_part(state.objects.local(key), kinds) for key in dataset.parts]
    return pl.concat([*parts, streamed.lazy()], how="vertical").collect()


def load_action_interactions(state: State, group_arn: str) -> GroupInteractions:
    """All events of actions of a dataset group; `items` are the actions.

    Raises ValueError where the group has no Action interactions dataset.
    """
    with state.read() as transaction:
        seq, dataset = _required(transaction, group_arn, "ACTION_INTERACTIONS")
        newest = newest_action_event(transaction.connection, seq)
        streamed = pl.DataFrame(
            list(streamed_action_rows(transaction.connection, seq, newest)),
            schema=_ACTION_COLUMNS | {"TIMESTAMP": pl.Float64},
            orient="row",
        )
    parts = [scan_part(state.objects.local(key), _ACTION_COLUMNS) for key in dataset.parts]
    frames = [*parts, streamed.lazy().with_columns(pl.col("TIMESTAMP").cast(pl.Int64))]
    events = pl.concat(frames, how="vertical").rename({"ACTION_ID": "ITEM_ID"})
    return GroupInteractions(seq, Interactions.from_frame(events), newest, Selection())


def load_catalogue(state: State, group_arn: str, dataset_type: str) -> Catalogue:
    """The rows of a group's Items, Users or Actions dataset; none where it has no such dataset."""
    with state.read() as transaction:
        row = transaction.resources.row(Dataset, dataset_arn(group_arn, dataset_type))
        if row is None:
            return EMPTY
        seq, dataset = row
        record = transaction.resources.require(Schema, dataset.schema_arn)
        paths = [state.objects.local(key) for key in dataset.parts]
        builder = CatalogueBuilder(parse_schema(record.schema, record.domain), paths)
        seen, more = 0, True
        while more:
            some = changes(transaction.connection, seq, seen, _CHANGES_AT_ONCE)
            builder.put(some)
            seen = some[-1].id if some else seen
            more = bool(some)
    return builder.catalogue()


def _required(transaction: Transaction, group_arn: str, dataset_type: str) -> tuple[int, Dataset]:
    row = transaction.resources.row(Dataset, dataset_arn(group_arn, dataset_type))
    if row is None:
        name = dataset_type.replace("_", " ").capitalize()
        raise ValueError(f"The dataset group has no {name} dataset.")
    return row
