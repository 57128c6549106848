"""`aisle import` through a running engine."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from typer.testing import CliRunner, Result

from aisle.cli.app import app
from journey import item_ids
from prepared import write_prepared
from running import Server, StartServer
from sample import START, interactions, write_interactions

NO_PORT = "http://127.0.0.1:9"


@pytest.fixture(scope="module", autouse=True)
def no_credentials() -> Iterator[None]:
    """Nothing of AWS is configured."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        _configure_nothing(monkeypatch)
        yield


def _configure_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "PROFILE", "DEFAULT_REGION", "REGION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("allowed")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 in this process."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture(scope="module")
def server(
    allowed: Path, s3: str, tmp_path_factory: pytest.TempPathFactory, start_server: StartServer
) -> Server:
    environment = {
        "AISLE_S3_ENDPOINT": s3,
        "AISLE_S3_ACCESS_KEY_ID": "any",
        "AISLE_S3_SECRET_ACCESS_KEY": "any",
    }
    folder = tmp_path_factory.mktemp("engine")
    return start_server(folder / "data", allowed=allowed, environment=environment)


@pytest.fixture(scope="module")
def imported(server: Server, allowed: Path) -> Result:
    """What is said to the simplest call."""
    result = run(write_prepared(allowed / "films"), "--endpoint", server.url)
    assert result.exit_code == 0, result.output
    return result


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["import", *map(str, arguments)])


def refused(*arguments: str | Path) -> str:
    """What is said to a call that cannot be carried out; never a traceback."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    return " ".join(result.stderr.split())


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
    assert steps.count("training user-personalization") == 1


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
    server: Server, allowed: Path, recipes: tuple[str, ...], call: str
) -> None:
    folder = write_prepared(allowed / "several")
    named = [word for recipe in recipes for word in ("--recipe", recipe)]
    result = run(folder, "--endpoint", server.url, "--name", "side_by-side", *named)
    assert result.exit_code == 0, result.output
    assert "campaign/side_by-side-sims" in result.stdout
    assert "campaign/side_by-side-personalized-ranking" in result.stdout
    assert re.search(call, result.stdout)
    assert "5. The " in result.stdout


def test_raw_files_are_loaded_on_the_way(server: Server, allowed: Path, tmp_path: Path) -> None:
    raw = write_interactions(tmp_path / "events.csv", [*interactions(), ("", "x", "View", "1")])
    out = allowed / "raw"
    popular = ("--recipe", "aws-popularity-count")
    result = run(raw, "--endpoint", server.url, "--out", out, *popular)
    assert result.exit_code == 0, result.output
    assert "campaign/events-popularity-count" in result.stdout
    assert f"1 rows rejected: {out / 'rejected.jsonl'}" in result.stderr
    again = run(raw, "--endpoint", server.url, "--out", out, *popular)
    assert "importing interactions: there already" in again.stderr


def test_options_of_the_load_hold(server: Server, allowed: Path, tmp_path: Path) -> None:
    raw = write_interactions(tmp_path / "recent.csv")
    since = ("--since", str(START + 19 * 3600))
    said = refused(raw, "--endpoint", server.url, "--out", allowed / "recent", *since)
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


def test_a_file_that_nobody_knows_is_named(tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("colour,size\nred,1\n")
    assert str(strange) in refused(strange, "--endpoint", NO_PORT, "--out", tmp_path / "out")


def test_real_reviews_are_recommended_by_title(server: Server, allowed: Path) -> None:
    if "AISLE_TEST_DATA" not in os.environ:
        pytest.skip("AISLE_TEST_DATA names no folder with the gift card reviews")
    reviews = Path(os.environ["AISLE_TEST_DATA"]) / "amazon-gift-cards-2018"
    result = run(reviews, "--endpoint", server.url, "--out", allowed / "cards", "--name", "cards")
    assert result.exit_code == 0, result.output
    ranked = [line for line in result.stdout.splitlines() if re.match(r" +\d\. ", line)]
    assert len(ranked) == 5
    assert sum("Gift Card" in line for line in ranked) >= 3


def test_a_folder_that_the_engine_may_not_read_comes_with_the_remedy(
    server: Server, tmp_path: Path
) -> None:
    folder = write_prepared(tmp_path / "elsewhere")
    said = refused(folder, "--endpoint", server.url)
    assert "Insufficient privileges" in said
    assert f"--allow-path {folder}" in said


def test_files_go_by_s3_once(
    server: Server, s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3)
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="store")
    folder = write_prepared(tmp_path / "bucket")
    popular = ("--recipe", "aws-popularity-count")
    arguments = (folder, "--endpoint", server.url, "--s3", "s3://store/in/", *popular)
    first, second = run(*arguments), run(*arguments)
    assert first.exit_code == second.exit_code == 0, first.output
    assert "sending interactions.csv: sent" in first.stderr
    assert "sending interactions.csv: there already" in second.stderr


def test_too_few_interactions_are_said_with_what_is_needed(server: Server, allowed: Path) -> None:
    folder = write_prepared(allowed / "few", interactions()[:900])
    said = refused(folder, "--endpoint", server.url)
    assert "Dataset has fewer than 1000 interactions" in said
    assert "25 users with 2 or more each" in said


def test_an_unknown_recipe_is_refused_before_anything_is_made(
    server: Server, allowed: Path
) -> None:
    folder = write_prepared(allowed / "unknown-recipe")
    said = refused(folder, "--endpoint", server.url, "--recipe", "aws-magic")
    assert "There is no recipe aws-magic. Recipes here: aws-ecomm-popular-items-by-" in said
    groups = server.client("personalize", "us-east-1").list_dataset_groups()["datasetGroups"]
    assert "unknown-recipe" not in [group["name"] for group in groups]


def test_an_endpoint_where_nobody_listens_is_said(allowed: Path) -> None:
    folder = write_prepared(allowed / "nobody")
    assert refused(folder, "--endpoint", NO_PORT) == f"Nobody listens at {NO_PORT}."


@pytest.mark.parametrize("endpoint", ["localhost:8000", "http://", "ftp://127.0.0.1", "x"])
def test_an_endpoint_that_is_no_url_is_refused(allowed: Path, endpoint: str) -> None:
    folder = write_prepared(allowed / "no-url")
    assert f"--endpoint is '{endpoint}'; it must be like" in refused(folder, "--endpoint", endpoint)


@pytest.mark.parametrize("name", ["", "-a", "a b", "a" * 25, "ü"])
def test_a_name_that_resources_cannot_have_is_refused(allowed: Path, name: str) -> None:
    folder = write_prepared(allowed / "bad-name")
    assert "letters, digits, hyphens" in refused(folder, "--name", name, "--endpoint", NO_PORT)


def test_a_bucket_that_is_none_is_refused(server: Server, allowed: Path) -> None:
    folder = write_prepared(allowed / "bad-bucket")
    said = refused(folder, "--endpoint", server.url, "--s3", "store/in")
    assert "--s3 is 'store/in'; it must be s3://bucket/prefix." in said


@pytest.mark.parametrize(
    ("text", "rule"), [(None, "cannot be read: No such file"), ("{", "is not JSON")]
)
def test_a_schema_that_cannot_be_read_is_named(
    server: Server, allowed: Path, text: str | None, rule: str
) -> None:
    folder = write_prepared(allowed / "bad-schema")
    schema = folder / "schemas" / "items.json"
    schema.unlink() if text is None else schema.write_text(text)
    said = refused(folder, "--endpoint", server.url)
    assert f"{schema} {rule}" in said
