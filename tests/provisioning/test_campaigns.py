"""Campaigns of a service that updates them in place, as Amazon Personalize does."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from aisle.provisioning import Plan, ProvisionError, SolutionPlan
from aisle.provisioning.resources import Resources
from aisle.provisioning.solutions import deploy_versions

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

ARN = "arn:aws:personalize:us-east-1:123456789012:"
OLD, NEW = f"{ARN}solution/films/aaaaaaaa", f"{ARN}solution/films/bbbbbbbb"
CAMPAIGN = f"{ARN}campaign/films"
PLAN = Plan("films", (), solutions=(SolutionPlan("films", "aws-user-personalization"),))


@pytest.fixture
def personalize() -> "PersonalizeClient":
    return boto3.client(
        "personalize",
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )


@pytest.fixture
def stub(personalize: "PersonalizeClient") -> Iterator[Stubber]:
    """A service with an ACTIVE new version; every answer it was given has to be asked for."""
    with Stubber(personalize) as stub:
        stub.add_response("describe_solution_version", {"solutionVersion": {"status": "ACTIVE"}})
        stub.add_client_error(
            "create_campaign",
            "ResourceAlreadyExistsException",
            f"Another resource with Arn {CAMPAIGN} already exists.",
        )
        yield stub
        stub.assert_no_pending_responses()


def campaign(version: str, **update: Any) -> dict[str, Any]:
    """What DescribeCampaign says of an ACTIVE campaign, after an update where one is given."""
    described: dict[str, Any] = {"status": "ACTIVE", "solutionVersionArn": version}
    if update:
        described["latestCampaignUpdate"] = {"creationDateTime": datetime.now(UTC), **update}
    return {"campaign": described, "ResponseMetadata": {"HTTPHeaders": {}}}


def deploy(personalize: "PersonalizeClient") -> str:
    resources = Resources(personalize, lambda _step, _share, _note: None)
    return deploy_versions(resources, PLAN, {"films": NEW})["films"]


def answer(stub: Stubber, *described: dict[str, Any]) -> None:
    for each in described:
        stub.add_response("describe_campaign", each)


def update(stub: Stubber) -> None:
    expected = {"campaignArn": CAMPAIGN, "solutionVersionArn": NEW}
    stub.add_response("update_campaign", {"campaignArn": CAMPAIGN}, expected)


def test_a_campaign_of_an_older_version_is_updated_and_waited_for(
    personalize: "PersonalizeClient", stub: Stubber
) -> None:
    answer(stub, campaign(OLD), campaign(OLD))
    update(stub)
    answer(
        stub,
        campaign(OLD, solutionVersionArn=NEW, status="CREATE PENDING"),
        campaign(NEW, solutionVersionArn=NEW, status="ACTIVE"),
    )
    assert deploy(personalize) == CAMPAIGN


def test_an_update_under_way_is_waited_for_and_not_asked_for_again(
    personalize: "PersonalizeClient", stub: Stubber
) -> None:
    under_way = campaign(OLD, solutionVersionArn=NEW, status="CREATE IN_PROGRESS")
    answer(stub, under_way, under_way, campaign(NEW, solutionVersionArn=NEW, status="ACTIVE"))
    assert deploy(personalize) == CAMPAIGN


def test_an_update_that_failed_is_asked_for_again(
    personalize: "PersonalizeClient", stub: Stubber
) -> None:
    failed = campaign(OLD, solutionVersionArn=NEW, status="CREATE FAILED")
    answer(stub, failed, failed)
    update(stub)
    answer(stub, campaign(NEW, solutionVersionArn=NEW, status="ACTIVE"))
    assert deploy(personalize) == CAMPAIGN


def test_the_reason_why_an_update_fails_is_said(
    personalize: "PersonalizeClient", stub: Stubber
) -> None:
    answer(stub, campaign(OLD), campaign(OLD))
    update(stub)
    failed = campaign(
        OLD, solutionVersionArn=NEW, status="CREATE FAILED", failureReason="No capacity."
    )
    answer(stub, failed)
    with pytest.raises(ProvisionError, match=r"campaign films: No capacity\."):
        deploy(personalize)


def test_a_campaign_of_the_version_is_left_alone(
    personalize: "PersonalizeClient", stub: Stubber
) -> None:
    answer(stub, campaign(NEW), campaign(NEW))
    assert deploy(personalize) == CAMPAIGN
