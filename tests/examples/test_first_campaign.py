"""The first example of the README, on real films."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from real_data import data_set
from running import StartServer

SCRIPT = Path(__file__).parents[2] / "examples" / "first_campaign.py"
METRIC = "normalized_discounted_cumulative_gain_at_10"


@pytest.mark.parametrize("name", ["ml-100k", pytest.param("ml-1m", marks=pytest.mark.slow)])
def test_it_trains_measures_and_follows_events(
    tmp_path: Path, start_server: StartServer, name: str
) -> None:
    data = data_set(name)
    server = start_server(
        tmp_path / "data",
        allowed=data,
        environment={"AISLE_TRANSFORMER_POSITIONS": "20000"},
    )
    done = subprocess.run(
        [sys.executable, SCRIPT, "--endpoint", server.url, "--data", data],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    found = re.search(rf"{METRIC}\s+([\d.]+)\s+([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    popularity, personal = (float(value) for value in found.groups())
    assert personal > 2 * popularity > 0
    changed = re.search(r"(\d+) of 25 recommendations have changed", done.stdout)
    assert changed is not None, done.stdout
    assert int(changed.group(1)) > 0
