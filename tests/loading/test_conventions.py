"""Dates and amounts that may be read in two ways are read in one way throughout a file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loaded import START, Loaded, json_lines, load_in

FIRST = datetime(2010, 12, 1, tzinfo=UTC)


def notes_of(loaded: Loaded) -> list[str]:
    return [note.text for note in loaded.file.notes]


def dated(folder: Path, *dates: str) -> Loaded:
    lines = "".join(f"u{number},i1,{date}\n" for number, date in enumerate(dates))
    return load_in(folder, {"e.csv": b"user_id,item_id,date\n" + lines.encode()})


def times(loaded: Loaded) -> list[int]:
    return [int(row["TIMESTAMP"]) for row in loaded.rows("interactions")]


@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M"])
def test_a_date_late_in_a_file_tells_the_order_of_all(tmp_path: Path, form: str) -> None:
    moments = [FIRST + timedelta(seconds=24 * number) for number in range(60_000)]
    loaded = dated(tmp_path, *(moment.strftime(form) for moment in moments))
    assert times(loaded) == [int(m.replace(second=0).timestamp()) for m in moments]
    order = "month" if form.startswith("%m") else "day"
    written = FIRST.strftime(form)[:10]
    assert notes_of(loaded) == [f"dates such as {written} are taken for {order} first"]


@pytest.mark.parametrize(
    ("date", "expected", "order"),
    [("01/12/2010", datetime(2010, 1, 12), "month"), ("01.12.2010", datetime(2010, 12, 1), "day")],  # noqa: DTZ001 the zone follows
)
def test_without_evidence_points_put_the_day_first(
    tmp_path: Path, date: str, expected: datetime, order: str
) -> None:
    loaded = dated(tmp_path, date)
    assert times(loaded) == [int(expected.replace(tzinfo=UTC).timestamp())]
    assert notes_of(loaded) == [f"dates such as {date} are taken for {order} first"]


def test_dates_against_the_order_of_the_file_are_rejected(tmp_path: Path) -> None:
    loaded = dated(tmp_path, "13/01/2010", "14/01/2010", "01/15/2010")
    assert loaded.rejected() == [(4, "a time that cannot be read")]


def valued(folder: Path, *given: str, separator: str = ",") -> list[float]:
    rows = [("user_id", "item_id", "timestamp", "rating")]
    rows += [("u", "i", str(START), f'"{value}"') for value in given]
    text = "\n".join(map(separator.join, rows))
    loaded = load_in(folder, {"r.csv": text.encode()})
    return [float(row["EVENT_VALUE"]) for row in loaded.rows("interactions")]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (("0,555", "1,555"), [0.555, 1.555]),
        (("1,555", "12,99"), [1.555, 12.99]),
        (("1.200", "1.234,95"), [1200.0, 1234.95]),
        (("1,200", "12.99"), [1200.0, 12.99]),
        (("1.200", "4.5"), [1.2, 4.5]),
        (("1,200", "1,300"), [1200.0, 1300.0]),
        (("1.200", "1.300"), [1.2, 1.3]),
        (("1.234.567", "1,234"), [1_234_567.0, 1.234]),
    ],
)
def test_the_decimal_mark_is_that_of_the_file(
    tmp_path: Path, given: tuple[str, ...], found: list[float]
) -> None:
    assert valued(tmp_path, *given) == found


def test_semicolons_between_values_speak_for_decimal_commas(tmp_path: Path) -> None:
    assert valued(tmp_path, "1,555", "2.000", separator=";") == [1.555, 2000.0]
    assert valued(tmp_path, "1,555", "4.5", separator=";") == [1555.0, 4.5]


def test_a_guess_at_the_decimal_mark_is_noted(tmp_path: Path) -> None:
    items = [{"asin": "i1", "price": "1,234 EUR"}, {"asin": "i2", "price": "0,99 EUR"}]
    loaded = load_in(tmp_path, {"m.json": json_lines(items)})
    assert notes_of(loaded) == ["amounts such as 1,234 are read with a decimal comma"]
    assert [row["PRICE"] for row in loaded.rows("items")] == ["1.234", "0.99"]


def test_ids_that_became_floats_join_with_those_that_did_not(tmp_path: Path) -> None:
    rows = f"user_id,item_id,timestamp\n1.0,2.0,{START}.0\n".encode()
    loaded = load_in(tmp_path, {"r.csv": rows, "i.csv": b"item_id,title\n2,Two\n"})
    (event,) = loaded.rows("interactions")
    assert (event["USER_ID"], event["ITEM_ID"]) == ("1", loaded.rows("items")[0]["ITEM_ID"])
    assert "ids such as 17850.0 were read as 17850" in {
        n.text for n in loaded.report.files[0].notes
    }
