"""`aisle demo FILES`: what it makes for the engine, and the whole of it."""

import csv
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from rich.console import Console
from typer.testing import CliRunner

from aisle.cli.app import app
from allstore.demo.loaded import LoadedStore
from running import until

QUIET = Console(quiet=True)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_the_engine_learns_the_shops_categories_and_that_a_review_is_a_purchase(
    files: list[Path], tmp_path: Path
) -> None:
    plan = LoadedStore(files).set_up(tmp_path, QUIET)
    store = tmp_path / "store"
    assert {row["EVENT_TYPE"] for row in rows(store / "interactions.csv")} == {"Purchase"}
    places = {row["ITEM_ID"]: row for row in rows(store / "items.csv")}
    assert len(places) == 38
    boot, bare = places["boot"], places["bare"]
    assert (boot["CATEGORY_L1"], boot["CATEGORY_L2"]) == ("camping-hiking", "Boots")
    assert (boot["PRICE"], bare["PRICE"], bare["CATEGORY_L1"]) == ("1089.5", "", "everything-else")
    fields = json.loads((store / "schemas" / "items.json").read_text())["fields"]
    assert [field["name"] for field in fields] == list(boot)
    assert [dataset.kind for dataset in plan.datasets] == ["Interactions", "Items"]
    assert plan.recommenders[0].recipe == "aws-ecomm-popular-items-by-purchases"


def test_the_same_files_are_not_loaded_again_and_changed_ones_are(
    files: list[Path], tmp_path: Path
) -> None:
    own = [tmp_path / file.name for file in files]
    for copy, file in zip(own, files, strict=True):
        copy.write_bytes(file.read_bytes())
    folder, made = tmp_path / "demo", tmp_path / "demo" / "store" / "items.csv"
    LoadedStore(own).set_up(folder, QUIET)
    before = made.stat().st_mtime_ns
    LoadedStore(own).set_up(folder, QUIET)
    assert made.stat().st_mtime_ns == before
    own[0].write_text(own[0].read_text() + '{"asin": "more", "title": "More"}\n')
    LoadedStore(own).set_up(folder, QUIET)
    assert "more" in {row["ITEM_ID"] for row in rows(made)}


def test_a_folder_of_another_store_is_refused(files: list[Path], tmp_path: Path) -> None:
    LoadedStore(files).set_up(tmp_path, QUIET)
    with pytest.raises(SystemExit, match=r"holds a store loaded from .*meta\.json"):
        LoadedStore(files[:1]).set_up(tmp_path, QUIET)
    simulated = CliRunner().invoke(app, ["demo", "--data-dir", str(tmp_path), "--port", "65001"])
    assert "holds a store that was loaded from files" in simulated.output
    (tmp_path / "store" / "complete").write_text('{"shoppers": 1}')
    with pytest.raises(SystemExit, match="holds a store of simulated shoppers"):
        LoadedStore(files).set_up(tmp_path, QUIET)


def test_files_that_cannot_be_loaded_end_the_command_with_the_reason(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.json"
    nothing.write_text("[]")
    with pytest.raises(SystemExit, match=r"nothing\.json"):
        LoadedStore([nothing]).set_up(tmp_path / "demo", QUIET)


def test_products_without_events_make_no_demo_and_say_what_is_needed(
    files: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="No file tells of reviews or other events"):
        LoadedStore(files[:1]).set_up(tmp_path, QUIET)


def test_the_size_of_a_simulation_makes_no_sense_beside_files(files: list[Path]) -> None:
    asked = ["demo", *map(str, files), "--products", "500"]
    refused = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
    assert refused.exit_code == 2
    assert "--products is of a simulated store; files bring their own." in refused.output


@pytest.mark.slow
def test_the_demo_opens_on_files_and_recommends(files: list[Path], tmp_path: Path) -> None:
    """With four times the reviews, since a training asks for a thousand."""
    many = tmp_path / "many.json"
    lines = [json.loads(line) for line in files[1].read_text().splitlines()]
    again = [
        line | {"reviewerID": f"{line['reviewerID']}-{turn}"} for line in lines for turn in range(4)
    ]
    many.write_text("".join(json.dumps(line) + "\n" for line in again))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    asked = ["demo", str(files[0]), str(many), "--no-browser", "--port", str(port)]
    command = [sys.executable, "-m", "aisle", *asked, "--data-dir", str(tmp_path / "demo")]
    log = tmp_path / "demo.log"
    with log.open("wb") as said:
        demo = subprocess.Popen(command, stdout=said, stderr=said, env=os.environ)
    shop = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)

    def answers(path: str) -> bool:
        try:
            answer = shop.get(path)
        except httpx.TransportError:
            assert demo.poll() is None, log.read_text()
            return False
        return bool(answer.json()) and "x-allstore-warning" not in answer.headers

    try:
        until(lambda: answers("/recommendations"), "the shop to open", seconds=180)
        assert answers("/recommendations/user-03-1")
        until(lambda: answers("/recommendationsitem/item-03"), "similar items", seconds=180)
    finally:
        demo.terminate()
        demo.wait(60)
        shop.close()
