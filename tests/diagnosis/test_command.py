"""`aisle diagnose`: what it takes, says, writes and ends with."""

import gzip
import json
from pathlib import Path

import msgspec
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from aisle.cli.app import app
from aisle.diagnosis import Diagnosis
from broken import FAULTS, put
from healthy import Shop, healthy

HEADER = "USER_ID,ITEM_ID,TIMESTAMP\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["diagnose", *map(str, arguments)], env={"COLUMNS": "200"})


def written(shop: Shop, folder: Path) -> Path:
    folder.mkdir()
    for name in ("interactions", "items", "users"):
        getattr(shop, name).write_csv(folder / f"{name}.csv")
    return folder


def diagnosed(*paths: Path) -> Diagnosis:
    return msgspec.json.decode(run(*paths, "--json", "-").stdout, type=Diagnosis)


def test_data_without_an_error_ends_with_0(tmp_path: Path) -> None:
    result = run(written(healthy(), tmp_path / "shop"))
    assert result.exit_code == 0
    assert "Ready to train" in result.stdout


def test_an_error_ends_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    result = run(written(FAULTS["timestamps-not-seconds"](healthy()), tmp_path / "shop"))
    assert result.exit_code == 1
    assert "Fix these first" in result.stdout
    assert "Divide milliseconds by 1,000" in result.stdout


def test_a_warning_alone_ends_with_0(tmp_path: Path) -> None:
    result = run(written(FAULTS["cold-items"](healthy()), tmp_path / "shop"))
    assert result.exit_code == 0
    assert "cold-items" in result.stdout


def test_out_holds_the_report_and_the_findings(tmp_path: Path) -> None:
    run(written(healthy(), tmp_path / "shop"), "--out", tmp_path / "found")
    assert "Ready to train" in (tmp_path / "found" / "diagnosis.html").read_text()
    found = json.loads((tmp_path / "found" / "diagnosis.json").read_text())
    assert found["summary"]["users"] == 400


def test_json_on_standard_output_is_all_there_is(tmp_path: Path) -> None:
    result = run(written(healthy(), tmp_path / "shop"), "--json", "-")
    assert json.loads(result.stdout)["summary"]["rows"] == healthy().interactions.height
    assert "Ready to train" in result.stderr


def test_packed_csv_parquet_and_parts_are_read_alike(tmp_path: Path) -> None:
    rows = healthy().interactions
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(rows.write_csv().encode()))
    rows.write_parquet(tmp_path / "one.parquet")
    (tmp_path / "interactions").mkdir()
    rows.head(5000).write_parquet(tmp_path / "interactions" / "part-0.parquet")
    rows.tail(-5000).write_parquet(tmp_path / "interactions" / "part-1.parquet")
    found = [
        diagnosed(path) for path in (packed, tmp_path / "one.parquet", tmp_path / "interactions")
    ]
    assert found[0].summary == found[1].summary == found[2].summary


def test_files_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    folder = written(healthy(), tmp_path / "shop")
    (folder / "items.csv").rename(folder / "things.csv")
    found = diagnosed(folder / "things.csv", folder / "interactions.csv")
    assert any(one.name == "items.PRICE" for one in found.series.completeness)


def test_reviews_are_loaded_first_and_their_rejected_rows_told(tmp_path: Path) -> None:
    rows = [{"reviewerID": f"u{i}", "asin": "a", "unixReviewTime": 1_600_000_000} for i in range(9)]
    lines = [json.dumps(row) for row in [*rows, {"asin": "a", "unixReviewTime": 1_600_000_000}]]
    (tmp_path / "reviews.json").write_text("\n".join(lines))
    found = diagnosed(tmp_path / "reviews.json")
    rejected = next(one for one in found.findings if one.id == "rejected-rows")
    assert (found.summary.rows, rejected.measured) == (9, 0.1)


def test_quotes_behind_backslashes_are_read_as_the_import_reads_them(tmp_path: Path) -> None:
    (tmp_path / "interactions.csv").write_text(HEADER + '"a \\"b\\", c",x,1700000000\n')
    assert diagnosed(tmp_path).summary.usable_rows == 1


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    (tmp_path / "interactions.csv").write_text(HEADER + "a,x,1700000000\n\nb,x,1700000000\n")
    found = diagnosed(tmp_path)
    assert found.summary.rows == 2
    assert "missing-keys" not in {one.id for one in found.of("error")}


