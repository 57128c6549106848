import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import aisle.loading.lines
from aisle.loading import LoadError, LoadOptions, load
from aisle.loading.spool import Spool
from loaded import START, accounted, json_lines, load_in, review, reviews

LINES = json_lines(reviews(50))
ARRAY = json.dumps(reviews(50)).encode()
CSV = b"reviewerID,asin,overall,unixReviewTime\n" + b"".join(
    f"u{n % 7},i{n % 5},4.0,{START + n}\n".encode() for n in range(50)
)
PACKED = gzip.compress(json_lines(reviews(100_000)), mtime=0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is not text"),
        (b"\x1f\x8bnot gzip", "gzip data is damaged"),
        (PACKED[:15], "gzip data"),
        (gzip.compress(PACKED, mtime=0), "is gzip packed twice; unpack it"),
        (b"PK\x03\x04 and more", "is a ZIP archive or a workbook; unpack it"),
        (bz2.compress(LINES), "is packed by bzip2; unpack it"),
        (lzma.compress(LINES), "is packed by xz; unpack it"),
        (b"PAR1\0\0PAR1", "is a Parquet file; unpack it"),
        (",".join(f"c{n}" for n in range(2001)).encode(), "has 2,001 columns; at most 2,000"),
        (b"a,b,c\n1,2,3\n", r"Its columns are: 'a', 'b', 'c'\. Needed is"),
        (b'{"a": 1, "b": 2}\n', r"Its keys are: 'a', 'b'\. Needed is"),
        (b"[]", "begins with no JSON object"),
        (b"hello world\nand more\n", "not recognised"),
        (CSV.replace(b"\n", b"\r"), "no header to be read"),
        (CSV.replace(b"overall", b"ASIN"), "names columns twice: 'asin', 'ASIN'"),
        (CSV[: CSV.index(b"\n") + 1], "Nothing could be kept"),
        (json_lines([review(time=None)] * 3), "3 rejected: no time"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_refused_by_name(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(LoadError, match=message) as refused:
        load_in(tmp_path, {"the-file": content})
    assert "the-file" in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"not text|not recognised"):
        load_in(tmp_path, {"noise": os.urandom(4000)})


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LoadError, match="pipe: is a pipe or a device"):
        load([tmp_path / "pipe"], tmp_path / "out")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="No such file"):
        load([tmp_path / "missing.json"], tmp_path / "out")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"hello", "not a JSON object"),
        (b'{"asin": ', "not a JSON object"),
        (b"[" * 100_000, "not a JSON object"),
        (b"{'a':" + b"-" * 50_000 + b"1}", "not a JSON object"),
        (b"y" * 1_000_000, "not a JSON object"),
        (b'{"asin": "\\ud800"}', "a character that Unicode does not have"),
        (json_lines([review(user="")]), "no user id"),
        (json_lines([review(user="undefined")]), "no user id"),
        (json_lines([review(user="x" * 300)]), "the user id has over 256 characters"),
        (json_lines([review(user="a\0b")]), "the user id has control characters"),
        (json_lines([{**review(), "asin": {"a": 1}}]), "the item id is no single value"),
        (json_lines([{**review(), "asin": None}]), "no item id"),
        (b'{"reviewerID": "u", "asin": NaN, "unixReviewTime": 1}', "no item id"),
        (json_lines([review(time=None)]), "no time"),
        (json_lines([review(time="soon")]), "a time that cannot be read"),
        (json_lines([review(time=float("inf"))]), "a time that cannot be read"),
        (json_lines([review(time=-5)]), "a time before 1970 or after 2099"),
        (json_lines([review(time=253_402_300_799)]), "a time before 1970 or after 2099"),
        (json_lines([review(overall="five")]), "a value that is no number"),
        (json_lines([review(overall=1e300)]), "a value that is no number"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_reason(
    tmp_path: Path, row: bytes, reason: str
) -> None:
    loaded = load_in(tmp_path, {"r.json": LINES + row.rstrip(b"\n") + b"\n" + LINES})
    assert loaded.rejected() == [(51, reason)]
    assert loaded.file.kept == 100
    (rejection,) = loaded.file.rejections
    assert (rejection.count, rejection.examples[0].line) == (1, 51)
    assert len(rejection.examples[0].text) <= 200


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"u,i", "fewer values than the file has columns"),
        (b"u,i,4,1,5", "more values than the file has columns"),
        (b'u,"op"en,4,1400000000', "a quote that neither begins nor ends a value"),
        (b'"open,i,4,1400000000', "a quote is opened and never closed"),
        (b",,,", "no user id"),
        (b"u,i\rj,4,1400000000", "a carriage return without a line feed"),
    ],
)
def test_a_bad_csv_row_is_rejected_and_the_next_is_read(
    tmp_path: Path, row: bytes, reason: str
) -> None:
    loaded = load_in(tmp_path, {"r.csv": CSV + row + b"\nu,i,4,1400000000\n"})
    assert loaded.rejected() == [(52, reason)]
    assert loaded.file.kept == 51


@pytest.mark.parametrize(
    "time", [START, float(START), str(START), "1400000000.0", "2014-05-13T16:53:20Z"]
)
def test_a_time_of_any_type_is_the_same(tmp_path: Path, time: object) -> None:
    loaded = load_in(tmp_path, {"r.json": json_lines([review(time=time)])})
    assert loaded.report.first_time == START


