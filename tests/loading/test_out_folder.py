"""The folder that a load writes to, and the folders that it reads."""

import gzip
from pathlib import Path

import pytest

from aisle.loading import LoadError, load
from loaded import json_lines, reviews

LINES = json_lines(reviews(50))
CUT = gzip.compress(json_lines(reviews(5000)))[:5000]


def test_a_folder_is_loaded_into_itself_again(tmp_path: Path) -> None:
    (tmp_path / "reviews.json").write_bytes(LINES)
    first = load([tmp_path], tmp_path)
    again = load([tmp_path], tmp_path)
    assert [file.file for file in again.files] == [str(tmp_path / "reviews.json")]
    assert again.interactions == first.interactions


@pytest.mark.parametrize(
    "bad", [b"user_id,user_id,item_id,timestamp\na,b,c,1\n", b"\x1f\x8bgarbage", CUT]
)
def test_a_damaged_file_in_a_folder_is_not_passed_over(tmp_path: Path, bad: bytes) -> None:
    (tmp_path / "good.json").write_bytes(LINES)
    (tmp_path / "bad").write_bytes(bad)
    with pytest.raises(LoadError, match=str(tmp_path / "bad")):
        load([tmp_path], tmp_path / "out")


def test_files_of_other_kinds_in_a_folder_are_passed_over_and_named(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_bytes(LINES)
    others = {"empty": b"", "notes.txt": b"Remember.\n", "picture.png": b"\x89PNG\0\0\0\0\0"}
    for name, content in others.items():
        (tmp_path / name).write_bytes(content)
    report = load([tmp_path], tmp_path / "out")
    assert {Path(one.file).name for one in report.ignored} == set(others)


def test_the_target_of_a_link_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "r").write_bytes(LINES)
    load([tmp_path / "r"], tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "elsewhere" / "interactions.csv").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere", "link", "r"}


def test_two_loads_into_one_folder_at_once_are_refused(tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes(LINES)
    out = tmp_path / "out"

    def meanwhile(_doing: str, share: float) -> None:
        if share == 1.0:
            with pytest.raises(LoadError, match="another load is writing"):
                load([tmp_path / "r"], out)
            raised.append(share)

    raised: list[float] = []
    load([tmp_path / "r"], out, progress=meanwhile)
    assert raised
    assert (out / "interactions.csv").exists()


def test_what_a_killed_load_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes(LINES)
    left = tmp_path / "out" / ".loading-1"
    left.mkdir(parents=True)
    load([tmp_path / "r"], tmp_path / "out")
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_a_failed_load_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes(CUT)
    with pytest.raises(LoadError):
        load([tmp_path / "r"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
