"""Import jobs read the buckets of the server itself."""

from typing import Any

import pytest

from journey import group_with_dataset, settled
from running import Server
from sample import write_interactions

REFUSED = "Insufficient privileges for accessing data in Amazon S3."


@pytest.fixture(scope="module")
def dataset(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    s3 = server.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="given")
    file = write_interactions(tmp_path_factory.mktemp("csv") / "interactions.csv")
    s3.upload_file(str(file), "given", "./in//interactions.csv")
    return group_with_dataset(server.personalize, "imports")[1]


def imported(personalize: Any, dataset: str, location: str, name: str) -> Any:
    job = personalize.create_dataset_import_job(
        jobName=name,
        datasetArn=dataset,
        dataSource={"dataLocation": location},
        roleArn="arn:aws:iam::000000000000:role/reader",
    )["datasetImportJobArn"]
    return settled(personalize, "datasetImportJob", job)


def test_an_import_reads_a_bucket(server: Server, dataset: str) -> None:
    location = "s3://given/./in//interactions.csv"
    assert imported(server.personalize, dataset, location, "good")["status"] == "ACTIVE"


@pytest.mark.parametrize("location", ["s3://given/none.csv", "s3://nobody/a.csv", "s3://nobody/"])
def test_what_is_not_there_fails_as_the_service_says(
    server: Server, dataset: str, location: str
) -> None:
    name = location.replace("/", "-").replace(":", "").replace(".", "-").rstrip("-")
    found = imported(server.personalize, dataset, location, name)
    assert found["status"] == "CREATE FAILED"
    assert found["failureReason"].startswith(REFUSED)
