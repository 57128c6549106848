import csv
import gzip
import io
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.data.faults import DataError
from aisle.data.importing import ImportReport, import_csv
from aisle.data.schema import DatasetSchema, Field, parse_schema
from aisle.data.sources import S3Settings, Source, SourceFile, open_source

SCHEMA = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("TITLE", "string", nullable=True),
        Field("YEAR", "int", nullable=True),
        Field("CREATION_TIMESTAMP", "long", nullable=True),
        Field("PRICE", "float", nullable=True),
        Field("SCORE", "double", nullable=True),
        Field("ADULT", "boolean", nullable=True),
    ),
)
HEADER = [field.name for field in SCHEMA.fields]
TWO = DatasetSchema("Items", (Field("ITEM_ID", "string"), Field("YEAR", "int")))


def silent(_share: float, _note: str) -> None:
    pass


def source_of(*texts: bytes, step: int = 1 << 20) -> Source:
    """Files of these bytes, given out `step` bytes at a time."""

    def file(number: int, text: bytes) -> SourceFile:
        def read() -> Iterator[bytes]:
            return (text[at : at + step] for at in range(0, len(text), step))

        return SourceFile(f"{number}.csv", len(text), read)

    return Source("memory", tuple(file(number, text) for number, text in enumerate(texts)))


def imported(
    *texts: bytes, schema: DatasetSchema = SCHEMA, block: int = 64, step: int = 1 << 20
) -> tuple[pl.DataFrame, ImportReport]:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "items.parquet"
        source = source_of(*texts, step=step)
        report = import_csv(source, schema, target, silent, block_bytes=block)
        assert os.listdir(folder) == [target.name]
        return pl.read_parquet(target.read_bytes()), report


def written(rows: Sequence[Sequence[object]], *, escaped: bool, ending: str) -> bytes:
    """CSV by Python's own writer."""
    text = io.StringIO()
    writer = csv.writer(
        text,
        lineterminator=ending,
        doublequote=not escaped,
        escapechar="\\" if escaped else None,
    )
    writer.writerows(rows)
    return text.getvalue().encode()


