"""Whether interactions and metadata speak of the same items and users."""

from collections.abc import Iterator

import msgspec
import polars as pl

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.tables import DatasetName
from aisle.diagnosis.values import shown

_COLD_ITEMS = Check(
    id="cold-items",
    title="Items of the catalogue without interaction",
    severity="warning",
    meaning="A model that learns from behaviour knows nothing of them and will not show them.",
    advice="Take out items that are no longer sold, or use a recipe that explores new items.",
)
_COLD_USERS = Check(
    id="cold-users",
    title="Users of the users dataset without interaction",
    severity="warning",
    meaning="They get what is popular, whatever the model.",
    advice="See that events carry the same user ids as the users dataset.",
)
_ITEMS_WITHOUT = Check(
    id="items-without-metadata",
    title="Items in interactions that the items dataset lacks",
    severity="warning",
    meaning="Filters and models that use metadata leave these items out.",
    advice="Add the items, or correct the ids so that both sides spell them alike.",
)
_USERS_WITHOUT = Check(
    id="users-without-metadata",
    title="Users in interactions that the users dataset lacks",
    severity="warning",
    meaning="For these users, models have nothing but their events to go by.",
    advice="Add the users, or correct the ids so that both sides spell them alike.",
)
_TWICE = Check(
    id="duplicate-metadata",
    title="Rows of metadata whose id came before",
    severity="warning",
    unit="count",
    meaning="Only one row of an item or a user can count; the others are lost.",
    advice="Keep one row for each id.",
)


class _Side(msgspec.Struct, frozen=True):
    """A dataset of metadata and what is asked of it."""

    name: DatasetName
    key: str
    cold: Check
    without: Check


_SIDES = (
    _Side("items", "ITEM_ID", _COLD_ITEMS, _ITEMS_WITHOUT),
    _Side("users", "USER_ID", _COLD_USERS, _USERS_WITHOUT),
)


def judged(evidence: Evidence) -> Iterator[Finding]:
    twice, examples = 0, []
    for side in _SIDES:
        table = evidence.table(side.name)
        if table is None:
            for check in (side.cold, side.without):
                yield check.skip(evidence.limits.cold, f"There is no {side.name} dataset.")
            continue
        ids = _ids(table.rows, side.key)
        yield from _both_ways(side, ids["id"], evidence)
        again = ids.filter(pl.col("rows") > 1).sort("id")
        twice += int((again["rows"] - 1).sum())
        examples += [f"{side.key} {shown(one)}" for one in again["id"].head(5)]
    yield _TWICE.judge(twice, 0, examples)


def _ids(rows: pl.LazyFrame, key: str) -> pl.DataFrame:
    counted = rows.select(pl.col(key).alias("id")).drop_nulls().group_by("id")
    return counted.agg(pl.len().alias("rows")).collect(engine="streaming")


def _both_ways(side: _Side, known: pl.Series, evidence: Evidence) -> Iterator[Finding]:
    census, limit = evidence.census, evidence.limits.cold
    met = (census.items if side.name == "items" else census.users)["id"]
    for check, asked, among in ((side.cold, known, met), (side.without, met, known)):
        if not len(asked):
            yield check.skip(limit, "There is none.")
            continue
        absent = asked.filter(~asked.is_in(among.implode()))
        examples = (f"{side.key} {shown(one)}" for one in absent.sort().head(5))
        yield check.judge(len(absent) / len(asked), limit, examples)
