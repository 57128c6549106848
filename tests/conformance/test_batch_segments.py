"""Batch segment jobs: who would like what a line asks for, where each user has one taste."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from journey import active, group_with_dataset, import_rows, settled, train
from running import Server
from sample import ITEMS_EACH, TASTES, item, write_interactions

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

ROLE = "arn:aws:iam::000000000000:role/any"
ITEMS_SCHEMA = json.dumps(
    {
        "type": "record",
        "name": "Items",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [
            {"name": "ITEM_ID", "type": "string"},
            {"name": "GENRE", "type": "string", "categorical": True},
            {"name": "NUMBER", "type": "int"},
        ],
        "version": "1.0",
    }
)
USERS = "recommendedUsers"
Lines = Sequence[Mapping[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("segments")
    write_interactions(folder / "interactions.csv")
    rows = [f"{item(t, n)},{t},{n}" for t in TASTES for n in range(ITEMS_EACH)]
    (folder / "items.csv").write_text("\n".join(["ITEM_ID,GENRE,NUMBER", *rows]))
    return folder


@pytest.fixture(scope="module")
def personalize(shared_server: Server) -> "PersonalizeClient":
    return shared_server.personalize


@pytest.fixture(scope="module")
def group(personalize: "PersonalizeClient", folder: Path) -> str:
    group, dataset = group_with_dataset(personalize, "segments")
    schema = personalize.create_schema(name="segments-items", schema=ITEMS_SCHEMA)["schemaArn"]
    items = personalize.create_dataset(
        name="segments-items", schemaArn=schema, datasetGroupArn=group, datasetType="Items"
    )["datasetArn"]
    import_rows(personalize, dataset, f"file://{folder}/interactions.csv")
    import_rows(personalize, active(personalize, "dataset", items), f"file://{folder}/items.csv")
    return group


@pytest.fixture(scope="module")
def attributes(personalize: "PersonalizeClient", group: str) -> str:
    return train(personalize, group, "aws-item-attribute-affinity")


@pytest.fixture(scope="module")
def affinity(personalize: "PersonalizeClient", group: str) -> str:
    return train(personalize, group, "aws-item-affinity")


class Asking:
    """Runs jobs over files of one folder."""

    def __init__(self, personalize: "PersonalizeClient", folder: Path) -> None:
        self._personalize = personalize
        self._folder = folder

    def job(self, version: str, text: str, output: str | None = None, **members: Any) -> Any:
        """What Describe says of a job over the text, once it has ended."""
        (self._folder / "asked.json").write_text(text)
        arn = self._personalize.create_batch_segment_job(
            jobName=f"segments-{time.time_ns()}",
            solutionVersionArn=version,
            jobInput={"s3DataSource": {"path": f"file://{self._folder}/asked.json"}},
            jobOutput={"s3DataDestination": {"path": output or f"file://{self._folder}/found/"}},
            roleArn=ROLE,
            **members,
        )["batchSegmentJobArn"]
        return settled(self._personalize, "batchSegmentJob", arn)

    def lines(self, version: str, *asked: Mapping[str, str], **members: Any) -> Lines:
        """The lines of the output for those of the input."""
        ended = self.job(version, "\n".join(map(json.dumps, asked)), **members)
        assert ended["status"] == "ACTIVE", ended
        written = (self._folder / "found" / "asked.json.out").read_text()
        return [json.loads(line) for line in written.splitlines()]


@pytest.fixture
def asking(personalize: "PersonalizeClient", folder: Path) -> Asking:
    return Asking(personalize, folder)


def of_taste(taste: str, users: Sequence[str]) -> float:
    """The share of users who walk along the items of a taste."""
    return sum(TASTES[int(user.rpartition("-")[2]) % len(TASTES)] == taste for user in users) / len(
        users
    )


def test_a_segment_by_attributes_holds_those_of_the_taste(asking: Asking, attributes: str) -> None:
    asked = [{"itemAttributes": f'ITEMS.GENRE = "{taste}"'} for taste in TASTES]
    found = asking.lines(attributes, *asked, numResults=40)
    for taste, line in zip(TASTES, found, strict=True):
        users = line["output"][USERS]
        assert len(set(users)) == 40
        assert of_taste(taste, users) > 0.9


def test_a_line_repeats_what_was_asked_in_the_services_form(
    asking: Asking, attributes: str, affinity: str
) -> None:
    by_attributes = {"itemAttributes": 'ITEMS.GENRE = "drama" AND ITEMS.NUMBER < 3'}
    (line,) = asking.lines(attributes, by_attributes, numResults=3)
    assert line == {**by_attributes, "output": {USERS: line["output"][USERS]}}
    (line,) = asking.lines(affinity, {"itemId": "drama-03"}, numResults=3)
    assert line["input"] == {"itemId": "drama-03"}
    assert of_taste("drama", line["output"][USERS]) == 1


def test_a_segment_has_25_users_where_no_number_is_given(asking: Asking, affinity: str) -> None:
    (line,) = asking.lines(affinity, {"itemId": "sport-01"})
    assert len(line["output"][USERS]) == 25


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('ITEMS.COLOUR = "red"', "no field COLOUR"),
        ("ITEMS.GENRE = ", "expected"),
        ('INTERACTIONS.EVENT_TYPE = "watch"', "conditions such as ITEMS.GENRE"),
        ("ITEMS.GENRE = $GENRE", "conditions such as ITEMS.GENRE"),
    ],
)
def test_a_line_that_cannot_be_answered_says_why_and_costs_no_other(
    asking: Asking, attributes: str, query: str, words: str
) -> None:
    good = {"itemAttributes": 'ITEMS.GENRE = "drama"'}
    refused, answered = asking.lines(attributes, {"itemAttributes": query}, good)
    assert refused["output"] is None
    assert words in refused["error"]
    assert answered["output"][USERS]


def test_an_item_without_interactions_is_an_error_of_its_line(
    asking: Asking, affinity: str
) -> None:
    (line,) = asking.lines(affinity, {"itemId": "nothing"})
    assert (line["output"], "nothing" in line["error"]) == (None, True)


@pytest.mark.parametrize(
    ("text", "words"), [('{"itemId": "a"}\n{"itemId"', "line 2"), ('{"userId": "1"}', "line 1")]
)
def test_what_is_no_line_fails_the_job_and_names_its_number(
    asking: Asking, affinity: str, text: str, words: str
) -> None:
    ended = asking.job(affinity, text)
    assert ended["status"] == "CREATE FAILED"
    assert words in ended["failureReason"]


def test_nothing_is_written_outside_the_allowed_folders(
    asking: Asking, affinity: str, folder: Path
) -> None:
    outside = folder.parents[1] / "outside"
    ended = asking.job(affinity, '{"itemId": "drama-03"}', output=f"file://{outside}/")
    assert ended["status"] == "CREATE FAILED"
    assert "Insufficient privileges" in ended["failureReason"]
    assert not outside.exists()