@pytest.mark.parametrize("rating", [None, float("nan"), ""])
def test_a_missing_rating_is_no_fault(tmp_path: Path, rating: object) -> None:
    loaded = load_in(tmp_path, {"r.json": json_lines([review(overall=rating), review(overall=3)])})
    assert [row["EVENT_VALUE"] for row in loaded.rows("interactions")] == ["", "3.0"]


def test_an_endless_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aisle.loading.lines, "LONGEST_LINE", 3 << 20)
    loaded = load_in(tmp_path, {"r.json": LINES + b"y" * (5 << 20) + b"\n" + LINES})
    assert loaded.rejected() == [(51, "a line of more than 3 MiB")]
    assert loaded.file.kept == 100


def test_any_number_of_files_needs_few_of_them_open(tmp_path: Path) -> None:
    def open_files() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    spool, before = Spool(tmp_path), open_files()
    for number in range(30):
        spool.add("interactions", number, pl.DataFrame({"USER_ID": [f"u{number}"]}))
        assert open_files() <= before + 1
    spool.close()
    rows = spool.scan("interactions")
    assert rows is not None
    assert rows.collect()["USER_ID"].to_list() == [f"u{number}" for number in range(30)]


def test_a_line_with_the_character_that_stands_for_the_separator_is_rejected(
    tmp_path: Path,
) -> None:
    loaded = load_in(tmp_path, {"movies.dat": b"1::Up\x1f (2009)::Drama\n2::B (1996)::Comedy\n"})
    assert loaded.rejected() == [(1, "a control character between the values")]
    assert loaded.file.kept == 1


def test_an_element_of_brackets_alone_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "deep"
    path.write_bytes(b'[{"asin":"a","title":"t"},' + b"[" * (20 << 20))
    script = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from aisle.loading import load, LoadError\n"
        "usage = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10\n"
        "before = usage()\n"
        "try: load([Path(sys.argv[1])], Path(sys.argv[2]))\n"
        "except LoadError as error: print(usage() - before, error)"
    )
    command = [sys.executable, "-c", script, str(path), str(tmp_path / "out")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "an element of more than 16 MiB" in said
    assert int(said.split()[0]) < 200


@pytest.mark.parametrize(
    ("content", "damage", "rows"),
    [
        (PACKED[: len(PACKED) // 2], "ends too early", None),
        (gzip.compress(LINES, mtime=0) + b"junk", "damaged", 50),
        (ARRAY[:-100], "line 1: the JSON array is not closed", 48),
        (ARRAY + b" more", "behind the end", 50),
    ],
)
def test_a_broken_file_fails_unless_told_to_keep_going(
    tmp_path: Path, content: bytes, damage: str, rows: int | None
) -> None:
    with pytest.raises(LoadError, match=damage):
        load_in(tmp_path, {"r": content})
    loaded = load_in(tmp_path, {"r": content}, keep_going=True)
    assert damage in (loaded.file.damage or "")
    assert accounted(loaded.file)
    assert loaded.file.kept == rows if rows else loaded.file.kept > 1000


@pytest.mark.parametrize(
    "content",
    [
        LINES,
        LINES[:-1],
        LINES.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + LINES,
        gzip.compress(LINES, mtime=0),
        LINES.replace(b'"', b"'"),
        ARRAY,
        json.dumps(reviews(50), indent=2).encode(),
        CSV,
        b"\xef\xbb\xbf" + CSV,
        CSV.replace(b"\n", b"\r\n"),
        CSV.replace(b",", b"\t"),
        CSV.replace(b",", b";"),
        CSV.decode().encode("utf-16"),
        CSV.replace(b"u1,", b'"u1",'),
    ],
)
def test_every_layout_gives_the_same_rows(tmp_path: Path, content: bytes) -> None:
    loaded = load_in(tmp_path, {"r": content})
    expected = load_in(tmp_path, {"expected": LINES})
    assert loaded.rows("interactions") == expected.rows("interactions")
    assert loaded.file.rejected == 0


def test_bytes_that_are_not_utf8_are_read_as_windows_1252_and_noted(tmp_path: Path) -> None:
    row = f"Zo\u00eb,caf\u00e9,4,{START}\n".encode("latin-1")
    loaded = load_in(tmp_path, {"r.csv": CSV + row})
    assert loaded.rows("interactions")[-1]["USER_ID"] == "Zo\u00eb"
    (note,) = loaded.file.notes
    assert (note.text, note.count) == ("lines that are not UTF-8 were read as Windows-1252", 1)


def test_a_failed_load_leaves_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    loaded = load_in(tmp_path, {"good": LINES})
    before = {path.name: path.stat().st_mtime_ns for path in loaded.out.iterdir()}
    with pytest.raises(LoadError):
        load_in(tmp_path, {"good": LINES, "bad": PACKED[:5000]})
    assert {path.name: path.stat().st_mtime_ns for path in loaded.out.iterdir()} == before


def test_a_load_takes_away_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    items = json_lines([{"asin": "i1", "title": "One", "price": 3}])
    load_in(tmp_path, {"r": LINES, "m": items})
    loaded = load_in(tmp_path, {"r": LINES})
    found = {path.name for path in loaded.out.iterdir()}
    assert found == {"interactions.csv", "schemas", "report.json", "rejected.jsonl"}


def test_an_input_is_never_replaced(tmp_path: Path) -> None:
    loaded = load_in(tmp_path, {"r": LINES})
    with pytest.raises(LoadError, match="would be replaced"):
        load([loaded.out / "interactions.csv"], loaded.out, LoadOptions(core=2))


def test_a_file_named_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_bytes(LINES)
    with pytest.raises(LoadError, match="named twice"):
        load([path, path], tmp_path / "out")
