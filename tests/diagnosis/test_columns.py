"""Columns of metadata: their keys, how their values are written, and their types."""

import msgspec
import polars as pl
import pytest

from aisle.diagnosis import Diagnosis, Finding, diagnose
from broken import ROW, put, wrong
from healthy import Shop, healthy

CENTS = ROW * 37 % 9000 + 100


def bare() -> Shop:
    """Without schemas, so that values alone tell what a column holds."""
    return msgspec.structs.replace(healthy(), schemas=())


def with_items(**columns: pl.Expr) -> Diagnosis:
    return diagnose(put(bare(), "items", **columns).inputs())


def typed(frame: pl.DataFrame) -> Diagnosis:
    """With items as a Parquet file would hold them."""
    return diagnose(msgspec.structs.replace(bare().inputs(), items=frame.lazy()))


def finding(found: Diagnosis, name: str) -> Finding:
    return next(one for one in found.findings if one.id == name)


@pytest.mark.parametrize("name", ["USER_ID", "TIMESTAMP"])
def test_a_blank_value_is_an_error_only_in_a_key_of_its_own_dataset(name: str) -> None:
    gaps = pl.when(ROW % 30 > 0).then(ROW % 7)
    assert wrong(with_items(**{name: gaps})) == {}


@pytest.mark.parametrize("key", ["ITEM_ID", "USER_ID"])
def test_a_blank_key_of_metadata_is_an_error(key: str) -> None:
    table = "items" if key == "ITEM_ID" else "users"
    gap = pl.when(ROW == 5).then(None).otherwise(key)
    found = diagnose(put(bare(), table, **{key: gap}).inputs())
    assert wrong(found) == {"missing-keys": "error"}


PRICES = {
    "$12.99": pl.format("${}.99", CENTS // 100),
    "12,99": pl.format("{},99", CENTS // 100),
    "12,99 €": pl.format("{},99 €", CENTS // 100),
    "EUR 12.99": pl.format("EUR {}.99", CENTS // 100),
    "1,299.00": pl.format("1,{}.00", CENTS % 900 + 100),
    "1.299,00": pl.format("1.{},00", CENTS % 900 + 100),
    "£1,299": pl.format("£1,{}", CENTS % 900 + 100),
    "-$5": pl.format("-${}", CENTS),
}


@pytest.mark.parametrize("form", PRICES)
def test_prices_that_are_all_written_for_people_are_numbers_mixed_with_text(form: str) -> None:
    found = with_items(COST=PRICES[form])
    assert wrong(found) == {"numbers-mixed-with-text": "warning"}
    assert finding(found, "numbers-mixed-with-text").measured == 300


NO_NUMBERS = {
    "dates": pl.format("2024-05-{}", ROW % 28 + 10),
    "sizes": pl.format("{} x 20", ROW % 28),
    "versions": pl.format("1.{}.3", ROW % 28),
    "codes": pl.format("AB{}", ROW % 28),
    "lists": pl.format("1,{},3", ROW % 28),
    "times of day": pl.format("12:{}", ROW % 28 + 10),
}


@pytest.mark.parametrize("form", NO_NUMBERS)
def test_digits_alone_make_no_number(form: str) -> None:
    assert wrong(with_items(EXTRA=NO_NUMBERS[form])) == {}


def test_space_around_a_number_is_no_fault_as_the_import_allows_it() -> None:
    found = diagnose(put(healthy(), "items", PRICE=pl.format(" {} ", "PRICE")).inputs())
    assert wrong(found) == {}


def test_a_list_is_read_as_values_with_a_bar_between() -> None:
    several = pl.concat_list(pl.lit("new"), pl.format("tag-{}", ROW % 9))
    items = bare().items
    as_list = items.with_columns(TAGS=several)
    as_text = items.with_columns(TAGS=several.list.join("|"))
    assert typed(as_list) == typed(as_text)


def test_an_empty_list_is_a_missing_value() -> None:
    none = pl.lit([], dtype=pl.List(pl.String))
    found = typed(bare().items.with_columns(TAGS=none))
    assert finding(found, "missing-values").examples == ("items.TAGS: 100.0% missing",)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (pl.struct(size=ROW), "Struct"),
        (pl.concat_list(pl.struct(size=ROW)), "List"),
        (pl.duration(seconds=ROW), "Duration"),
    ],
)
def test_a_column_that_is_no_text_or_number_is_refused_by_its_name(
    value: pl.Expr, kind: str
) -> None:
    with pytest.raises(ValueError, match=f"The items: Column EXTRA is of type {kind};"):
        typed(bare().items.with_columns(EXTRA=value))


def test_texts_are_told_by_their_median_length() -> None:
    text = pl.when(ROW % 5 == 0).then(pl.lit("word " * 500)).otherwise(pl.lit("word " * 10))
    found = with_items(DESCRIPTION=text)
    assert finding(found, "text-coverage").remark == "DESCRIPTION has 50 characters in the median."