awkward = st.text(
    st.one_of(
        st.sampled_from('",\\\n\r|; ab'),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=12,
)
tables = st.lists(
    st.tuples(
        awkward.filter(bool),
        st.none() | awkward.filter(bool),
        st.none() | st.integers(-(2**31), 2**31 - 1),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(width=32, allow_nan=False, allow_infinity=False),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=30,
)
small = st.integers(1, 200)


@given(
    rows=tables, ending=st.sampled_from(["\n", "\r\n"]), block=small, step=small, mark=st.booleans()
)
def test_what_python_writes_with_doubled_quotes_comes_back(
    rows: list[tuple[object, ...]], ending: str, block: int, step: int, mark: bool
) -> None:
    # Python 3.11 leaves a carriage return unquoted where lines end in a bare line feed.
    text = written([HEADER, *rows], escaped=False, ending="\r\n")
    if ending == "\n" and text.count(b"\r\n") == len(rows) + 1:
        text = text.replace(b"\r\n", b"\n")
    frame, report = imported(b"\xef\xbb\xbf" * mark + text, block=block, step=step)
    assert frame.rows() == rows
    assert report.rows == len(rows)


@given(rows=tables, block=small, step=small)
def test_what_python_writes_with_escaped_quotes_comes_back(
    rows: list[tuple[object, ...]], block: int, step: int
) -> None:
    proof = ('a "quote"', None, None, None, None, None, None)
    text = written([HEADER, *rows, proof], escaped=True, ending="\r\n")
    frame, _ = imported(text, block=block, step=step)
    assert frame.rows() == [*rows, proof]


def test_columns_have_the_types_and_the_order_of_the_schema(tmp_path: Path) -> None:
    target = tmp_path / "items.parquet"
    text = b"ADULT,EXTRA,YEAR,ITEM_ID,SCORE,PRICE,CREATION_TIMESTAMP,TITLE\nTrue,x,1,a,.5,.5,2,t\n"
    import_csv(source_of(text), SCHEMA, target, silent)
    assert [(field.name, str(field.type), field.nullable) for field in pq.read_schema(target)] == [
        ("ITEM_ID", "string", False),
        ("TITLE", "string", True),
        ("YEAR", "int32", True),
        ("CREATION_TIMESTAMP", "int64", True),
        ("PRICE", "float", True),
        ("SCORE", "double", True),
        ("ADULT", "bool", True),
    ]
    assert pl.read_parquet(target).rows() == [("a", "t", 1, 2, 0.5, 0.5, True)]


def test_lone_backslashes_are_ordinary_in_both_styles() -> None:
    doubled = b'ITEM_ID,YEAR\nC:\\dir,1\n"a,\\",2\n"x""y",3\n'
    escaped = b'ITEM_ID,YEAR\nC:\\dir,1\n"say \\"C:\\dir\\"",2\n"x""y",3\n'
    assert imported(doubled, schema=TWO)[0]["ITEM_ID"].to_list() == ["C:\\dir", "a,\\", 'x"y']
    assert imported(escaped, schema=TWO)[0]["ITEM_ID"].to_list() == [
        "C:\\dir",
        'say "C:\\dir"',
        'x"y',
    ]


def test_blank_lines_are_no_rows_and_the_last_line_feed_may_be_missing() -> None:
    text = b"\n\r\nITEM_ID,YEAR\n\na,1\r\n\r\n\nb,2"
    for block in (1, 5, 1000):
        frame, report = imported(text, schema=TWO, block=block)
        assert frame.rows() == [("a", 1), ("b", 2)]
        assert report.rows == 2


def test_quoted_nothing_is_null_too() -> None:
    assert imported(b'ITEM_ID,TITLE\na,""\nb,\n', schema=_titles())[0].rows() == [
        ("a", None),
        ("b", None),
    ]


def test_files_of_a_folder_follow_each_other_each_by_its_own_header() -> None:
    frame, report = imported(
        b"ITEM_ID,YEAR\na,1\n", gzip.compress(b"YEAR,X,ITEM_ID\r\n2,x,b\r\n"), schema=TWO
    )
    assert frame.rows() == [("a", 1), ("b", 2)]
    assert report.files == 2
    assert report.bytes_read == report_size(b"ITEM_ID,YEAR\na,1\n", b"YEAR,X,ITEM_ID\r\n2,x,b\r\n")


def report_size(plain: bytes, packed: bytes) -> int:
    return len(plain) + len(gzip.compress(packed))


def test_progress_ends_at_one_with_the_rows() -> None:
    told: list[tuple[float, str]] = []
    text = b"ITEM_ID,YEAR\n" + b"a,1\n" * 12_000
    with TemporaryDirectory() as folder:
        import_csv(
            source_of(text, step=1000),
            TWO,
            Path(folder) / "a",
            lambda share, note: told.append((share, note)),
            block_bytes=10_000,
        )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 1
    assert told[-1] == (1.0, "12,000 rows")


def fault(*texts: bytes, schema: DatasetSchema = TWO, block: int = 40) -> str:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "items.parquet"
        target.write_bytes(b"before")
        with pytest.raises(DataError) as caught:
            import_csv(source_of(*texts), schema, target, silent, block_bytes=block)
        assert target.read_bytes() == b"before"
        assert os.listdir(folder) == [target.name]
    return str(caught.value)


def _titles(**changes: bool) -> DatasetSchema:
    title = Field("TITLE", "string", nullable=True, **changes)
    return DatasetSchema("Items", (Field("ITEM_ID", "string"), title))


LONG = b"x" * 80
ROW_FAULTS = [
    (b"a,1.5", "column YEAR: '1.5' is not a number of type int"),
    (b"a,0x10", "column YEAR: '0x10' is not a number of type int"),
    (b"a,two", "column YEAR: 'two' is not a number of type int"),
    (
        b"a,2147483648",
        "column YEAR: '2147483648' is outside the range of type int (-2147483648 to 2147483647)",
    ),
    (b"a,", "column YEAR: a value is missing; the schema's type int does not allow null"),
    (b",1", "column ITEM_ID: a value is missing; the schema's type string does not allow null"),
    (b'"",1', "column ITEM_ID: a value is missing; the schema's type string does not allow null"),
    (b"a", "expected 2 values, as in the header, but found 1: 'a'"),
    (b"a,1,2", "expected 2 values, as in the header, but found 3: 'a,1,2'"),
    (b"a\0b,1", "column ITEM_ID: a NUL byte: 'a\\x00b'"),
    (b"caf\xe9,1", "column ITEM_ID: bytes that are not UTF-8: 'caf\\\\xe9'"),
    (
        b"x" * 257 + b",1",
        "column ITEM_ID: Length cannot be more than 256 characters for COL ITEM_ID; found 257: "
        f"'{'x' * 80}'...",
    ),
    (
        b'b"c,1',
        "a quote that neither begins nor ends a value; close every quote, and double those "
        "inside values",
    ),
    (b"a\rb,1", "a carriage return without a line feed, outside quotes"),
]


@pytest.mark.parametrize(("row", "message"), ROW_FAULTS)
@pytest.mark.parametrize("before", [0, 3, 1000])
@pytest.mark.parametrize("block", [7, 4096])
def test_a_bad_row_is_named_wherever_it_stands(
    row: bytes, message: str, before: int, block: int
) -> None:
    good = ('é,1\n"a\n\n""b""",2\n').encode() * before
    text = b"ITEM_ID,YEAR\n" + good + row + b"\nz,bad\n" + good
    assert fault(text, block=block).startswith(f"0.csv, row {2 * before + 1}")
    assert message in fault(text, block=block)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("long", b"9223372036854775808", "'9223372036854775808' is outside the range of type long"),
        ("float", b"nan", "'nan' is not a finite number within the range of type float"),
        ("float", b"-inf", "'-inf' is not a finite number within the range of type float"),
        ("float", b"1e39", "'1e39' is not a finite number within the range of type float"),
        ("double", b"1e309", "'1e309' is not a finite number within the range of type double"),
        ("double", b"1,5", "expected 2 values, as in the header, but found 3: 'a,1,5'"),
        ("double", b'"1,5"', "'1,5' is not a number of type double"),
        ("boolean", b"1", "'1' is not a boolean; use true or false"),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, value: bytes, message: str) -> None:
    field = {"name": "X", "type": ["null", kind]}
    schema = parse_schema(
        json.dumps(
            {
                "type": "record",
                "name": "Items",
                "namespace": "com.amazonaws.personalize.schema",
                "fields": [{"name": "ITEM_ID", "type": "string"}, field],
            }
        ),
        None,
    )
    text = b"ITEM_ID,X\nb,\na," + value + b"\n"
    assert fault(text, schema=schema).startswith("0.csv, row 2")
    assert message in fault(text, schema=schema)


@pytest.mark.parametrize(("textual", "most"), [(False, 1000), (True, 20_000)])
def test_text_has_a_length_in_characters_not_bytes(textual: bool, most: int) -> None:
    schema = _titles(textual=textual)
    fits = f"ITEM_ID,TITLE\na,{'é' * most}\n".encode()
    assert imported(fits, schema=schema)[0]["TITLE"][0] == "é" * most
    assert f"Length cannot be more than {most} characters for COL TITLE; found {most + 1}: " in (
        fault(fits.replace(b"\na,", b"\na,x"), schema=schema)
    )


@pytest.mark.parametrize("block", [5, 1000])
def test_an_unclosed_quote_is_placed_where_it_opens(block: int) -> None:
    text = b'ITEM_ID,YEAR\na,1\n"b,2\nc,3\n'
    assert fault(text, block=block) == (
        "0.csv, row 2: a quote is opened and never closed: '\"b,2\\nc,3\\n'"
    )
    later = b'ITEM_ID,YEAR\na,1\n"b,2\nc,3\n"d",4\n'
    assert fault(later, block=block).startswith("0.csv, row 2: a quote that neither begins nor")


def test_a_fault_before_an_unclosed_quote_comes_first() -> None:
    assert fault(b'ITEM_ID,YEAR\na,x\n"b,2\n', block=5).startswith("0.csv, row 1, column YEAR")


def test_a_row_without_end_is_refused_in_bounded_memory() -> None:
    text = b"ITEM_ID,YEAR\na,1\n" + b"x" * (40 << 20)
    assert fault(text, block=1 << 20).startswith("0.csv, row 2: a row of more than 32 MiB: 'xxx")


def test_where_neither_quoting_fits_the_reading_that_came_further_speaks() -> None:
    text = b'ITEM_ID,YEAR\n"say \\"hi\\"",1\nb,2\nc,3,4\n'
    assert fault(text) == "0.csv, row 3: expected 2 values, as in the header, but found 3: 'c,3,4'"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            b"ITEM,Year",
            "Input CSV is missing the following columns:[ITEM_ID, YEAR]. 0.csv has: ITEM, Year",
        ),
        (b"ITEM_ID,YEAR,X,X", "0.csv, header: duplicate columns: X"),
        (b"ITEM_ID,YEAR,\xff", "0.csv, header: bytes that are not UTF-8: "),
        (b"ITEM_ID,YEAR,\0", "0.csv, header: a NUL byte: "),
        (b'ITEM_ID,Y"EAR', "0.csv, header: a quote that neither begins nor ends a value"),
        (b'"ITEM_ID,YEAR', "0.csv, header: a quote is opened and never closed"),
    ],
)
def test_a_bad_header_is_refused(header: bytes, message: str) -> None:
    assert fault(header + b"\na,1\n").startswith(message)


