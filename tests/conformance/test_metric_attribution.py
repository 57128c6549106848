"""Metric attributions: made, changed, listed, refused, and in the way of their group's deletion."""

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from datasets import dataset, field
from datasets import group as new_group
from journey import active
from running import Server, until

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient
    from types_boto3_personalize.type_defs import MetricAttributeTypeDef

OUTPUT: Any = {
    "roleArn": "arn:aws:iam::000000000000:role/reports",
    "s3DataDestination": {"path": "s3://reports/metrics/"},
}
COUNT: "MetricAttributeTypeDef" = {
    "eventType": "View",
    "metricName": "views",
    "expression": "SAMPLECOUNT()",
}
SALES: "MetricAttributeTypeDef" = {
    "eventType": "Purchase",
    "metricName": "sales",
    "expression": "SUM(Items.PRICE)",
}
ITEMS = [
    field("ITEM_ID", null=False),
    field("PRICE", "float"),
    field("COLOUR", categorical=True),
]


@pytest.fixture(scope="module")
def personalize(shared_server: Server) -> "PersonalizeClient":
    return shared_server.personalize


@pytest.fixture
def group(personalize: "PersonalizeClient") -> str:
    group = new_group(personalize)
    dataset(personalize, group, "ITEMS", ITEMS)
    return group


def create(personalize: "PersonalizeClient", group: str, *metrics: "MetricAttributeTypeDef") -> str:
    name = group.rsplit("/", 1)[-1]
    return personalize.create_metric_attribution(
        name=name, datasetGroupArn=group, metrics=list(metrics), metricsOutputConfig=OUTPUT
    )["metricAttributionArn"]


def names(personalize: "PersonalizeClient", arn: str) -> list[str]:
    pages = personalize.get_paginator("list_metric_attribution_metrics").paginate(
        metricAttributionArn=arn, PaginationConfig={"PageSize": 1}
    )
    return [metric["metricName"] for page in pages for metric in page["metrics"]]


def test_it_gets_active_and_shows_its_output(personalize: "PersonalizeClient", group: str) -> None:
    arn = active(personalize, "metricAttribution", create(personalize, group, COUNT, SALES))
    found = personalize.describe_metric_attribution(metricAttributionArn=arn)["metricAttribution"]
    assert found["metricsOutputConfig"] == OUTPUT
    assert names(personalize, arn) == ["views", "sales"]
    listed = personalize.list_metric_attributions(datasetGroupArn=group)["metricAttributions"]
    assert [one["metricAttributionArn"] for one in listed] == [arn]


def test_an_update_takes_metrics_away_and_adds_others(
    personalize: "PersonalizeClient", group: str
) -> None:
    arn = active(personalize, "metricAttribution", create(personalize, group, COUNT))
    personalize.update_metric_attribution(
        metricAttributionArn=arn, addMetrics=[SALES], removeMetrics=["views"]
    )
    assert names(personalize, arn) == ["sales"]


def test_a_metric_that_is_not_there_cannot_be_taken_away(
    personalize: "PersonalizeClient", group: str
) -> None:
    arn = active(personalize, "metricAttribution", create(personalize, group, COUNT))
    with pytest.raises(ClientError, match="no metric sales; known: views"):
        personalize.update_metric_attribution(metricAttributionArn=arn, removeMetrics=["sales"])


def test_a_group_has_one(personalize: "PersonalizeClient", group: str) -> None:
    create(personalize, group, COUNT)
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        create(personalize, group, SALES)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("MEAN(Items.PRICE)", "SAMPLECOUNT"),
        ("SUM(Items.COLOUR)", "numbers, which in ITEMS are: PRICE"),
        ("SUM(Items.WEIGHT)", "PRICE"),
        ("SUM(Users.AGE)", "Items or Interactions"),
        ("SAMPLECOUNT(1)", "SAMPLECOUNT"),
    ],
)
def test_an_expression_that_cannot_be_computed_is_refused(
    personalize: "PersonalizeClient", group: str, expression: str, words: str
) -> None:
    with pytest.raises(ClientError) as error:
        create(personalize, group, {**SALES, "expression": expression})
    assert error.value.response["Error"]["Code"] == "InvalidInputException"
    assert words in str(error.value)
    assert expression in str(error.value)


def test_a_name_that_comes_twice_is_refused(personalize: "PersonalizeClient", group: str) -> None:
    with pytest.raises(ClientError, match="metricName views is there twice"):
        create(personalize, group, COUNT, COUNT)


def test_its_group_stays_as_long_as_it_does(personalize: "PersonalizeClient", group: str) -> None:
    arn = active(personalize, "metricAttribution", create(personalize, group, COUNT))
    with pytest.raises(ClientError, match="metric attribution"):
        personalize.delete_dataset_group(datasetGroupArn=group)
    personalize.delete_metric_attribution(metricAttributionArn=arn)
    until(
        lambda: (
            not personalize.list_metric_attributions(datasetGroupArn=group)["metricAttributions"]
        ),
        "the deletion",
    )
