import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from aisle.data.importing import ImportReport, import_csv
from aisle.data.schema import DatasetSchema, Field
from aisle.data.sources import S3Settings, Source, SourceFile, open_source
from real_data import data_set

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
TITLE = Field("TITLE", "string", nullable=True)
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
        assert list(Path(folder).iterdir()) == [target]
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
    assert imported(
        b'ITEM_ID,TITLE\na,""\nb,\n',
        schema=DatasetSchema("Items", (Field("ITEM_ID", "string"), TITLE)),
    )[0].rows() == [
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


def test_a_real_data_set_keeps_its_rows(tmp_path: Path) -> None:
    path = data_set("ml-100k") / "interactions.csv.gz"
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
    source = open_source(f"file://{path}", (path.parent,), S3Settings())
    report = import_csv(source, schema, tmp_path / "a.parquet", silent, block_bytes=1 << 16)
    assert report.rows == 100_000
    assert pl.read_parquet(tmp_path / "a.parquet").equals(
        pl.read_csv(path, schema_overrides=pl.read_parquet(tmp_path / "a.parquet").schema)
    )
