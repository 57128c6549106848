import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest

from aisle.data.faults import DataError
from aisle.data.importing import import_csv
from aisle.data.schema import DatasetSchema, Field, parse_schema
from aisle.data.sources import Source, SourceFile

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


def fault(*texts: bytes, schema: DatasetSchema = TWO, block: int = 40) -> str:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "items.parquet"
        target.write_bytes(b"before")
        with pytest.raises(DataError) as caught:
            import_csv(source_of(*texts), schema, target, silent, block_bytes=block)
        assert target.read_bytes() == b"before"
        assert list(Path(folder).iterdir()) == [target]
    return str(caught.value)


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
        (
            "column ITEM_ID: Length cannot be more than 256 characters for COL ITEM_ID; found 257: "
            f"'{'x' * 80}'..."
        ),
    ),
    (
        b'b"c,1',
        (
            "a quote that neither begins nor ends a value; close every quote, and double those "
            "inside values"
        ),
    ),
    (b"a\rb,1", "a carriage return without a line feed, outside quotes"),
]


@pytest.mark.parametrize(("row", "message"), ROW_FAULTS)
@pytest.mark.parametrize("before", [0, 3, 300])
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
def test_text_has_a_length_in_characters_not_bytes(
    textual: bool, most: int, tmp_path: Path
) -> None:
    title = Field("TITLE", "string", textual=textual)
    schema = DatasetSchema("Items", (Field("ITEM_ID", "string"), title))
    fits = f"ITEM_ID,TITLE\na,{'é' * most}\n".encode()
    import_csv(source_of(fits), schema, tmp_path / "a", silent)
    assert pl.read_parquet(tmp_path / "a")["TITLE"][0] == "é" * most
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


@pytest.mark.parametrize("block", [5, 1000])
@pytest.mark.parametrize("later", [b'"b,2\n', b'b"c,2\n', b"b\rc,2\n", b"b,2,3\n"])
def test_the_first_of_several_faults_is_named(later: bytes, block: int) -> None:
    text = b"ITEM_ID,YEAR\na,x\nb,1\n" + later
    assert fault(text, block=block).startswith("0.csv, row 1, column YEAR")


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
