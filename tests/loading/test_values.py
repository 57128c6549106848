import json
from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.loading import values
from aisle.loading.notes import Notes
from aisle.loading.report import Note
from aisle.loading.times import Clock, parse_time

moments = st.datetimes(datetime(1970, 1, 2), datetime(2099, 1, 1))  # noqa: DTZ001 zones follow
zones = st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, zones)
def test_an_iso_time_is_the_moment_it_names(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=zone)
    assert parse_time(aware.isoformat()) == int(aware.timestamp() // 1)


@given(moments)
def test_a_time_without_a_zone_is_utc(moment: datetime) -> None:
    expected = int(moment.replace(tzinfo=UTC).timestamp() // 1)
    assert parse_time(moment.isoformat(" ")) == expected


@given(moments.map(datetime.date))
def test_dates_of_every_form_agree(day: date) -> None:
    forms = (
        f"{day.month:02} {day.day}, {day.year}",
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%Y-%m-%d}",
    )
    expected = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    assert {parse_time(form) for form in forms} == {expected}


@given(st.text(max_size=30))
def test_no_text_breaks_the_time_reader(text: str) -> None:
    found = parse_time(text)
    assert found is None or isinstance(found, int)


@pytest.mark.parametrize("text", ["soon", "", "13 40, 2018", "2018-02-30", "1/2", "9" * 100])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_time(text) is None


seconds = st.lists(st.integers(10**8, 4 * 10**9), min_size=1, max_size=20)


@given(seconds, st.sampled_from([1, 10**3, 10**6, 10**9]), st.sampled_from([str, int]))
def test_the_unit_of_times_is_told_from_their_size(
    times: list[int], unit: int, kind: type[str] | type[int]
) -> None:
    column = pl.Series([kind(time * unit) for time in times])
    assert Clock(Notes()).seconds(column).to_list() == times


@pytest.mark.parametrize(
    ("numbers", "found", "guess"),
    [
        ([20181231, 20190101], [1546214400, 1546300800], "dates such as 20181231"),
        (["20181231", "20190101"], [1546214400, 1546300800], "dates such as 20181231"),
        ([40513.0, 40513.25], [1291161600, 1291183200], "days of a spreadsheet"),
    ],
)
def test_numbers_of_days_are_days(
    numbers: list[float] | list[str], found: list[int], guess: str
) -> None:
    notes = Notes()
    assert Clock(notes).seconds(pl.Series(numbers)).to_list() == found
    assert notes.all() == (Note(f"times are taken for {guess}"),)


def test_a_time_of_another_unit_than_the_others_is_read_in_its_own() -> None:
    notes = Notes()
    times = pl.Series([1_400_000_000_000, 1_400_000_001, 1_400_000_002_000, 20_181_231])
    found = [1_400_000_000, 1_400_000_001, 1_400_000_002, 1_546_214_400]
    assert Clock(notes).seconds(times).to_list() == found
    assert Note("times are of another unit than most; each is read in its own", 1) in notes.all()


def test_times_before_1980_are_noted() -> None:
    notes = Notes()
    assert Clock(notes).seconds(pl.Series([1, 2, 3])).to_list() == [1, 2, 3]
    assert notes.all() == (Note("times lie before 1980", 3),)


@given(st.integers(0, 10**7), st.integers(0, 99), st.sampled_from(["$", "", "USD ", "£ "]))
def test_an_amount_is_read_in_both_ways_of_writing_it(
    whole: int, cents: int, currency: str
) -> None:
    expected = float(f"{whole}.{cents:02}")
    english, german = f"{whole:,}.{cents:02}", f"{whole:,}".replace(",", ".") + f",{cents:02}"
    assert values.price(currency + english) == pytest.approx(expected)
    assert values.price(currency + german) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$12.99", 12.99),
        (".99", 0.99),
        ("$.99", 0.99),
        ("10% off $5", 5.0),
        ("3 for $5", 5.0),
        ("0,555", 0.555),
        ("12,3456", 12.3456),
        ("1.234,95", 1234.95),
        ("1.234.567", 1_234_567.0),
        ("$5 - $10", 5.0),
        ("1,299", 1299.0),
        ("$1,299.00", 1299.0),
        ("12,5", 12.5),
        ("0.999", 0.999),
        ("-5", None),
        ("", None),
        ("free", None),
        (".a-box-inner{background-color:#fff 100}" * 3, None),
        ("1.2.3", None),
        ("nan", None),
    ],
)
def test_prices_as_collections_write_them(text: str, amount: float | None) -> None:
    assert values.price(text) == amount


@given(st.text(max_size=70))
def test_a_price_is_a_finite_number_or_none(text: str) -> None:
    found = values.price(text)
    assert found is None or 0 <= found < float("inf")


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@given(st.lists(st.lists(names, max_size=3), max_size=4))
def test_nested_and_joined_categories_are_the_same(nested: list[list[str]]) -> None:
    flat = list(dict.fromkeys(name for path in nested for name in path))
    nested_text = values.categories(json.dumps(nested))
    assert nested_text == values.categories("|".join(flat))
    assert nested_text == ("|".join(flat) or None)


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ('[["Sports", "Balls"], ["Sports", "Tennis &amp; Co"]]', "Sports|Balls|Tennis & Co"),
        ("Baton|Stick", "Baton|Stick"),
        ('["a", "b"]', "a|b"),
        ("[173, 1, 162]", "173|1|162"),
        ("[]", None),
        ("[not json", "[not json"),
        ('{"a": 1}', None),
    ],
)
def test_categories_of_every_form(text: str, categories: str | None) -> None:
    assert values.categories(text) == categories


def test_a_long_title_ends_with_its_last_whole_sentence() -> None:
    assert values.title("A" * 60 + ". " + "b " * 200) == "A" * 60 + "."


@given(st.text())
def test_a_title_is_never_too_long_and_has_no_control_characters(text: str) -> None:
    found = values.title(text)
    assert len(found) <= values.LONGEST_TITLE
    assert not any(character in found for character in "\n\r\t\0")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://x/I/21iM._SX300_.jpg", "http://x/I/21iM.jpg"),
        ("http://x/I/21iM._AC_SX38_SY50_CR,0,0_.jpg", "http://x/I/21iM.jpg"),
        ('["http://x/a.jpg", "http://x/b.jpg"]', "http://x/a.jpg"),
        ('[{"thumb": "t", "large": "l", "variant": "MAIN"}]', "l"),
        ("[]", None),
    ],
)
def test_pictures_of_every_form(text: str, address: str | None) -> None:
    assert values.image(text) == address


def test_a_description_is_text_without_markup() -> None:
    html = '["<div class=\\"a\\">Good &amp; cheap<br/>gift</div>", "Really"]'
    assert values.description(html) == "Good & cheap gift Really"
