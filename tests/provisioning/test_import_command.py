"""`aisle import` through a running engine."""

import json
import re
from pathlib import Path

import boto3
import pytest
from typer.testing import Result

from import_calls import refused, run
from journey import item_ids
from prepared import write_prepared
from real_data import data_set
from running import Server
from sample import interactions, write_interactions


@pytest.fixture(scope="module")
def imported(engine: Server, allowed: Path) -> Result:
    """What is said to the simplest call."""
    result = run(write_prepared(allowed / "films"), "--endpoint", engine.url)
    assert result.exit_code == 0, result.output
    return result


def test_the_snippet_that_is_printed_works(imported: Result) -> None:
    snippet = re.findall(r"^  (?:import|runtime|print).*$", imported.stdout, re.MULTILINE)
    assert len(snippet) == 3
    call = snippet[2].strip().removeprefix("print(").removesuffix(")")
    names: dict[str, object] = {}
    exec("\n".join([*(line.strip() for line in snippet[:2]), f"answer = {call}"]), names)  # noqa: S102
    answer = names["answer"]
    assert isinstance(answer, dict)
    assert len(item_ids(answer)) == 25


def test_what_a_user_took_and_is_recommended_is_shown_by_title(imported: Result) -> None:
    taken = re.search(r"took last: The (\w+) number \d+; ", imported.stdout)
    assert taken is not None, imported.output
    assert f"1. The {taken.group(1)} number" in imported.stdout


def test_steps_are_lines_where_there_is_no_terminal(imported: Result) -> None:
    steps = [line.split(":")[0] for line in imported.stderr.splitlines()]
    assert steps.count("importing interactions") == 1
    assert steps.count("importing items") == 1
    assert steps.count("training user-personalization-v2") == 1


@pytest.mark.parametrize(
    ("recipes", "call"),
    [
        (
            ("aws-sims", "aws-personalized-ranking"),
            r"get_recommendations\(campaignArn=\S+, userId=\S+, itemId=\S+\)",
        ),
        (
            ("aws-personalized-ranking", "aws-sims"),
            r"get_personalized_ranking\(.*inputList=\[.+\]\)",
        ),
    ],
)
def test_recipes_answer_side_by_side_and_the_first_is_asked_as_its_type_wants(
    engine: Server, allowed: Path, recipes: tuple[str, ...], call: str
) -> None:
    folder = write_prepared(allowed / "several")
    named = [word for recipe in recipes for word in ("--recipe", recipe)]
    result = run(folder, "--endpoint", engine.url, "--name", "side_by-side", *named)
    assert result.exit_code == 0, result.output
    assert "campaign/side_by-side-sims" in result.stdout
    assert "campaign/side_by-side-personalized-ranking" in result.stdout
    assert re.search(call, result.stdout)
    assert "5. The " in result.stdout


def test_raw_files_are_loaded_on_the_way(engine: Server, allowed: Path, tmp_path: Path) -> None:
    raw = write_interactions(tmp_path / "events.csv", [*interactions(), ("", "x", "View", "1")])
    out = allowed / "raw"
    popular = ("--recipe", "aws-popularity-count")
    result = run(raw, "--endpoint", engine.url, "--out", out, *popular)
    assert result.exit_code == 0, result.output
    assert "campaign/events-popularity-count" in result.stdout
    assert f"1 rows rejected: {out / 'rejected.jsonl'}" in result.stderr
    again = run(raw, "--endpoint", engine.url, "--out", out, *popular)
    assert "importing interactions: there already" in again.stderr


def test_other_files_do_not_take_a_name_that_nobody_gave(
    engine: Server, allowed: Path, tmp_path: Path
) -> None:
    popular = ("--recipe", "aws-popularity-count", "--endpoint", engine.url)
    first = write_interactions(tmp_path / "x" / "visits.csv")
    other = write_interactions(tmp_path / "y" / "visits.csv", interactions(seed=8))
    out = ("--out", allowed / "visits")
    assert run(first, *out, *popular).exit_code == 0
    before = (allowed / "visits" / "interactions.csv").read_bytes()
    said = refused(other, *out, *popular)
    assert f"{allowed / 'visits'} was loaded from {first}" in said
    assert (allowed / "visits" / "interactions.csv").read_bytes() == before
    assert run(other, *out, *popular, "--name", "visits").exit_code == 0


def test_a_dataset_that_is_left_out_is_named(engine: Server, allowed: Path) -> None:
    folder = write_prepared(allowed / "without")
    arguments = (folder, "--recipe", "aws-popularity-count", "--endpoint", engine.url)
    assert run(*arguments).exit_code == 0
    (folder / "items.csv").unlink()
    again = run(*arguments)
    assert again.exit_code == 0, again.output
    assert "items of an earlier import: not among these files; they stay" in again.stderr


@pytest.mark.parametrize("hole", ["title", "brand", "price"])
def test_items_with_a_value_less_are_imported_under_the_same_name(
    engine: Server, allowed: Path, tmp_path: Path, hole: str
) -> None:
    raw = tmp_path / f"by-{hole}"
    raw.mkdir()
    write_interactions(raw / "events.csv")
    items = [
        {"asin": f"drama-{n:02d}", "title": f"T{n}", "brand": f"B{n}", "price": n}
        for n in range(15)
    ]
    arguments = (raw, "--endpoint", engine.url, "--out", allowed / raw.name)
    popular = ("--recipe", "aws-popularity-count")
    (raw / "items.json").write_text("\n".join(json.dumps(item) for item in items))
    assert run(*arguments, *popular).exit_code == 0
    items[3][hole] = None if hole != "price" else 2.5
    (raw / "items.json").write_text("\n".join(json.dumps(item) for item in items))
    again = run(*arguments, *popular)
    assert again.exit_code == 0, again.output
    assert "importing items: ready" in again.stderr


def test_real_reviews_are_recommended_by_title(engine: Server, allowed: Path) -> None:
    reviews = data_set("amazon-gift-cards-2018")
    result = run(reviews, "--endpoint", engine.url, "--out", allowed / "cards", "--name", "cards")
    assert result.exit_code == 0, result.output
    ranked = [line for line in result.stdout.splitlines() if re.match(r" +\d\. ", line)]
    assert len(ranked) == 5
    assert sum("Gift Card" in line for line in ranked) >= 3


def test_files_go_by_s3_once(
    engine: Server, s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3)
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="store")
    folder = write_prepared(tmp_path / "bucket")
    popular = ("--recipe", "aws-popularity-count")
    arguments = (folder, "--endpoint", engine.url, "--s3", "s3://store/in/", *popular)
    first, second = run(*arguments), run(*arguments)
    assert first.exit_code == second.exit_code == 0, first.output
    assert "sending interactions.csv: sent" in first.stderr
    assert "sending interactions.csv: there already" in second.stderr
