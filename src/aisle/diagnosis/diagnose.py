"""From frames to findings; nothing is read but the frames and nothing is written."""

from typing import Literal

import polars as pl

from aisle.data.schema import DatasetSchema
from aisle.diagnosis.behaviour import series_of
from aisle.diagnosis.census import census_of
from aisle.diagnosis.checks import JUDGES
from aisle.diagnosis.events import encoded, events_of
from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import SEVERITIES, Diagnosis, Finding, Summary
from aisle.diagnosis.inputs import Inputs
from aisle.diagnosis.readiness import readiness_of
from aisle.diagnosis.tables import KEYS_OF, DatasetName, Table, table_of
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
        summary=_summary(evidence),
        findings=tuple(sorted(findings, key=lambda one: SEVERITIES.index(one.severity))),
        recipes=readiness_of(evidence),
        series=evidence.series,
    )


def _evidence(inputs: Inputs, progress: Progress, limits: Thresholds) -> Evidence:
    progress("Reading interactions", 0.0)
    interactions = _table("interactions", inputs.interactions, inputs)
    progress("Reading metadata", 0.2)
    items, users = _metadata("items", inputs), _metadata("users", inputs)
    progress("Counting events", 0.3)
    rows = encoded(interactions)
    census, events = census_of(rows), events_of(rows, interactions, inputs, limits)
    return Evidence(
        inputs=inputs,
        interactions=interactions,
        items=items,
        users=users,
        census=census,
        events=events,
        series=series_of(census, events, tuple(one for one in (interactions, items, users) if one)),
        limits=limits,
    )


def _metadata(name: Literal["items", "users"], inputs: Inputs) -> Table | None:
    frame = inputs.items if name == "items" else inputs.users
    return None if frame is None else _table(name, frame, inputs)


def _table(name: DatasetName, frame: pl.LazyFrame, inputs: Inputs) -> Table:
    names = frame.collect_schema().names()
    missing = [key for key in KEYS_OF[name] if key not in names]
    if missing:
        raise ValueError(
            f"The {name} have no column {' or '.join(missing)}; they have: {', '.join(names)}."
        )
    return table_of(name, frame, _schema(inputs.schemas, name))


def _schema(schemas: tuple[DatasetSchema, ...], name: DatasetName) -> DatasetSchema | None:
    return next((one for one in schemas if one.dataset_type == name.upper()), None)


def _summary(evidence: Evidence) -> Summary:
    census, time = evidence.census, evidence.events.time
    return Summary(
        rows=evidence.interactions.count,
        usable_rows=len(time),
        users=len(census.users),
        items=len(census.items),
        first=int(time.min()) if len(time) else None,
        last=int(time.max()) if len(time) else None,
        density=census.density,
        event_types=tuple(one for one in census.types["id"] if one),
    )
