"""Filters as a resource, through boto3."""

import pytest

from datasets import dataset, field
from journey import active, group_with_dataset
from running import Server, until

ITEMS = (
    field("ITEM_ID", null=False),
    field("GENRES", categorical=True),
    field("PRICE", "float"),
)
COMEDY = 'INCLUDE ItemID WHERE Items.GENRES IN ("Comedy")'


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


@pytest.fixture(scope="module")
def group(server: Server) -> str:
    """A group with Interactions and Items, both empty."""
    personalize = server.personalize
    arn, _ = group_with_dataset(personalize, "filtered")
    dataset(personalize, arn, "ITEMS", ITEMS)
    return arn


def made(server: Server, group: str, name: str, expression: str = COMEDY) -> str:
    arn = server.personalize.create_filter(
        name=name, datasetGroupArn=group, filterExpression=expression
    )["filterArn"]
    return active(server.personalize, "filter", arn)


def gone(server: Server, arn: str) -> bool:
    try:
        server.personalize.describe_filter(filterArn=arn)
    except server.personalize.exceptions.ResourceNotFoundException:
        return True
    return False


def test_a_filter_becomes_active_and_shows_its_expression(server: Server, group: str) -> None:
    arn = made(server, group, "comedy")
    assert arn.endswith(":filter/comedy")
    found = server.personalize.describe_filter(filterArn=arn)["filter"]
    assert found["name"] == "comedy"
    assert found["filterExpression"] == COMEDY
    assert found["datasetGroupArn"] == group


def test_filters_are_listed_by_group_without_their_expressions(server: Server, group: str) -> None:
    arn = made(server, group, "listed")
    listed = server.personalize.list_filters(datasetGroupArn=group)["Filters"]
    (found,) = [each for each in listed if each["filterArn"] == arn]
    assert "filterExpression" not in found
    other, _ = group_with_dataset(server.personalize, "other")
    assert server.personalize.list_filters(datasetGroupArn=other)["Filters"] == []


def test_the_paginator_sees_every_filter_once(server: Server, group: str) -> None:
    names = [f"page-{n}" for n in range(3)]
    for name in names:
        made(server, group, name)
    pages = server.personalize.get_paginator("list_filters").paginate(
        datasetGroupArn=group, PaginationConfig={"PageSize": 1}
    )
    found = [each["name"] for page in pages for each in page["Filters"]]
    assert [name for name in found if name.startswith("page-")] == names


def test_a_name_is_taken_in_the_whole_account(server: Server, group: str) -> None:
    made(server, group, "taken")
    other, _ = group_with_dataset(server.personalize, "elsewhere")
    with pytest.raises(
        server.personalize.exceptions.ResourceAlreadyExistsException,
        match=r"Another resource with Arn \S+:filter/taken already exists",
    ):
        server.personalize.create_filter(
            name="taken",
            datasetGroupArn=other,
            filterExpression='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")',
        )


def test_a_faulty_expression_is_refused_with_its_place(server: Server, group: str) -> None:
    with pytest.raises(server.personalize.exceptions.InvalidInputException) as caught:
        server.personalize.create_filter(
            name="faulty",
            datasetGroupArn=group,
            filterExpression='INCLUDE ItemID WHERE Items.COLOUR IN ("red")',
        )
    message = caught.value.response["Error"]["Message"]
    assert "line 1, column 22" in message
    assert "GENRES, PRICE" in message


def test_a_dataset_that_the_group_lacks_cannot_be_filtered_by(server: Server, group: str) -> None:
    with pytest.raises(
        server.personalize.exceptions.InvalidInputException, match="no Users dataset"
    ):
        server.personalize.create_filter(
            name="users",
            datasetGroupArn=group,
            filterExpression="INCLUDE UserID WHERE Users.AGE > 18",
        )


def test_a_filter_needs_a_group_that_is_there(server: Server, group: str) -> None:
    with pytest.raises(server.personalize.exceptions.ResourceNotFoundException):
        server.personalize.create_filter(
            name="orphan", datasetGroupArn=f"{group}-none", filterExpression=COMEDY
        )


def test_a_deleted_filter_is_not_found_and_its_name_is_free(server: Server, group: str) -> None:
    arn = made(server, group, "passing")
    server.personalize.delete_filter(filterArn=arn)
    until(lambda: gone(server, arn), "the deletion")
    with pytest.raises(server.personalize.exceptions.ResourceNotFoundException):
        server.personalize.delete_filter(filterArn=arn)
    assert made(server, group, "passing") == arn


def test_a_filter_keeps_its_group_and_datasets_from_deletion(server: Server) -> None:
    personalize = server.personalize
    group, events = group_with_dataset(personalize, "kept")
    arn = made(
        server, group, "keeps", 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Purchase")'
    )
    with pytest.raises(personalize.exceptions.ResourceInUseException, match=arn):
        personalize.delete_dataset(datasetArn=events)
    personalize.delete_filter(filterArn=arn)
    until(lambda: gone(server, arn), "the deletion")
    personalize.delete_dataset(datasetArn=events)
