"""Batch jobs on trained versions: what recipes and configurations they take."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from journey import group_with_dataset, import_rows, settled, train
from running import Server, StartServer
from sample import write_interactions

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

pytestmark = pytest.mark.slow  # trains or starts more than the minutes of `make test` allow

ROLE = "arn:aws:iam::000000000000:role/any"
OUTPUT: Any = {"s3DataDestination": {"path": "s3://results/"}}
INPUT: Any = {"s3DataSource": {"path": "s3://requests/lines.json"}}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Server:
    folder = tmp_path_factory.mktemp("jobs")
    write_interactions(folder / "interactions.csv")
    return start_server(folder / "data", allowed=folder)


@pytest.fixture(scope="module")
def personalize(server: Server) -> "PersonalizeClient":
    return server.personalize


@pytest.fixture(scope="module")
def dataset(personalize: "PersonalizeClient", tmp_path_factory: pytest.TempPathFactory) -> str:
    _, dataset = group_with_dataset(personalize, "jobs")
    folder = next(tmp_path_factory.getbasetemp().glob("jobs*"))
    import_rows(personalize, dataset, f"file://{folder}/interactions.csv")
    return dataset


@pytest.fixture(scope="module")
def group(dataset: str) -> str:
    return dataset.replace(":dataset/", ":dataset-group/").rsplit("/", 1)[0]


@pytest.fixture(scope="module")
def popular(personalize: "PersonalizeClient", group: str) -> str:
    return train(personalize, group, "aws-popularity-count")


@pytest.fixture(scope="module")
def segments(personalize: "PersonalizeClient", group: str) -> str:
    return train(personalize, group, "aws-item-affinity")


def refusal(call: Callable[..., Any], **members: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        call(**members)
    found = error.value.response["Error"]
    return found["Code"], found["Message"]


def batch(version: str, name: str, **members: Any) -> dict[str, Any]:
    return {
        "jobName": name,
        "solutionVersionArn": version,
        "jobInput": INPUT,
        "jobOutput": OUTPUT,
        "roleArn": ROLE,
        **members,
    }


def test_batch_inference_is_listed_and_says_that_nothing_was_written(
    personalize: "PersonalizeClient", popular: str
) -> None:
    asked = batch(popular, "inference", numResults=7)
    arn = personalize.create_batch_inference_job(**asked)["batchInferenceJobArn"]
    found = settled(personalize, "batchInferenceJob", arn)
    assert found["status"] == "CREATE FAILED"
    assert "nothing was read, written or deleted" in found["failureReason"]
    assert {name: found[name] for name in asked} == asked
    listed = personalize.list_batch_inference_jobs(solutionVersionArn=popular)
    assert [one["batchInferenceJobArn"] for one in listed["batchInferenceJobs"]] == [arn]


def test_a_recipe_of_segments_has_no_batch_inference(
    personalize: "PersonalizeClient", segments: str
) -> None:
    code, message = refusal(
        personalize.create_batch_inference_job, **batch(segments, "of-segments")
    )
    assert code == "InvalidInputException"
    assert "no batch inference" in message


def test_segments_need_a_recipe_of_segments(personalize: "PersonalizeClient", popular: str) -> None:
    code, message = refusal(personalize.create_batch_segment_job, **batch(popular, "of-popular"))
    assert code == "InvalidInputException"
    assert "USER_SEGMENTATION" in message


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"numResults": 501}, "numResults is 501"),
        ({"batchInferenceJobMode": "THEME_GENERATION"}, "goes with batchInferenceJobMode"),
        (
            {
                "batchInferenceJobMode": "THEME_GENERATION",
                "themeGenerationConfig": {"fieldsForThemeGeneration": {"itemName": "TITLE"}},
            },
            "aws-similar-items",
        ),
        (
            {"batchInferenceJobConfig": {"rankingInfluence": {"POPULARITY": 0.5}}},
            "rankingInfluence",
        ),
        (
            {"batchInferenceJobConfig": {"itemExplorationConfig": {"explorationWeight": "0.5"}}},
            "does not explore",
        ),
    ],
)
def test_batch_inference_refuses_what_cannot_be(
    personalize: "PersonalizeClient", popular: str, members: dict[str, Any], words: str
) -> None:
    code, message = refusal(
        personalize.create_batch_inference_job, **batch(popular, "refused", **members)
    )
    assert code == "InvalidInputException"
    assert words in message
