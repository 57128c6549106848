import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from aisle.cli.app import app
from aisle.loading import LoadReport
from loaded import START, json_lines, review, reviews


def invoke(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["load", *map(str, arguments)], env={"COLUMNS": "200"})
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.json"
    path.write_bytes(json_lines([*reviews(50), review(user="")]))
    return path


def test_it_says_what_was_kept_rejected_and_what_to_do_next(source: Path, tmp_path: Path) -> None:
    status, out, said = invoke(source, "--out", tmp_path / "out")
    assert (status, out) == (0, "")
    assert "1 rejected: no user id (line 51)" in said
    assert "50 interactions of 7 users with 5 items, 2014-05-13 to 2014-05-13" in said
    assert f"aisle import {tmp_path / 'out'}" in said


def test_columns_that_are_not_used_are_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user_id,item_id,event,timestamp,device,page\nu,i,view,1400000000,phone,1\n")
    assert "not used: device, page\n" in invoke(path, "--out", tmp_path / "out")[2]


def test_the_report_is_printed_and_written_alike(source: Path, tmp_path: Path) -> None:
    status, out, _ = invoke(source, "--out", tmp_path / "out", "--json")
    assert status == 0
    report = msgspec.json.decode(out, type=LoadReport)
    assert report.interactions == 50
    assert json.loads(out) == json.loads((tmp_path / "out" / "report.json").read_text())


def test_what_cannot_be_loaded_ends_with_status_2_and_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n")
    status, out, said = invoke(path, "--out", tmp_path / "out")
    assert (status, out) == (2, "")
    assert "Its columns are: 'a', 'b'." in said
    assert not (tmp_path / "out").exists()


def test_options_reach_the_load(source: Path, tmp_path: Path) -> None:
    status, out, _ = invoke(
        source,
        "--out",
        tmp_path / "out",
        "--json",
        "--since",
        str(START + 10),
        "--until",
        "2014-05-13T16:53:40Z",
        "--event-type",
        "Liked",
        "--core",
        "1",
    )
    report = msgspec.json.decode(out, type=LoadReport)
    assert (status, report.interactions, report.first_time) == (0, 10, START + 10)
    assert "Liked" in (tmp_path / "out" / "interactions.csv").read_text()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--since", "later"),
        ("--since", "2030"),
        ("--until", "01/02/2024"),
        ("--core", "0"),
        ("--cold-items", "2"),
        ("--anonymous", "never"),
    ],
)
def test_a_wrong_option_is_refused(source: Path, tmp_path: Path, wrong: tuple[str, str]) -> None:
    status, _, said = invoke(source, "--out", tmp_path / "out", *wrong)
    assert status == 2
    assert wrong[0] in said


def test_a_place_that_cannot_be_written_is_said(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _, said = invoke(source, "--out", tmp_path / "file" / "out")
    assert status == 2
    assert "cannot be written" in said
