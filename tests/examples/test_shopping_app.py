"""The shopping app's set-up script: one endpoint, run twice, and a teardown that leaves nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest

from running import Server, StartServer

SCRIPT = Path(__file__).parents[2] / "examples" / "shopping_app.py"
REGION = "eu-central-1"
LISTS = (
    ("list_schemas", "schemas"),
    ("list_dataset_groups", "datasetGroups"),
    ("list_datasets", "datasets"),
    ("list_dataset_import_jobs", "datasetImportJobs"),
    ("list_recommenders", "recommenders"),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    command = [sys.executable, "-m", "aisle", "simulate", "--out", str(folder), "--seed", "5"]
    size = ["--shoppers", "400", "--products", "150", "--interactions", "20000"]
    subprocess.run([*command, *size], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Server:
    folder = tmp_path_factory.mktemp("app")
    return start_server(folder / "data", allowed=folder, environment={"AISLE_LOCAL_AWS": "true"})


def environment(server: Server) -> dict[str, str]:
    return {
        **os.environ,
        "AWS_ENDPOINT_URL": server.url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
    }


def run(server: Server, *arguments: str) -> str:
    """What the script says."""
    done = subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        env=environment(server),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def arns(said: str) -> Sequence[str]:
    return sorted(set(re.findall(r"arn:aws:personalize:\S+", said)))


def left(server: Server) -> list[object]:
    """Everything that an account has."""
    client: Callable[..., Any] = boto3.Session("any", "any", region_name=REGION).client
    s3, iam, ssm = (client(name, endpoint_url=server.url) for name in ("s3", "iam", "ssm"))
    personalize = server.client("personalize", REGION)
    found: list[object] = [
        *(bucket["Name"] for bucket in s3.list_buckets()["Buckets"]),
        *(role["RoleName"] for role in iam.list_roles()["Roles"]),
        *(one["Name"] for one in ssm.describe_parameters()["Parameters"]),
    ]
    for call, member in LISTS:
        found += getattr(personalize, call)()[member]
    return found


@pytest.mark.slow
def test_it_sets_everything_up_once_and_takes_everything_down(server: Server, store: Path) -> None:
    first = run(server, str(store))
    assert len(re.findall(r"^  \S+$", first, re.MULTILINE)) == 10, "ten recommendations"
    made = left(server)
    second = run(server, str(store))
    assert arns(second) == arns(first)
    assert "creating" not in second
    assert len(left(server)) == len(made)
    assert "Nothing is left." in run(server, "--teardown")
    assert left(server) == []
    assert "deleting" not in run(server, "--teardown")