def test_a_row_of_commas_lacks_its_keys(tmp_path: Path) -> None:
    (tmp_path / "interactions.csv").write_text(HEADER + "a,x,1700000000\n,,\n")
    assert "missing-keys" in {one.id for one in diagnosed(tmp_path).of("error")}


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "interactions.csv: the file is empty"),
    "unknown columns": (b"A,B\n1,2\n", "not recognised"),
    "duplicate columns": (b"USER_ID,USER_ID,ITEM_ID,TIMESTAMP\n", "duplicate columns: USER_ID"),
    "too many values": (HEADER.encode() + b"a,b,1\na,b,1,2\n", "row 2: expected 3 values"),
    "open quote": (HEADER.encode() + b'"a,b,1\n', "row 1: a quote is opened and never closed"),
    "latin": (HEADER.encode() + b"a\xe9,b,1\n", "row 1, column USER_ID: bytes that are not UTF-8"),
    "carriage returns": (
        HEADER.encode().replace(b"\n", b"\r") + b"a,b,1\r",
        "interactions.csv: lines end in a carriage return alone",
    ),
    "binary": (bytes(range(256)), "interactions.csv"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_ends_with_2_and_names_the_place(
    name: str, tmp_path: Path
) -> None:
    text, said = BAD[name]
    (tmp_path / "interactions.csv").write_bytes(text)
    result = run(tmp_path)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output


def test_a_truncated_gzip_file_ends_with_2(tmp_path: Path) -> None:
    whole = gzip.compress(healthy().interactions.write_csv().encode())
    (tmp_path / "interactions.csv.gz").write_bytes(whole[: len(whole) // 2])
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "interactions.csv.gz" in result.stderr


def test_a_damaged_parquet_file_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "interactions.parquet").write_bytes(b"PAR1 nothing PAR1")
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "interactions.parquet" in result.stderr


def test_a_schema_that_is_none_ends_with_2_and_names_the_file(tmp_path: Path) -> None:
    folder = written(healthy(), tmp_path / "shop")
    (folder / "schemas").mkdir()
    (folder / "schemas" / "items.json").write_text("{}")
    result = run(folder)
    assert result.exit_code == 2
    assert "items.json" in result.stderr


def test_a_path_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    result = run(tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "there is no such file or folder" in result.stderr


def test_two_forms_of_one_dataset_are_refused(tmp_path: Path) -> None:
    (tmp_path / "interactions.csv").write_text(HEADER)
    pl.DataFrame({"USER_ID": ["a"]}).write_parquet(tmp_path / "interactions.parquet")
    assert "are both there" in run(tmp_path).stderr.replace("\n", " ")


def test_a_list_in_a_parquet_file_is_read(tmp_path: Path) -> None:
    folder = written(healthy(), tmp_path / "shop")
    (folder / "items.csv").unlink()
    tags = pl.concat_list(pl.lit("new"), pl.format("tag-{}", pl.int_range(pl.len()) % 9))
    healthy().items.with_columns(TAGS=tags).write_parquet(folder / "items.parquet")
    assert run(folder).exit_code == 0


def test_a_struct_in_a_parquet_file_ends_with_2_and_names_the_column(tmp_path: Path) -> None:
    folder = written(healthy(), tmp_path / "shop")
    (folder / "items.csv").unlink()
    sizes = pl.struct(size=pl.int_range(pl.len()))
    healthy().items.with_columns(SIZES=sizes).write_parquet(folder / "items.parquet")
    result = run(folder)
    assert result.exit_code == 2
    assert "The items: Column SIZES is of type Struct" in result.stderr


def test_items_with_a_column_of_times_are_items(tmp_path: Path) -> None:
    folder = written(healthy(), tmp_path / "shop")
    items = healthy().items.rename({"CREATION_TIMESTAMP": "TIMESTAMP"})
    items.write_csv(folder / "things.csv")
    found = diagnosed(folder / "things.csv", folder / "interactions.csv")
    assert any(one.name == "items.TIMESTAMP" for one in found.series.completeness)


@pytest.mark.parametrize("option", ["--json", "--html"])
def test_a_full_disk_is_told_with_the_file(option: str, tmp_path: Path) -> None:
    result = run(written(healthy(), tmp_path / "shop"), option, "/dev/full")
    assert result.exit_code == 2
    assert "/dev/full cannot be written: No space left on device." in result.stderr


def test_data_without_a_readable_time_says_so_in_place_of_dates(tmp_path: Path) -> None:
    shop = put(healthy(), "interactions", TIMESTAMP=pl.lit("soon"))
    result = run(written(shop, tmp_path / "shop"))
    assert "of 400 users with 300 items, no time can be read\n" in result.stdout
