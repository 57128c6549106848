"""The AWS CLI on the whole journey, with nothing set but an endpoint and any credentials."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from journey import RECIPE, active
from running import Server, StartServer, until
from sample import INTERACTIONS_SCHEMA, ITEMS_EACH, TASTES, write_interactions

NAME = "by-the-cli"
SEEN = ("horror-01", "horror-02", "horror-03")


FORKS = """
import json, os, sys
import awscli.clidriver, botocore.endpoint, botocore.signers

awscli.clidriver.create_clidriver()
for line in sys.stdin:
    words, *outputs = json.loads(line)
    child = os.fork()
    if not child:
        for number, path in enumerate(outputs, 1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.argv[1:] = words
        sys.exit(awscli.clidriver.main())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Imports the CLI once, which takes most of the time of a command, and forks for each."""


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


class Cli:
    """`aws`, each command in a process of its own."""

    def __init__(self, server: Server, folder: Path) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "AWS_ENDPOINT_URL": server.url,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_MAX_ATTEMPTS": "1",
        }
        self._written = (folder / "stdout", folder / "stderr")
        self._forks = subprocess.Popen(
            [sys.executable, "-c", FORKS],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> Ran:
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        self._forks.stdin.write(json.dumps([words, *map(str, self._written)]) + "\n")
        self._forks.stdin.flush()
        code = int(self._forks.stdout.readline())
        return Ran(code, *(path.read_text() for path in self._written))

    def end(self) -> None:
        self._forks.communicate(timeout=60)

    def answer(self, *words: str) -> dict[str, Any]:
        """What a call answers, which has to succeed."""
        ran = self.run(*words)
        assert not ran.returncode, ran.stderr
        found: dict[str, Any] = json.loads(ran.stdout or "{}")
        return found

    def make(self, kind: str, *words: str) -> Mapping[str, Any]:
        """What a Create operation of the control plane answers."""
        return self.answer("personalize", f"create-{kind}", *words)


class Journey:
    """From a schema to recommendations and back to nothing; what was seen on the way."""

    def __init__(self, server: Server, folder: Path, cli: Cli) -> None:
        self.server, self.folder, self.cli = server, folder, cli
        self._import()
        self._train()
        self._ask()
        self._delete()

    def _settled(self, kind: str, answer: Mapping[str, Any]) -> str:
        """The ARN of what was made, when it is ACTIVE; polled here, since a CLI starts slowly."""
        return active(self.server.personalize, kind, answer[f"{kind}Arn"])

    def _import(self) -> None:
        schema = self.folder / "schema.json"
        schema.write_text(INTERACTIONS_SCHEMA)
        words = ("--name", NAME, "--schema", schema.as_uri())
        self.schema = self.cli.make("schema", *words)["schemaArn"]
        self.again = self.cli.run("personalize", "create-schema", *words)
        group = self.cli.make(
            "dataset-group", "--name", NAME, "--tags", "tagKey=made,tagValue=by the CLI"
        )
        self.group = self._settled("datasetGroup", group)
        of_group = ("--dataset-group-arn", self.group)
        dataset = self.cli.make(
            *("dataset", "--name", NAME, "--schema-arn", self.schema),
            *(*of_group, "--dataset-type", "Interactions"),
        )
        self.dataset = self._settled("dataset", dataset)
        location = write_interactions(self.folder / "in" / "interactions.csv").as_uri()
        job = self.cli.make(
            *("dataset-import-job", "--job-name", NAME, "--dataset-arn", self.dataset),
            *("--data-source", f"dataLocation={location}"),
            *("--role-arn", "arn:aws:iam::000000000000:role/personalize"),
        )
        self._settled("datasetImportJob", job)
        tracker = self.cli.make("event-tracker", "--name", NAME, *of_group)
        self.tracker, self.tracking_id = (
            self._settled("eventTracker", tracker),
            tracker["trackingId"],
        )
        expression = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("View")'
        made = self.cli.make("filter", "--name", NAME, *of_group, "--filter-expression", expression)
        self.filter = self._settled("filter", made)

    def _train(self) -> None:
        solution = self.cli.make(
            *("solution", "--name", NAME, "--dataset-group-arn", self.group),
            *("--recipe-arn", f"{RECIPE}aws-user-personalization", "--no-perform-auto-training"),
        )
        self.solution = self._settled("solution", solution)
        version = self.cli.make("solution-version", "--solution-arn", self.solution)
        self.version = self._settled("solutionVersion", version)
        campaign = self.cli.make(
            *("campaign", "--name", NAME, "--solution-version-arn", self.version),
            *("--min-provisioned-tps", "1"),
        )
        self.campaign = self._settled("campaign", campaign)

    def _ask(self) -> None:
        sent = [{"eventType": "View", "itemId": item, "sentAt": time.time()} for item in SEEN]
        self.cli.answer(
            *("personalize-events", "put-events", "--tracking-id", self.tracking_id),
            *("--user-id", "me", "--session-id", "today", "--event-list", json.dumps(sent)),
        )
        self.described = self.cli.answer(
            "personalize", "describe-solution", "--solution-arn", self.solution
        )["solution"]
        self.items = self._recommended("--num-results", "500")
        self.unseen = self._recommended("--num-results", "500", "--filter-arn", self.filter)
        self.recipes = self.cli.answer("personalize", "list-recipes", "--page-size", "1")["recipes"]

    def _recommended(self, *words: str) -> list[str]:
        answer = self.cli.answer(
            *("personalize-runtime", "get-recommendations", "--campaign-arn", self.campaign),
            *("--user-id", "me", *words),
        )
        return [item["itemId"] for item in answer["itemList"]]

    def _delete(self) -> None:
        self._deleted("campaign", self.campaign)
        self._deleted("solution", self.solution)
        self._deleted("event-tracker", self.tracker)
        self._deleted("filter", self.filter)
        self._deleted("dataset", self.dataset)
        self._deleted("dataset-group", self.group)
        self._deleted("schema", self.schema)
        self.left = self.cli.run(
            "personalize", "describe-dataset-group", "--dataset-group-arn", self.group
        )

    def _deleted(self, kind: str, arn: str) -> None:
        self.cli.answer("personalize", f"delete-{kind}", f"--{kind}-arn", arn)
        rows = getattr(self.server.personalize, f"list_{kind.replace('-', '_')}s")
        until(lambda: arn not in str(rows()), f"{arn} to be gone")


@pytest.fixture(scope="module")
def journey(
    tmp_path_factory: pytest.TempPathFactory, start_server: StartServer
) -> Iterator[Journey]:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "in").mkdir()
    server = start_server(folder / "data", allowed=folder / "in")
    cli = Cli(server, folder)
    yield Journey(server, folder, cli)
    cli.end()


def test_recommendations_follow_the_events_it_sent(journey: Journey) -> None:
    assert [item.split("-")[0] for item in journey.items[:5]].count("horror") >= 4


def test_a_filter_takes_away_what_was_seen(journey: Journey) -> None:
    assert len(journey.items) == ITEMS_EACH * len(TASTES)
    assert set(journey.items) - set(journey.unseen) == set(SEEN)


def test_a_name_that_is_taken_ends_with_the_services_message(journey: Journey) -> None:
    assert journey.again.returncode
    assert "(ResourceAlreadyExistsException)" in journey.again.stderr
    assert f"Another resource with Arn {journey.schema} already exists." in journey.again.stderr


def test_pages_of_one_make_up_the_whole_list(journey: Journey) -> None:
    names = [recipe["name"] for recipe in journey.recipes]
    assert len(names) == len(set(names)) > 1


def test_a_solution_shows_its_newest_version(journey: Journey) -> None:
    assert journey.described["performAutoTraining"] is False
    newest = journey.described["latestSolutionVersion"]
    assert newest["solutionVersionArn"] == journey.version
    assert newest["status"] == "ACTIVE"


def test_everything_can_be_deleted(journey: Journey) -> None:
    assert journey.left.returncode
    assert "(ResourceNotFoundException)" in journey.left.stderr
