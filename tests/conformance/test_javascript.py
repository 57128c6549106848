"""The AWS SDK for JavaScript on the whole journey, in `journey.mjs`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from running import StartServer
from sample import INTERACTIONS_SCHEMA, ITEMS_EACH, TASTES, write_interactions

SCRIPT = Path(__file__).with_name("journey.mjs")
SEEN = {"horror-01", "horror-02", "horror-03"}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> dict[str, Any]:
    """What the script saw."""
    folder = tmp_path_factory.mktemp("javascript")
    file = write_interactions(folder / "in" / "interactions.csv")
    server = start_server(folder / "data", allowed=folder / "in")
    beside_python = f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}"
    node = shutil.which("node", path=beside_python)
    assert node, "there is no node; `make test` brings one"
    ran = subprocess.run(
        [node, SCRIPT, server.url, file.as_uri(), INTERACTIONS_SCHEMA],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not ran.returncode, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_recommendations_follow_the_events_it_sent(seen: dict[str, Any]) -> None:
    assert [item.split("-")[0] for item in seen["first"]].count("horror") >= 4
    assert seen["first"] == seen["all"][:5]


def test_a_filter_takes_away_what_was_seen(seen: dict[str, Any]) -> None:
    assert len(seen["all"]) == ITEMS_EACH * len(TASTES)
    assert set(seen["all"]) - set(seen["unseen"]) == SEEN


def test_errors_arrive_as_the_sdks_own_classes(seen: dict[str, Any]) -> None:
    assert seen["unknown"] is True
    assert seen["again"] == {
        "code": "ResourceAlreadyExistsException",
        "known": True,
        "message": f"Another resource with Arn {seen['schemaArn']} already exists.",
    }


def test_pages_of_one_make_up_the_whole_list(seen: dict[str, Any]) -> None:
    assert seen["schemas"] == ["by-javascript", "by-javascript-2"]
    assert len(seen["recipes"]) == len(set(seen["recipes"])) > 1
    assert seen["solutionVersions"] == [seen["solutionVersionArn"]]


def test_answers_have_the_types_that_the_sdk_knows(seen: dict[str, Any]) -> None:
    assert seen["created"] is True
    assert seen["trainingHours"] > 0
    assert seen["metrics"]["coverage"] > 0
    assert seen["tags"] == [{"tagKey": "made", "tagValue": "by JavaScript"}]


def test_everything_can_be_deleted(seen: dict[str, Any]) -> None:
    assert seen["left"] == []
