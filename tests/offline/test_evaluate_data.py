"""`aisle evaluate --data`: any data set, from the command line to the report."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner, Result

from aisle.charts import CHARTS
from aisle.cli.app import app
from loaded import json_lines, load_in, review

RECIPE = "aws-popularity-count"
ROW = {
    "section", "dataset", "model", "metric", "value", "low", "high", "seconds", "seed", "note"
}  # fmt: skip


def evaluate(*options: str) -> Result:
    return CliRunner().invoke(app, ["evaluate", *options])


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reviews of sixty users, who go round forty items, twenty each."""
    folder = tmp_path_factory.mktemp("shop")
    rows = [
        review(f"u{user:02}", f"i{(user + step) % 40:02}", 1_400_000_000 + 1000 * step + user)
        for user in range(60)
        for step in range(20)
    ]
    (folder / "reviews.json").write_bytes(json_lines(rows))
    meta = [
        {"asin": f"i{item:02}", "title": f"Item {item}", "genre": f"g{item % 4}"}
        for item in range(40)
    ]
    (folder / "meta.json").write_bytes(json_lines(meta))
    return folder


@pytest.fixture(scope="module")
def done(reviews: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    out = tmp_path_factory.mktemp("out")
    files = ("--json", str(out / "found.json"), "--html", str(out / "report.html"))
    models = ("--recipe", RECIPE, "--baseline", "item-knn")
    held = ("--protocol", "percent-holdout", "--cutoff", "5", "--cutoff", "10", "--blind")
    return evaluate("--data", str(reviews), *held, *models, "--seed", "7", *files), out


@pytest.fixture(scope="module")
def found(done: tuple[Result, Path]) -> dict[str, Any]:
    result, out = done
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads((out / "found.json").read_bytes())
    return document


def test_both_popularities_stand_beside_what_was_asked_for(found: dict[str, Any]) -> None:
    models = dict.fromkeys(row["model"] for row in found["rows"])
    assert list(models) == ["popularity", "recent-popularity", "item-knn", RECIPE]


def test_rows_have_the_form_of_the_benchmarks(found: dict[str, Any]) -> None:
    assert all(set(row) == ROW for row in found["rows"])
    assert {row["seed"] for row in found["rows"]} == {7}
    metrics = {row["metric"] for row in found["rows"]}
    assert {"ndcg@5", "ndcg@10", "ndcg_published@10", "coverage@10", "gini@5"} <= metrics


def test_the_setup_tells_data_protocol_and_machine(found: dict[str, Any]) -> None:
    setup = found["setup"]
    assert (setup["users"], setup["items"], setup["interactions"]) == (60, 40, 1200)
    assert setup["protocol"]["name"] == "percent-holdout"
    assert setup["protocol"]["target_time"] is False
    assert setup["diverse_by"] == "metadata"
    assert setup["machine"]["aisle"]


def test_the_table_says_what_was_measured(done: tuple[Result, Path]) -> None:
    assert "1,200 interactions of 60 users with 40 items; percent-holdout, seed 7" in done[0].output
    assert "blind to the time of the event to be found" in done[0].output
    assert re.search(rf"{RECIPE} against [a-z-]+: NDCG@5 [+-]0\.\d+ \(95 %:", done[0].output)


def test_what_load_wrote_gives_the_same_as_the_files(
    reviews: Path, found: dict[str, Any], tmp_path: Path
) -> None:
    files = {one.name: one.read_bytes() for one in reviews.iterdir()}
    out = load_in(tmp_path, files).out
    again = tmp_path / "again.json"
    options = ("--protocol", "percent-holdout", "--blind", "--seed", "7", "--recipe", RECIPE)
    assert evaluate("--data", str(out), *options, "--json", str(again)).exit_code == 0
    values = {
        (row["model"], row["metric"]): row["value"]
        for row in json.loads(again.read_bytes())["rows"]
    }
    first = {(row["model"], row["metric"]): row["value"] for row in found["rows"]}
    assert values
    assert values.items() <= first.items()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--recipe", "magic"), "No model is called magic. There are: "),
        (("--protocol", "magic"), "--protocol must be one of leave-one-out, time-split"),
        (("--variant", "magic"), "--variant must be one of first, last, successive; found magic"),
        (("--baseline", RECIPE), "--baseline must be one of random, popularity"),
        (("--recipe", "aws-next-best-action"), "learns from ACTION_INTERACTIONS"),
        (("--share", "1.5"), "share must be between 0 and 1; found 1.5"),
        (("--html", "/nowhere/at/all.html"), "--html /nowhere/at/all.html cannot be written"),
        (("--recipe", "aws-ecomm-popular-items-by-purchases"), "after filtering by event type"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(
    reviews: Path, options: tuple[str, ...], said: str
) -> None:
    result = evaluate("--data", str(reviews), *options)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"nothing of the kind", "nothing.csv"),
        (b"USER_ID,ITEM_ID,TIMESTAMP\na,b,1400000000\n", "finds nobody to ask among 1 users"),
    ],
)
def test_data_that_will_not_do_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / "nothing.csv").write_bytes(text)
    result = evaluate("--data", str(tmp_path))
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_data_or_a_simulated_store_is_to_be_named(tmp_path: Path) -> None:
    assert "Name a folder" in evaluate().output
    assert "not both" in evaluate(str(tmp_path), "--data", str(tmp_path)).output
    assert "no such file" in evaluate("--data", str(tmp_path / "none")).output


def test_the_report_loads_nothing_and_has_every_number(
    done: tuple[Result, Path], found: dict[str, Any]
) -> None:
    page = (done[1] / "report.html").read_text()
    markup = page[: page.index("<script")]
    assert re.findall(r'(?:src|href)="|url\(|@import', markup) == []
    for row in found["rows"]:
        digits = 2 if row["metric"].startswith("novelty") else 4
        assert f"{row['value']:.{digits}f}" in markup


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1200, "dark")])
def test_the_charts_are_drawn_and_nothing_runs_over_the_side(
    done: tuple[Result, Path], browser: Browser, width: int, scheme: str
) -> None:
    assert CHARTS.exists(), "make static brings it"
    errors: list[str] = []
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"file://{done[1]}/report.html")
    page.wait_for_selector(".chart canvas")
    drawn = page.locator(".chart canvas").count()
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.close()
    assert (errors, drawn, overflow) == ([], 5, 0)
