"""The page of results says what the JSON says."""

from pathlib import Path

import pytest

from benchmarks.page import RESULTS, page, rendered, verdict
from benchmarks.published import GOALS, PUBLISHED, Goal
from benchmarks.quality.rows import Row

_DOCS = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def row(model: str, value: float, metric: str = "ndcg@10", seconds: float = 12.5) -> Row:
    section = "E" if metric.startswith("ndcg@10 at epoch") else "A"
    return Row(section, "ml-1m", model, metric, value, seconds, 512, 0, "as told")


def test_the_page_in_docs_is_what_the_results_render() -> None:
    assert _DOCS.read_text(encoding="utf-8") == rendered(RESULTS), (
        "run `python -m benchmarks.page > docs/benchmarks.md`"
    )


def test_a_measured_row_stands_with_its_seconds_memory_and_note() -> None:
    assert "| ease | 0.0545 | " in page([row("ease", 0.0545)])
    assert " 12.5 | 512 | as told |" in page([row("ease", 0.0545)])


def test_published_rows_stand_beside_the_measured_ones_in_their_columns() -> None:
    lines = page([row("ease", 0.0545)]).splitlines()

    head = next(line for line in lines if line.startswith("| model"))
    published = next(line for line in lines if line.startswith("| *eSASRec*"))
    column = head.split(" | ").index("ndcg@10")
    assert published.split(" | ")[column] == "0.1772"


def test_values_where_the_time_is_given_are_no_points_of_a_curve() -> None:
    found = page([row("ease", 0.2284, "ndcg@10, time given")])
    assert any("| ease |" in line and "0.2284" in line for line in found.splitlines())


def test_a_section_without_results_has_no_heading() -> None:
    assert "## B." not in page([row("ease", 0.0545)])


def test_a_goal_that_is_reached_is_met() -> None:
    assert "ndcg@10: at least 0.2, measured 0.2034: met" in page([row("aisle", 0.2034)])


def test_a_goal_that_is_missed_says_by_how_much() -> None:
    assert "at least 0.2, measured 0.18: **missed by 10.0%**" in page([row("aisle", 0.18)])


def test_what_others_reach_is_not_held_to_our_goals() -> None:
    assert "Goals of" not in page([row("ease", 0.18)])


@pytest.mark.parametrize(("value", "word"), [(599.0, "met"), (600.0, "met"), (660.0, "10.0%")])
def test_of_seconds_less_is_better(value: float, word: str) -> None:
    assert word in verdict(Goal("E", "ml-1m", "seconds in all", 600.0, at_most=True), value)


def test_the_points_of_curves_give_times_to_the_yardsticks_quality() -> None:
    rows = [
        row("rectools-sasrec", 0.1, "ndcg@10 at epoch 1", 100.0),
        row("rectools-sasrec", 0.2, "ndcg@10 at epoch 2", 200.0),
        row("aisle", 0.21, "ndcg@10 at epoch 1", 10.0),
    ]

    found = page(rows)

    assert "measured 0.05: met" in found
    assert "ndcg@10 at epoch" not in found


def test_every_goal_is_of_a_metric_that_is_published_or_ours() -> None:
    sections = {one.section for one in PUBLISHED} | {"D", "E"}
    assert {goal.section for goal in GOALS} == sections
