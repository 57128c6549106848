"""Times in any form: one fault brings one finding, and the other checks go on."""

import msgspec
import polars as pl
import pytest

from aisle.diagnosis import Diagnosis, Finding, diagnose
from broken import FAULTS, ROW, TIME, keep, put, wrong
from healthy import NOW, START, USERS, healthy

WHEN = pl.from_epoch(TIME)
UNITS = {"milliseconds": 1000, "microseconds": 1_000_000, "nanoseconds": 1_000_000_000}


def timed(time: pl.Expr) -> Diagnosis:
    """What is found in the healthy shop with other times, written as text."""
    return diagnose(put(healthy(), "interactions", TIMESTAMP=time).inputs())


def typed(time: pl.Expr) -> Diagnosis:
    """What is found where the column has the type of the expression, as in a Parquet file."""
    frame = healthy().interactions.with_columns(TIMESTAMP=time).lazy()
    return diagnose(msgspec.structs.replace(healthy().inputs(), interactions=frame))


def finding(found: Diagnosis, name: str) -> Finding:
    return next(one for one in found.findings if one.id == name)


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_finer_than_seconds_is_named_and_read_as_what_it_is(unit: str) -> None:
    found = timed(TIME * UNITS[unit] + ROW % 1000)
    assert wrong(found) == {"timestamps-not-seconds": "error"}
    assert found.summary == diagnose(healthy().inputs()).summary
    advice = finding(found, "timestamps-not-seconds").advice
    assert advice == f"Divide {unit} by {UNITS[unit]:,} (14,400 rows)."


def test_a_mix_of_units_is_told_unit_by_unit() -> None:
    each = pl.lit(pl.Series([1, *UNITS.values()])).get(ROW % 4)
    found = timed(TIME * each)
    assert wrong(found) == {"timestamps-not-seconds": "error"}
    assert found.summary == diagnose(healthy().inputs()).summary
    assert finding(found, "timestamps-not-seconds").advice == (
        "Divide milliseconds by 1,000 (3,600 rows), microseconds by 1,000,000 (3,600 rows), "
        "nanoseconds by 1,000,000,000 (3,600 rows)."
    )


WRITTEN = {
    "decimals": pl.format("{}.0", TIME),
    "powers": pl.format("{}e0", TIME),
    "ISO 8601": WHEN.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "ISO 8601 with a space": WHEN.dt.strftime("%Y-%m-%d %H:%M:%S.%f"),
    "words": pl.lit("soon"),
    "days first": WHEN.dt.strftime("%d.%m.%Y %H:%M"),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_times_that_the_import_refuses_bring_one_finding(form: str) -> None:
    found = timed(WRITTEN[form])
    assert wrong(found) == {"timestamps-unreadable": "error"}
    assert finding(found, "timestamps-unreadable").measured == 14_400
    assert found.recipes == diagnose(healthy().inputs()).recipes
    assert (found.summary.users, found.summary.items) == (400, 300)


@pytest.mark.parametrize("form", ["decimals", "ISO 8601", "ISO 8601 with a space"])
def test_times_that_a_person_can_read_are_read_for_the_other_checks(form: str) -> None:
    assert timed(WRITTEN[form]).series == diagnose(healthy().inputs()).series


def test_space_around_a_time_is_no_fault_as_the_import_allows_it() -> None:
    assert wrong(timed(pl.format(" {} ", TIME))) == {}


STORED = {
    "Datetime": WHEN,
    "Date": WHEN.dt.date(),
    "Float64": TIME.cast(pl.Float64),
    "Decimal": TIME.cast(pl.Decimal(18, 2)),
}


@pytest.mark.parametrize("kind", STORED)
def test_a_column_of_another_type_than_whole_numbers_is_told_by_its_type(kind: str) -> None:
    found = typed(STORED[kind])
    told = {**wrong(found)}
    assert told.pop("timestamps-unreadable") == "error"
    assert set(told) <= ({"timestamps-whole-days"} if kind == "Date" else set())
    advice = finding(found, "timestamps-unreadable").advice
    assert advice.startswith(f"The column is of type {kind}: convert it to epoch seconds")


@pytest.mark.parametrize(
    ("time", "name"),
    [
        (TIME - START, "timestamps-too-old"),
        (TIME + 100 * 365 * 86_400, "timestamps-in-future"),
    ],
)
def test_times_that_are_mostly_implausible_are_an_error(time: pl.Expr, name: str) -> None:
    some = pl.when(ROW % 4 == 0).then(time).otherwise(TIME)
    most = pl.when(ROW % 4 > 0).then(time).otherwise(TIME)
    assert [wrong(timed(one)) for one in (some, most, time)] == [
        {name: "warning"},
        {name: "error"},
        {name: "error"},
    ]


def test_first_events_at_one_time_are_told_with_that_time() -> None:
    first = pl.when(TIME.min().over("USER_ID") == TIME).then(START + 5).otherwise(TIME)
    found = timed(first)
    assert wrong(found) == {"timestamps-at-one-instant": "warning"}
    told = finding(found, "timestamps-at-one-instant")
    assert told.examples == (f"{START + 5}: {USERS} first events",)


def test_users_who_first_come_on_one_day_are_no_finding_where_times_are_days() -> None:
    assert wrong(timed(TIME // 86_400 * 86_400)) == {"timestamps-whole-days": "note"}


@pytest.mark.parametrize("rounded", [900, 3600, 86_400])
def test_a_view_and_a_purchase_of_one_rounded_time_are_no_echo(rounded: int) -> None:
    shop = FAULTS["echoed-events"](healthy())
    shop = put(shop, "interactions", TIMESTAMP=TIME // rounded * rounded)
    assert "echoed-events" not in wrong(diagnose(shop.inputs()))


def test_events_of_one_type_are_no_echo() -> None:
    shop = FAULTS["echoed-events"](healthy())
    shop = put(shop, "interactions", EVENT_TYPE=pl.lit("View"), DEVICE=ROW % 3)
    assert "echoed-events" not in wrong(diagnose(shop.inputs()))


def test_events_without_a_type_are_no_echo() -> None:
    shop = FAULTS["echoed-events"](healthy())
    frame = shop.interactions.drop("EVENT_TYPE").with_columns(DEVICE=ROW.cast(pl.String))
    bare = msgspec.structs.replace(shop, interactions=frame, schemas=())
    assert "echoed-events" not in wrong(diagnose(bare.inputs()))


def test_a_single_minute_is_told_in_the_singular() -> None:
    found = diagnose(FAULTS["bursts"](healthy()).inputs())
    assert finding(found, "bursts").examples == ("user-1: 1 minute with more than 100 events",)


def test_rows_of_which_none_has_a_user_are_still_diagnosed() -> None:
    found = diagnose(keep(healthy(), "interactions", pl.lit(value=False)).inputs())
    assert "too-few-interactions" in wrong(found)


def test_now_itself_is_not_in_the_future() -> None:
    assert wrong(timed(pl.when(ROW == 0).then(NOW).otherwise(TIME))) == {}
