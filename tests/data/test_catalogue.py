"""Catalogues of random parts and changes, against dictionaries."""

import math
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.columns import NumberColumn, TextColumn
from aisle.data.entities import Change
from aisle.data.schema import DatasetSchema, Field
from aisle.data.values import Value

SCHEMA = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("PRICE", "float", nullable=True),
        Field("YEAR", "int", nullable=True),
        Field("GENRES", "string", nullable=True, categorical=True),
        Field("BRAND", "string", nullable=True),
        Field("ADULT", "boolean", nullable=True),
        Field("PLOT", "string", nullable=True, textual=True),
    ),
)
TYPES = {
    "PRICE": pl.Float32,
    "YEAR": pl.Int32,
    "GENRES": pl.String,
    "BRAND": pl.String,
    "ADULT": pl.Boolean,
    "PLOT": pl.String,
}
GENRES = ("a", "b", "a|b", "b|c|d", "c", None)
VALUES = st.fixed_dictionaries(
    {
        "PRICE": st.sampled_from([None, 9.99, 0.1, 1e30, -3.0]),
        "YEAR": st.none() | st.integers(-(2**31), 2**31 - 1),
        "GENRES": st.sampled_from(GENRES),
        "BRAND": st.sampled_from([None, "x", "x|y", "é"]),
        "ADULT": st.sampled_from([None, True, False]),
        "PLOT": st.sampled_from([None, "long", "a|b"]),
    }
)
ROWS = st.lists(st.tuples(st.sampled_from("ijklmn"), VALUES), max_size=8)
Row = tuple[str, dict[str, Value]]


def written(folder: Path, number: int, rows: list[Row]) -> Path:
    columns = {name: [values[name] for _, values in rows] for name in TYPES}
    ids = pl.Series("ITEM_ID", [key for key, _ in rows], pl.String)
    frame = pl.DataFrame([ids, *(pl.Series(n, columns[n], kind) for n, kind in TYPES.items())])
    path = folder / f"{number}.parquet"
    frame.write_parquet(path)
    return path


def row_of(catalogue: Catalogue, key: str) -> dict[str, Value]:
    code = catalogue.code(key)
    return {name: catalogue.columns[name].raw(code) for name in TYPES}


def texts(values: dict[str, Value]) -> dict[str, str | None]:
    """The values as answers show them."""
    shown: dict[str, str | None] = {}
    for name, value in values.items():
        if isinstance(value, bool):
            shown[name] = str(value).lower()
        else:
            shown[name] = None if value is None else str(value)
    return shown


def check(catalogue: Catalogue, expected: dict[str, dict[str, Value]]) -> None:
    assert set(catalogue.ids[: catalogue.rows]) == set(expected)
    for key, values in expected.items():
        assert row_of(catalogue, key) == texts(values)
    for wanted in (["a"], ["b", "d"], ["a|b"], []):
        column = catalogue.columns["GENRES"]
        assert isinstance(column, TextColumn)
        mask = column.having(wanted)
        for key, values in expected.items():
            single = str(values["GENRES"] or "").split("|")
            assert mask[catalogue.code(key)] == any(value in wanted for value in single)
    brand, plot = catalogue.columns["BRAND"], catalogue.columns["PLOT"]
    price = catalogue.columns["PRICE"]
    assert isinstance(brand, TextColumn)
    assert isinstance(plot, TextColumn)
    assert isinstance(price, NumberColumn)
    for key, values in expected.items():
        code = catalogue.code(key)
        assert brand.having(["x|y"])[code] == (values["BRAND"] == "x|y")
        assert plot.having(["a|b"])[code] == (values["PLOT"] == "a|b")
        assert price.null()[code] == (values["PRICE"] is None)
        assert math.isnan(price.numbers[code]) or price.numbers[code] == values["PRICE"]


@given(parts=st.lists(ROWS, max_size=3), puts=st.lists(ROWS, max_size=4))
def test_later_parts_and_then_streamed_rows_win_and_earlier_catalogues_stay(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[Row]], puts: list[list[Row]]
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    builder = CatalogueBuilder(SCHEMA, [written(folder, n, rows) for n, rows in enumerate(parts)])
    expected = {key: values for rows in parts for key, values in rows}
    seen = [(builder.catalogue(), dict(expected))]
    number = 0
    for rows in puts:
        changes = []
        for key, values in rows:
            number += 1
            present: dict[str, Value] = {
                n: value for n, value in values.items() if value is not None
            }
            changes.append(Change(number, key, present, 0.0))
        builder.put(changes)
        expected |= dict(rows)
        seen.append((builder.catalogue(), dict(expected)))
    for catalogue, then in seen:
        check(catalogue, then)
    codes = [{key: catalogue.code(key) for key in then} for catalogue, then in seen]
    for earlier, later in pairwise(codes):
        assert earlier.items() <= later.items()


def test_a_column_that_did_not_change_stays_the_same_object(tmp_path: Path) -> None:
    part = written(tmp_path, 0, [("i", {**dict.fromkeys(TYPES), "PRICE": 1.0, "BRAND": "x"})])
    builder = CatalogueBuilder(SCHEMA, [part])
    before = builder.catalogue()
    builder.put([Change(1, "i", {"PRICE": 2.0, "BRAND": "x"}, 0.0)])
    after = builder.catalogue()
    assert after.version != before.version
    assert after.base == before.base
    assert after.columns["BRAND"] is before.columns["BRAND"]
    assert after.columns["PRICE"].raw(0) == "2.0"
    assert before.columns["PRICE"].raw(0) == "1.0"


def test_fields_are_found_whatever_their_case_and_underscores() -> None:
    catalogue = CatalogueBuilder(SCHEMA).catalogue()
    assert catalogue.column("genres") is catalogue.columns["GENRES"]
    assert catalogue.column("item_id") is catalogue.columns["ITEM_ID"]
    assert catalogue.column("DIRECTOR") is None