def test_files_without_rows_are_refused() -> None:
    assert fault(b"") == "0.csv: the file is empty."
    assert fault(b"\n\n") == "0.csv: the file is empty."
    assert fault(b"ITEM_ID,YEAR\n") == "memory: a header but no rows."
    assert fault(b"ITEM_ID,YEAR") == "memory: a header but no rows."


def test_a_truncated_gzip_is_refused_after_the_rows_before_it() -> None:
    packed = gzip.compress(b"ITEM_ID,YEAR\n" + b"".join(b"%d,1\n" % n for n in range(9999)))
    assert fault(packed[:-20]) == "0.csv: the gzip data ends too early; is the file truncated?"


def test_the_second_file_of_a_folder_is_named() -> None:
    assert fault(b"ITEM_ID,YEAR\na,1\n", b"ITEM_ID,YEAR\nb,2\nc,x\n").startswith(
        "1.csv, row 2, column YEAR: 'x'"
    )


def test_a_real_data_set_keeps_its_rows(tmp_path: Path) -> None:
    folder = os.environ.get("AISLE_TEST_DATA")
    if not folder:
        pytest.skip("AISLE_TEST_DATA is not set: the MovieLens 100k files are needed")
    schema = DatasetSchema(
        "Interactions",
        (
            Field("USER_ID", "string"),
            Field("ITEM_ID", "string"),
            Field("EVENT_TYPE", "string"),
            Field("EVENT_VALUE", "float"),
            Field("TIMESTAMP", "long"),
        ),
    )
    path = Path(folder).resolve() / "ml-100k" / "interactions.csv.gz"
    source = open_source(f"file://{path}", (path.parent,), S3Settings())
    report = import_csv(source, schema, tmp_path / "a.parquet", silent, block_bytes=1 << 16)
    assert report.rows == 100_000
    assert pl.read_parquet(tmp_path / "a.parquet").equals(
        pl.read_csv(path, schema_overrides=pl.read_parquet(tmp_path / "a.parquet").schema)
    )
