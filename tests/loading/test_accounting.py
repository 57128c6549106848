import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aisle.data.importing import import_csv
from aisle.data.schema import parse_schema
from aisle.data.sources import S3Settings, open_source
from aisle.loading import LoadError
from loaded import START, Loaded, accounted, json_lines, load_in, review

ids = st.sampled_from(["u1", "u2", 7, 7.5, None, "", " ", "undefined", "a\nb", "x" * 300, [1], "é"])
times = st.sampled_from([START, START + 1, str(START), -1, None, "soon", "2014-05-13", 1e300, True])
ratings = st.sampled_from([5, 4.5, "3", "five", None, "nan", 1e300, [1], {"a": 1}, True])
good = st.builds(review, st.just("u1"), st.sampled_from(["i1", "i2"]), st.just(START))
rows = st.builds(
    lambda user, item, time, rating: review(user, item, time, overall=rating),
    ids,
    ids,
    times,
    ratings,
)
lines = st.one_of(
    rows.map(lambda row: json.dumps(row).encode()),
    rows.map(lambda row: repr(row).encode()),
    st.sampled_from(
        [
            b"",
            b"  ",
            b"{",
            b"[1]",
            b"null",
            b'{"asin": "\xe9"}',
            b'{"a": NaN}',
            b"\x00",
            b"\x85\x8d",
        ]
    ),
    st.binary(max_size=12).filter(lambda text: b"\n" not in text),
)


def imported(loaded: Loaded, table: str) -> int:
    """Rows of a CSV file as the engine imports it under the schema beside it."""
    schema = parse_schema((loaded.out / "schemas" / f"{table}.json").read_text(), None)
    source = open_source(f"file://{loaded.out}/{table}.csv", (loaded.out,), S3Settings())
    target = loaded.out / "imported.parquet"
    return import_csv(source, schema, target, lambda _share, _note: None).rows


@settings(max_examples=40)
@given(st.lists(lines, max_size=12), good, st.booleans())
def test_every_row_of_any_file_is_kept_or_rejected_and_imports(
    texts: list[bytes], first: dict[str, Any], drop: bool
) -> None:
    content = json_lines([first]) + b"\n".join(texts)
    with TemporaryDirectory() as folder:
        loaded = load_in(Path(folder), {"r.json": content}, drop_duplicates=drop)
        blank = sum(not text or text.isspace() for text in texts)
        assert loaded.file.rows == 1 + len(texts) - blank
        assert accounted(loaded.file)
        assert loaded.file.rejected == len(loaded.rejected())
        assert len(loaded.rows("interactions")) == loaded.file.kept == loaded.report.interactions
        assert imported(loaded, "interactions") == loaded.file.kept


cells = st.text(st.sampled_from('ab1,"\r \u00e9'), max_size=4)


@settings(max_examples=40)
@given(st.lists(st.lists(cells, min_size=1, max_size=5).map(",".join), max_size=10))
def test_every_row_of_any_csv_file_is_kept_or_rejected(texts: list[str]) -> None:
    header, row = "user_id,item_id,timestamp,rating", f"u,i,{START},5"
    with TemporaryDirectory() as folder:
        content = "\n".join([header, row, *texts, row]).encode()
        try:
            loaded = load_in(Path(folder), {"r.csv": content})
        except LoadError as error:
            pytest.fail(str(error))
        assert accounted(loaded.file)
        assert loaded.file.kept >= 1
        assert loaded.file.rejected == len(loaded.rejected())
        assert imported(loaded, "interactions") == loaded.file.kept


def test_an_awkward_text_comes_through_the_import(tmp_path: Path) -> None:
    awkward = 'a "quoted", text\r\nwith\tall|of\u2028it \\ and \0 more'
    items = [{"asin": "i1", "title": awkward, "price": "$3", "brand": awkward}]
    files = {"m.json": json_lines(items), "r.json": json_lines([review()])}
    loaded = load_in(tmp_path, files)
    assert imported(loaded, "items") == 1
    assert loaded.rows("items")[0]["TITLE"] == 'a "quoted", text with all|of it \\ and more'
