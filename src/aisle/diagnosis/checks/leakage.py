"""What would let a model see the answer, or an evaluation judge by it."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.tables import Column
from aisle.diagnosis.thresholds import DAY
from aisle.diagnosis.values import number

_CREATED = Check(
    id="created-after-first-interaction",
    title="Items that were created after their first interaction",
    severity="warning",
    meaning="CREATION_TIMESTAMP is the time of an import or a change, so new items are not told "
    "from old ones.",
    advice="Write when the item was first offered, or leave the column out.",
)
_DETERMINES = Check(
    id="columns-that-tell-the-item",
    title="Rows whose context names the item, in the worst column",
    severity="warning",
    meaning="A column of the interactions tells which item it was. It is not known before the "
    "event, so measures come out too good.",
    advice="Move the column to the items dataset, or leave it out.",
)
_CONSTANT = Check(
    id="event-value-constant-by-item",
    title="Items whose events all have one EVENT_VALUE",
    severity="note",
    meaning="The value speaks of the item, such as its price, and not of what the user thought.",
    advice="Write a rating, a quantity or a time spent; put the price into the items dataset.",
)
_BOUNDARY = Check(
    id="ties-at-the-split",
    title="Events at the very time where the newest tenth begins",
    severity="note",
    meaning="A split by time cannot part them: some of one moment are learnt from and others "
    "are to be predicted.",
    advice="Split by user, or at a time when little happens.",
)
_SEEN = Check(
    id="seen-before-the-split",
    title="Events in the newest tenth that the user had before it",
    severity="note",
    meaning="An evaluation by time would mostly measure whether a model remembers.",
    advice="Measure on items that are new to the user.",
)
_EVENTS_OF_ITEM = 5
_ITEMS = 20
_VALUES = 10
_RESERVED = ("EVENT_TYPE", "EVENT_VALUE")


def judged(evidence: Evidence) -> Iterator[Finding]:
    yield _created(evidence)
    yield _determines(evidence)
    yield _constant(evidence)
    yield from _split(evidence)


def _created(evidence: Evidence) -> Finding:
    table, events, limits = evidence.items, evidence.events, evidence.limits
    if table is None or table.column("CREATION_TIMESTAMP") is None:
        return _CREATED.skip(limits.created_late, "There is no CREATION_TIMESTAMP.")
    first = np.full(len(events.item_ids), np.iinfo(np.int64).max)
    np.minimum.at(first, events.item, events.time)
    met = pl.DataFrame({"ITEM_ID": events.item_ids, "first": first})
    created = number(pl.col("CREATION_TIMESTAMP")).alias("created")
    known = table.rows.select("ITEM_ID", created).collect(engine="streaming")
    plausible = pl.col("first").is_between(limits.oldest, evidence.inputs.now + limits.ahead)
    both = known.join(met.filter(plausible), on="ITEM_ID").filter(
        pl.col("created") < limits.seconds
    )
    if both.is_empty():
        return _CREATED.skip(limits.created_late, "No item has both.")
    late = both.filter(pl.col("created") > pl.col("first"))
    examples = (f"ITEM_ID {one!r}" for one in late["ITEM_ID"].head(5))
    return _CREATED.judge(len(late) / len(both), limits.created_late, examples)


def _determines(evidence: Evidence) -> Finding:
    table, limit = evidence.interactions, evidence.limits.determines
    context = [column for column in table.metadata if column.name not in _RESERVED]
    if not context:
        return _DETERMINES.skip(limit, "Interactions have no column of context.")
    shares = {column.name: _telling(evidence, column) for column in context}
    examples = (f"{name}: {share:.1%}" for name, share in shares.items() if share > limit)
    return _DETERMINES.judge(max(shares.values()), limit, examples)


def _telling(evidence: Evidence, column: Column) -> float:
    """Among rows whose value comes more than once, those whose value goes with one item."""
    if column.distinct < _VALUES or 2 * column.distinct > column.filled:
        return 0.0
    one = (pl.col("ITEM_ID").min() == pl.col("ITEM_ID").max()).alias("one")
    values = (
        evidence.interactions.rows.drop_nulls((column.name, "ITEM_ID"))
        .group_by(column.name)
        .agg(pl.len().alias("rows"), one)
        .filter(pl.col("rows") > 1)
    )
    telling = pl.col("rows").filter("one").sum() / pl.col("rows").sum()
    return float(values.select(telling).collect(engine="streaming").item() or 0.0)


def _constant(evidence: Evidence) -> Finding:
    column, limit = evidence.interactions.column("EVENT_VALUE"), evidence.limits.constant_value
    if column is None or column.distinct <= 1:
        return _CONSTANT.skip(limit, "There are no different values.")
    value = pl.col("EVENT_VALUE")
    items = (
        evidence.interactions.rows.drop_nulls(("ITEM_ID", "EVENT_VALUE"))
        .group_by("ITEM_ID")
        .agg(pl.len().alias("rows"), (value.min() == value.max()).alias("one"))
        .filter(pl.col("rows") >= _EVENTS_OF_ITEM)
        .select(pl.len().alias("items"), pl.col("one").mean())
        .collect(engine="streaming")
    )
    count, share = items.row(0)
    if count < _ITEMS:
        return _CONSTANT.skip(limit, "Too few items have five values.")
    return _CONSTANT.judge(share, limit)


def _split(evidence: Evidence) -> Iterator[Finding]:
    events, limits = evidence.events, evidence.limits
    if len(events) < limits.few:
        yield _BOUNDARY.skip(limits.boundary, "There are too few events.")
        yield _SEEN.skip(limits.seen_in_test, "There are too few events.")
        return
    at = min(len(events) - 1, int(limits.split * len(events)))
    time = int(np.partition(events.time, at)[at])
    tied = int((events.time == time).sum())
    if events.in_whole(DAY, limits.whole):
        yield _BOUNDARY.skip(limits.boundary, "The times tell days only; split between days.")
    else:
        yield _BOUNDARY.judge(tied / len(events) if tied > 1 else 0.0, limits.boundary)
    act = events.pair * len(events.types) + events.type
    later = events.time >= time
    before = pl.Series(act[~later]).unique()
    seen = pl.Series(act[later]).is_in(before.implode())
    yield _SEEN.judge(int(seen.sum()) / len(seen), limits.seen_in_test)
