"""The service's quotas: held where they are asked for, and nowhere else."""

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from datasets import dataset, field
from journey import active
from running import Server, StartServer, until

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Server:
    folder = tmp_path_factory.mktemp("quotas")
    return start_server(
        folder / "data", allowed=folder, environment={"AISLE_STRICT_QUOTAS": "true"}
    )


def fill(personalize: "PersonalizeClient", count: int) -> list[str]:
    return [
        personalize.create_dataset_group(name=f"group-{number}")["datasetGroupArn"]
        for number in range(count)
    ]


def refusal(personalize: "PersonalizeClient", name: str) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        personalize.create_dataset_group(name=name)
    found = error.value.response["Error"]
    return found["Code"], found["Message"]


def test_one_more_than_the_quota_is_refused_with_quota_and_count(strict: Server) -> None:
    personalize = strict.client("personalize", "eu-west-1")
    fill(personalize, 5)
    code, message = refusal(personalize, "sixth")
    assert code == "LimitExceededException"
    assert message == "The quota of dataset groups is 5; the account has 5."


def test_a_name_that_is_taken_is_told_before_the_quota(strict: Server) -> None:
    personalize = strict.client("personalize", "eu-west-2")
    fill(personalize, 5)
    assert refusal(personalize, "group-0")[0] == "ResourceAlreadyExistsException"


def test_a_deletion_makes_room(strict: Server) -> None:
    personalize = strict.client("personalize", "eu-west-3")
    first = fill(personalize, 5)[0]
    active(personalize, "datasetGroup", first)
    personalize.delete_dataset_group(datasetGroupArn=first)
    until(lambda: len(personalize.list_dataset_groups()["datasetGroups"]) == 4, "the deletion")
    personalize.create_dataset_group(name="sixth")


def test_a_filter_has_its_quota_of_fields(strict: Server) -> None:
    personalize = strict.client("personalize", "eu-south-1")
    group = fill(personalize, 1)[0]
    active(personalize, "datasetGroup", group)
    fields = [field("ITEM_ID", null=False), *[field(f"F{n}", "int") for n in range(21)]]
    dataset(personalize, group, "ITEMS", fields)

    def create(numbers: range) -> None:
        conditions = " AND ".join(f"Items.F{n} > 1" for n in numbers)
        personalize.create_filter(
            name=f"filter-{numbers.start}",
            datasetGroupArn=group,
            filterExpression=f"INCLUDE ItemID WHERE {conditions}",
        )

    with pytest.raises(ClientError, match="fields of a filter is 10; the expression has 11"):
        create(range(11))
    create(range(10))
    create(range(10, 20))
    with pytest.raises(ClientError, match=r"group is 20; with this one \S+ would have 21"):
        create(range(20, 21))


def test_another_region_has_a_quota_of_its_own(strict: Server) -> None:
    fill(strict.client("personalize", "us-east-1"), 5)
    fill(strict.client("personalize", "us-east-2"), 5)


def test_filters_are_counted_for_each_group(strict: Server) -> None:
    personalize = strict.client("personalize", "ca-central-1")
    schema = personalize.create_schema(name="s", schema=_ITEMS)["schemaArn"]
    groups = fill(personalize, 2)
    for group in groups:
        active(personalize, "datasetGroup", group)
        dataset = personalize.create_dataset(
            name="items", schemaArn=schema, datasetGroupArn=group, datasetType="Items"
        )["datasetArn"]
        active(personalize, "dataset", dataset)
    for number in range(30):
        personalize.create_filter(
            name=f"f-{number}", datasetGroupArn=groups[0], filterExpression=_EXPRESSION
        )
    with pytest.raises(ClientError, match="30"):
        personalize.create_filter(
            name="f-30", datasetGroupArn=groups[0], filterExpression=_EXPRESSION
        )
    personalize.create_filter(name="other", datasetGroupArn=groups[1], filterExpression=_EXPRESSION)


_EXPRESSION = "INCLUDE ItemID WHERE Items.PRICE > 1"
_ITEMS = """{"type": "record", "name": "Items", "namespace": "com.amazonaws.personalize.schema",
 "fields": [{"name": "ITEM_ID", "type": "string"}, {"name": "PRICE", "type": "float"}],
 "version": "1.0"}"""
