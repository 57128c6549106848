"""`aisle simulate`."""

import json
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from aisle.cli.app import app
from allstore.simulator import Settings, read_settings

TINY = ("--shoppers", 40, "--products", 90, "--interactions", 800, "--end", "2026-09-21")

END_RULE = (
    "--end must be an ISO date or time such as 2026-07-31, or epoch seconds of 9 digits or more"
)


def simulate(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def test_it_writes_a_store_and_says_what_is_in_it(tmp_path: Path) -> None:
    result = simulate("--out", tmp_path / "new" / "store", *TINY, "--seed", 3, "--days", 30)
    assert result.exit_code == 0
    assert "40 shoppers, 90 products" in result.output
    for word in ("Purchase", "sessions", "800", "interactions.csv"):
        assert word in result.output
    settings = read_settings(tmp_path / "new" / "store" / "simulation.json")
    assert settings == Settings(
        seed=3, shoppers=40, products=90, interactions=800, days=30, end=1_789_948_800
    )


def test_the_recorded_settings_repeat_the_run(tmp_path: Path) -> None:
    simulate("--out", tmp_path / "one", *TINY)
    recorded = tmp_path / "one" / "simulation.json"
    result = simulate("--out", tmp_path / "two", "--settings", recorded, "--processes", 1)
    assert result.exit_code == 0
    for file in ("interactions.csv", "items.csv", "users.csv", "shoppers.json", "simulation.json"):
        assert (tmp_path / "two" / file).read_bytes() == (tmp_path / "one" / file).read_bytes()


def test_an_option_wins_over_the_file(tmp_path: Path) -> None:
    simulate("--out", tmp_path, *TINY)
    recorded = tmp_path / "simulation.json"
    simulate("--out", tmp_path / "two", "--settings", recorded, "--interactions", 500)
    settings = read_settings(tmp_path / "two" / "simulation.json")
    assert (settings.interactions, settings.shoppers) == (500, 40)


def test_shoppers_scale_with_the_interactions_alone(tmp_path: Path) -> None:
    simulate("--out", tmp_path, "--interactions", 6750, "--products", 100)
    assert read_settings(tmp_path / "simulation.json").shoppers == 60


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1790000000", 1_790_000_000),
        ("123456789", 123_456_789),
        ("2026-09-21T12:00+02:00", 1_789_984_800),
        ("2026-11-01", 1_793_491_200),
        ("20261101", 1_793_491_200),
    ],
)
def test_the_end_is_epoch_seconds_or_a_moment(tmp_path: Path, text: str, seconds: int) -> None:
    simulate("--out", tmp_path, *TINY[:-1], text)
    assert read_settings(tmp_path / "simulation.json").end == seconds


def test_parquet_is_one_file(tmp_path: Path) -> None:
    result = simulate("--out", tmp_path, *TINY, "--format", "parquet")
    assert "interactions.parquet" in result.output
    assert pl.read_parquet(tmp_path / "interactions.parquet").height == 800


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--products", "10"), "products must lie between 84 and 5000000, not 10"),
        (("--shoppers", "900", "--interactions", "500"), "interactions must lie between 900"),
        (("--end", "soon"), f"{END_RULE}, not 'soon'"),
        (("--end", "20261399"), f"{END_RULE}, not '20261399'"),
        (("--end", "99999999"), f"{END_RULE}, not '99999999'"),
        (("--end", "0"), f"{END_RULE}, not '0'"),
        (("--end", "1790000000000"), "end must lie between 100000000 and 253402300799, not 179"),
        (("--seed", "-1"), "seed must lie between 0 and 9223372036854775807, not -1"),
        (("--interactions", "9" * 22), "interactions must lie between 1 and 10000000000, not 999"),
    ],
)
def test_a_bad_option_is_refused_before_anything_is_written(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = simulate("--out", tmp_path / "store", *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"accidents": 1.5}', "accidents must lie between 0 and 1, not 1.5"),
        ('{"funnel": [0.1, 0.2, 0.3]}', "$.funnel"),
        ('{"accident": 0.5}', "accident"),
        ('{"end": 20261101}', "end must lie between 100000000 and 253402300799, not 20261101"),
        ("[]", "object"),
        ("{", "truncated"),
    ],
)
def test_a_bad_file_of_settings_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "mine.json"
    file.write_text(text)
    result = simulate("--out", tmp_path / "store", "--settings", file)
    assert result.exit_code == 2
    assert message in result.output
    assert "mine.json" in result.output


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = simulate("--out", tmp_path / "file", *TINY)
    assert result.exit_code == 2
    assert "--out" in result.output


@pytest.mark.parametrize(
    ("most", "products", "file"),
    [
        (10_000, 90, r"\.events-\w+/0"),
        (30_000, 90, r"interactions\.csv"),
        (100_000, 1000, r"items\.csv"),
    ],
)
def test_a_file_that_cannot_be_written_is_named_and_taken_away(
    tmp_path: Path, most: int, products: int, file: str
) -> None:
    """As on a full disk, where no file may have more than so many bytes."""
    limited = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}));"
        "from aisle.cli import main; main()"
    )
    sizes = ("--products", str(products), "--interactions", "1000", "--shoppers", "40")
    done = subprocess.run(
        [sys.executable, "-c", limited, "simulate", "--out", tmp_path, *sizes],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert re.fullmatch(rf"{tmp_path}/{file} cannot be written: File too large.*\n", done.stderr)
    left = [path.name for path in tmp_path.iterdir()]
    assert not [name for name in left if re.match(rf"{file}|\.events|simulation", name)]


def test_the_settings_on_disk_are_plain_json(tmp_path: Path) -> None:
    simulate("--out", tmp_path, *TINY)
    recorded = json.loads((tmp_path / "simulation.json").read_text())
    assert set(recorded) == set(Settings.__struct_fields__)
