"""Jobs over files: made, described, listed, and what becomes of those that are not carried out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from datasets import group as new_group
from journey import group_with_dataset, resource
from running import Server, until

ROLE = "arn:aws:iam::000000000000:role/jobs"
OUTPUT: Any = {"s3DataDestination": {"path": "s3://results/"}}


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


@pytest.fixture(scope="module")
def made(server: Server) -> tuple[str, str]:
    """A group and its dataset."""
    return group_with_dataset(server.personalize, "films")


def ended(server: Server, kind: str, arn: str) -> Mapping[str, Any]:
    def ask() -> Mapping[str, Any] | None:
        found = resource(server.personalize, kind, arn)
        return found if "FAILED" in found["status"] else None

    found = until(ask, f"{arn} to end")
    assert found is not None
    return found


def test_an_export_that_is_not_carried_out_fails_and_says_so(
    server: Server, made: tuple[str, str]
) -> None:
    arn = server.personalize.create_dataset_export_job(
        jobName="out", datasetArn=made[1], roleArn=ROLE, jobOutput=OUTPUT
    )["datasetExportJobArn"]
    found = ended(server, "datasetExportJob", arn)
    assert found["status"] == "CREATE FAILED"
    assert "does not carry out a dataset export job yet" in found["failureReason"]
    listed = server.personalize.list_dataset_export_jobs(datasetArn=made[1])["datasetExportJobs"]
    assert [job["datasetExportJobArn"] for job in listed] == [arn]


def test_a_deletion_job_fails_with_the_status_of_its_own_kind(
    server: Server, made: tuple[str, str]
) -> None:
    arn = server.personalize.create_data_deletion_job(
        jobName="gone",
        datasetGroupArn=made[0],
        roleArn=ROLE,
        dataSource={"dataLocation": "s3://results/users.csv"},
    )["dataDeletionJobArn"]
    found = ended(server, "dataDeletionJob", arn)
    assert found["status"] == "FAILED"
    assert "nothing was read, written or deleted" in found["failureReason"]
    listed = server.personalize.list_data_deletion_jobs(datasetGroupArn=made[0])
    assert [job["dataDeletionJobArn"] for job in listed["dataDeletionJobs"]] == [arn]


def test_an_export_to_a_place_that_is_never_reached_is_refused(
    server: Server, made: tuple[str, str]
) -> None:
    with pytest.raises(ClientError) as refused:
        server.personalize.create_dataset_export_job(
            jobName="web",
            datasetArn=made[1],
            roleArn=ROLE,
            jobOutput={"s3DataDestination": {"path": "https://results.example/"}},
        )
    assert refused.value.response["Error"]["Code"] == "InvalidInputException"


def test_a_group_goes_with_its_deletion_jobs(server: Server) -> None:
    group = new_group(server.personalize)
    arn = server.personalize.create_data_deletion_job(
        jobName="goes",
        datasetGroupArn=group,
        dataSource={"dataLocation": "s3://requests/users.csv"},
        roleArn=ROLE,
    )["dataDeletionJobArn"]
    ended(server, "dataDeletionJob", arn)
    server.personalize.delete_dataset_group(datasetGroupArn=group)
    until(lambda: not _deletion_jobs(server, group), "the deletion")


def test_a_key_needs_a_role(server: Server) -> None:
    key = "arn:aws:kms:eu-central-1:000000000000:key/any"
    with pytest.raises(ClientError, match="needs a roleArn"):
        server.personalize.create_dataset_group(name="keyed", kmsKeyArn=key)
    arn = server.personalize.create_dataset_group(name="keyed", kmsKeyArn=key, roleArn=ROLE)
    found = resource(server.personalize, "datasetGroup", arn["datasetGroupArn"])
    assert found["kmsKeyArn"] == key


def _deletion_jobs(server: Server, group: str) -> Sequence[Any]:
    return server.personalize.list_data_deletion_jobs(datasetGroupArn=group)["dataDeletionJobs"]
