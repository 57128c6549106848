"""`aisle evaluate` on a store that `aisle simulate` wrote."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from aisle.cli.app import app
from allstore.simulator import Settings, write

FULL = "aws-user-personalization"
NEXT, TASTE = "knows what is next", "knows what is liked"


def evaluate(store: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["evaluate", str(store), *options])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    write(
        Settings(seed=2, end=1_790_000_000, shoppers=300, products=150, interactions=9000),
        folder,
        file_format="parquet",
    )
    return folder


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The standings, by model, on the store of the demo; without a transformer, which takes minutes
    of training.
    """
    folder = tmp_path_factory.mktemp("ladder")
    write(Settings(seed=3, end=1_790_000_000), folder)
    found = str(folder / "found.json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_TRANSFORMER_POSITIONS", "0")
        done = evaluate(folder, "--json", found, "--users", "1000")
    assert done.exit_code == 0, done.output
    standings = json.loads((folder / "found.json").read_bytes())["standings"]
    return {one["model"]: one for one in standings}


@pytest.mark.slow
def test_every_model_is_better_than_the_simpler_one(ladder: dict[str, dict[str, Any]]) -> None:
    order = ["random", "popularity", "item-knn", "ease", FULL, NEXT]
    for worse, better in pairwise(order):
        error = ladder[better]["ndcg_error"] + ladder[worse]["ndcg_error"]
        assert ladder[better]["ndcg"] > ladder[worse]["ndcg"] + 1.5 * error


@pytest.mark.slow
def test_the_gaps_are_those_of_a_store(ladder: dict[str, dict[str, Any]]) -> None:
    assert 2 < ladder["popularity"]["hit_rate"] / ladder["random"]["hit_rate"] < 20
    assert 4 < ladder["item-knn"]["ndcg"] / ladder["popularity"]["ndcg"] < 20
    assert 1.05 < ladder["ease"]["ndcg"] / ladder["item-knn"]["ndcg"] < 2
    assert 1.5 < ladder[FULL]["ndcg"] / ladder["ease"]["ndcg"] < 4
    assert 0.4 < ladder[FULL]["of_ceiling"] < 0.8
    assert ladder[NEXT]["hit_rate"] < 0.9


@pytest.mark.slow
def test_regret_is_largest_for_chance_and_nothing_for_the_truth(
    ladder: dict[str, dict[str, Any]],
) -> None:
    assert ladder[TASTE]["regret"] == 0.0
    assert ladder[TASTE]["of_ceiling"] < ladder[FULL]["of_ceiling"]
    assert ladder["random"]["regret_share"] == pytest.approx(1.0)
    assert all(one["regret_share"] <= 1.0 for one in ladder.values())


def test_parquet_is_read_and_the_chosen_models_are_shown(small: Path) -> None:
    done = evaluate(small, "--model", "popularity", "--model", "aws-sims", "--users", "50")
    assert done.exit_code == 0
    assert "50 users asked" in done.output
    rows = [line.split()[0] for line in done.output.splitlines() if "%" in line]
    assert set(rows) == {"popularity", "aws-sims", "knows"}


def test_an_unknown_model_is_refused(small: Path) -> None:
    done = evaluate(small, "--model", "magic")
    assert done.exit_code == 2
    assert "No model is called magic" in done.output
    assert "item-knn" in done.output


def test_data_of_no_simulation_are_refused(tmp_path: Path) -> None:
    (tmp_path / "interactions.csv").write_text("USER_ID,ITEM_ID,TIMESTAMP\na,b,1\n")
    done = evaluate(tmp_path)
    assert done.exit_code == 2
    assert "no simulation.json" in done.output


HEADER = "USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (f"{HEADER}a,b,View,1\n", "'b' is not of the simulation"),
        (f"{HEADER}1,b,View\n", "interactions.csv"),
        (f"{HEADER}1,b,View,soon\n", "soon"),
        ("WHO,WHAT\n1,2\n", "ITEM_ID"),
        ("", "interactions.csv"),
    ],
)
def test_events_that_are_not_of_the_simulation_are_refused(
    small: Path, tmp_path: Path, rows: str, said: str
) -> None:
    (tmp_path / "interactions.csv").write_text(rows)
    (tmp_path / "simulation.json").write_bytes((small / "simulation.json").read_bytes())
    done = evaluate(tmp_path)
    assert done.exit_code == 2
    assert said in done.output


def test_a_shopper_of_another_simulation_is_named(small: Path, tmp_path: Path) -> None:
    settings = json.loads((small / "simulation.json").read_bytes())
    (tmp_path / "simulation.json").write_text(json.dumps({**settings, "shoppers": 200}))
    (tmp_path / "interactions.parquet").write_bytes((small / "interactions.parquet").read_bytes())
    done = evaluate(tmp_path)
    assert done.exit_code == 2
    assert "is not of the simulation" in done.output


def test_a_file_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    done = evaluate(tmp_path, "--json", str(tmp_path / "none" / "found.json"))
    assert done.exit_code == 2
    assert "there is no folder" in done.output


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = evaluate(tmp_path / "nothing")
    assert done.exit_code == 2
    assert "nothing" in done.output
