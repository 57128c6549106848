"""What `aisle import` cannot do, and how it says so."""

from pathlib import Path

import pytest

from import_calls import NO_PORT, refused, run
from prepared import write_prepared
from running import Server
from sample import START, interactions, write_interactions


def test_options_of_the_load_hold(engine: Server, allowed: Path, tmp_path: Path) -> None:
    raw = write_interactions(tmp_path / "recent.csv")
    since = ("--since", str(START + 19 * 3600))
    said = refused(raw, "--endpoint", engine.url, "--out", allowed / "recent", *since)
    assert "fewer than 1000 interactions" in said


@pytest.mark.parametrize("option", [("--since", "soon"), ("--core", "0"), ("--cold-items", "2")])
def test_an_option_of_the_load_that_cannot_be_is_refused(
    tmp_path: Path, option: tuple[str, str]
) -> None:
    raw = write_interactions(tmp_path / "events.csv")
    assert option[0] in refused(raw, "--endpoint", NO_PORT, *option)


def test_options_of_the_load_are_refused_for_what_is_loaded(allowed: Path) -> None:
    folder = write_prepared(allowed / "loaded")
    said = refused(folder, "--endpoint", NO_PORT, "--core", "5")
    assert f"{folder} is loaded already" in said


def test_a_file_that_nobody_knows_is_named(engine: Server, tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("colour,size\nred,1\n")
    assert str(strange) in refused(strange, "--endpoint", engine.url, "--out", tmp_path / "out")


def test_files_without_interactions_are_refused_before_anything_is_made(
    engine: Server, tmp_path: Path
) -> None:
    items = tmp_path / "things.csv"
    items.write_text("asin,title,price\ni1,One,3\n")
    said = refused(items, "--endpoint", engine.url, "--out", tmp_path / "out")
    assert f"{tmp_path / 'out'} holds no interactions" in said
    groups = engine.client("personalize", "us-east-1").list_dataset_groups()["datasetGroups"]
    assert "things" not in [group["name"] for group in groups]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--recipe", "aws-magic"), "There is no recipe aws-magic"),
        (("--recipe", "aws-ecomm-popular-items-by-views"), "is for the domain ECOMMERCE"),
        (("--s3", "store/in"), "must be s3://bucket/prefix"),
    ],
)
def test_what_cannot_be_is_said_before_the_files_are_loaded(
    tmp_path: Path, wrong: tuple[str, ...], said: str
) -> None:
    raw = write_interactions(tmp_path / "events.csv")
    assert said in refused(raw, "--data-dir", tmp_path / "data", *wrong)
    assert not (tmp_path / "data").exists()


def test_a_folder_of_a_name_that_is_taken_is_refused(engine: Server, allowed: Path) -> None:
    popular = ("--recipe", "aws-popularity-count", "--endpoint", engine.url)
    first = write_prepared(allowed / "one" / "shop")
    other = write_prepared(allowed / "two" / "shop", interactions(seed=8))
    assert run(first, *popular).exit_code == 0
    said = refused(other, *popular)
    assert f"shop holds interactions from {(first / 'interactions.csv').as_uri()}" in said
    assert run(other, *popular, "--name", "shop").exit_code == 0


def test_a_folder_that_the_engine_may_not_read_comes_with_the_remedy(
    engine: Server, tmp_path: Path
) -> None:
    folder = write_prepared(tmp_path / "elsewhere")
    said = refused(folder, "--endpoint", engine.url)
    assert "Insufficient privileges" in said
    assert f"--allow-path {folder}" in said


def test_too_few_interactions_are_said_with_what_is_needed(engine: Server, allowed: Path) -> None:
    folder = write_prepared(allowed / "few", interactions()[:900])
    said = refused(folder, "--endpoint", engine.url)
    assert "Dataset has fewer than 1000 interactions" in said
    assert "25 users with 2 or more each" in said


def test_an_unknown_recipe_is_refused_before_anything_is_made(
    engine: Server, allowed: Path
) -> None:
    folder = write_prepared(allowed / "unknown-recipe")
    said = refused(folder, "--endpoint", engine.url, "--recipe", "aws-magic")
    assert "There is no recipe aws-magic. Recipes here: aws-ecomm-" in said
    groups = engine.client("personalize", "us-east-1").list_dataset_groups()["datasetGroups"]
    assert "unknown-recipe" not in [group["name"] for group in groups]


def test_an_endpoint_where_nobody_listens_is_said(allowed: Path) -> None:
    folder = write_prepared(allowed / "nobody")
    assert refused(folder, "--endpoint", NO_PORT) == f"Nobody listens at {NO_PORT}."


@pytest.mark.parametrize(
    "endpoint",
    [
        "localhost:8000",
        "http://",
        "ftp://127.0.0.1",
        "x",
        "",
        " ",
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://127.0.0.1: 80",
    ],
)
def test_an_endpoint_that_is_no_url_is_refused(allowed: Path, endpoint: str) -> None:
    folder = write_prepared(allowed / "no-url")
    assert f"--endpoint is '{endpoint}'; it must be like" in refused(folder, "--endpoint", endpoint)


def test_a_profile_that_is_not_configured_is_said(
    engine: Server, allowed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_prepared(allowed / "profile")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "profile (nobody) could not be found" in refused(folder, "--endpoint", engine.url)


def test_credentials_that_are_missing_are_said(
    allowed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    folder = write_prepared(allowed / "unsigned")
    said = refused(folder, "--endpoint", "http://engine.invalid")
    assert "cannot be signed: Unable to locate credentials" in said


@pytest.mark.parametrize("name", ["", "-a", "a b", "a" * 25, "ü"])
def test_a_name_that_resources_cannot_have_is_refused(allowed: Path, name: str) -> None:
    folder = write_prepared(allowed / "bad-name")
    assert "letters, digits, hyphens" in refused(folder, "--name", name, "--endpoint", NO_PORT)


def test_a_bucket_that_is_none_is_refused(engine: Server, allowed: Path) -> None:
    folder = write_prepared(allowed / "bad-bucket")
    said = refused(folder, "--endpoint", engine.url, "--s3", "store/in")
    assert "--s3 is 'store/in'; it must be s3://bucket/prefix." in said


@pytest.mark.parametrize(
    ("text", "rule"), [(None, "cannot be read: No such file"), ("{", "is not JSON")]
)
def test_a_schema_that_cannot_be_read_is_named(
    engine: Server, allowed: Path, text: str | None, rule: str
) -> None:
    folder = write_prepared(allowed / "bad-schema")
    schema = folder / "schemas" / "items.json"
    schema.unlink() if text is None else schema.write_text(text)
    said = refused(folder, "--endpoint", engine.url)
    assert f"{schema} {rule}" in said
