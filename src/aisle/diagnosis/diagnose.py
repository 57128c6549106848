"""From frames to findings; nothing is read but the frames and nothing is written."""

from typing import Literal

import numpy as np
import polars as pl

from aisle.data.schema import DatasetSchema
from aisle.diagnosis.behaviour import series_of
from aisle.diagnosis.checks import JUDGES
from aisle.diagnosis.events import Events, distinct, events_of
from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import SEVERITIES, Diagnosis, Finding, Summary
from aisle.diagnosis.inputs import Inputs
from aisle.diagnosis.readiness import readiness_of
from aisle.diagnosis.tables import KEYS, DatasetName, Table, table_of
from aisle.diagnosis.thresholds import Thresholds
from aisle.loading import Progress, quiet


def diagnose(
    inputs: Inputs, progress: Progress = quiet, limits: Thresholds | None = None
) -> Diagnosis:
    """Judge the data.

    Raises ValueError where a frame lacks a key column, and what Polars raises for bad rows.
    """
    evidence = _evidence(inputs, progress, limits or Thresholds())
    findings: list[Finding] = []
    for at, (words, judge) in enumerate(JUDGES):
        progress(f"Checking {words}", 0.5 + 0.5 * at / len(JUDGES))
        findings += judge(evidence)
    progress("Done", 1.0)
    return Diagnosis(
        summary=_summary(evidence.interactions, evidence.events),
        findings=tuple(sorted(findings, key=lambda one: SEVERITIES.index(one.severity))),
        recipes=readiness_of(evidence),
        series=evidence.series,
    )


def _evidence(inputs: Inputs, progress: Progress, limits: Thresholds) -> Evidence:
    progress("Reading interactions", 0.0)
    interactions = _table("interactions", inputs.interactions, KEYS, inputs)
    progress("Reading metadata", 0.2)
    items, users = _metadata("items", inputs), _metadata("users", inputs)
    progress("Counting events", 0.3)
    events = events_of(interactions, inputs, limits)
    return Evidence(
        inputs=inputs,
        interactions=interactions,
        items=items,
        users=users,
        events=events,
        series=series_of(events, tuple(one for one in (interactions, items, users) if one)),
        limits=limits,
    )


def _metadata(name: Literal["items", "users"], inputs: Inputs) -> Table | None:
    frame, key = (inputs.items, "ITEM_ID") if name == "items" else (inputs.users, "USER_ID")
    return None if frame is None else _table(name, frame, (key,), inputs)


def _table(name: DatasetName, frame: pl.LazyFrame, keys: tuple[str, ...], inputs: Inputs) -> Table:
    names = frame.collect_schema().names()
    missing = [key for key in keys if key not in names]
    if missing:
        raise ValueError(
            f"The {name} have no column {' or '.join(missing)}; they have: {', '.join(names)}."
        )
    return table_of(name, frame, _schema(inputs.schemas, name))


def _schema(schemas: tuple[DatasetSchema, ...], name: DatasetName) -> DatasetSchema | None:
    return next((one for one in schemas if one.dataset_type == name.upper()), None)


def _summary(table: Table, events: Events) -> Summary:
    users, items = len(events.user_ids), len(events.item_ids)
    order = np.argsort(-events.of_types, kind="stable")
    return Summary(
        rows=table.count,
        usable_rows=len(events),
        users=users,
        items=items,
        first=int(events.time.min()) if len(events) else None,
        last=int(events.time.max()) if len(events) else None,
        density=distinct(events.pair) / (users * items) if users and items else 0.0,
        event_types=tuple(events.types[at] for at in order if events.types[at]),
    )
