"""UpdateDataset: a schema grows under a dataset that has rows."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from datasets import dataset, field, group, import_table, schema
from journey import resource
from reader import Reader
from running import Server, until

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

OLD = [
    field("ITEM_ID", null=False),
    field("PRICE", "float"),
    field("GENRES", categorical=True),
]
NEW = [*OLD, field("YEAR", "int")]


class World(NamedTuple):
    server: Server
    reader: Reader
    folder: Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared_server: Server) -> World:
    folder = tmp_path_factory.mktemp("updates")
    (folder / "in").mkdir()
    server = shared_server
    return World(server, Reader(server.data_dir), folder / "in")


@pytest.fixture(scope="module")
def items(world: World) -> str:
    return dataset(world.server.personalize, group(world.server.personalize), "ITEMS", OLD)


def updated(personalize: "PersonalizeClient", arn: str, schema_arn: str) -> Mapping[str, Any]:
    """The dataset after an update to a schema."""
    answer = personalize.update_dataset(datasetArn=arn, schemaArn=schema_arn)
    assert answer["datasetArn"] == arn

    def settled() -> Mapping[str, Any] | None:
        found = resource(personalize, "dataset", arn)
        assert found["status"] == "ACTIVE", "a dataset stays in service while it is updated"
        assert found["latestDatasetUpdate"]["schemaArn"] == schema_arn
        return found if found["latestDatasetUpdate"]["status"] == "ACTIVE" else None

    found = until(settled, "the update")
    assert found is not None
    return found


def test_old_rows_have_null_in_new_columns_and_later_rows_have_values(world: World) -> None:
    personalize, reader = world.server.personalize, world.reader
    of = group(personalize)
    arn = dataset(personalize, of, "ITEMS", OLD)
    assert "latestDatasetUpdate" not in resource(personalize, "dataset", arn)
    import_table(personalize, arn, world.folder, [("ITEM_ID", "PRICE", "GENRES"), ("a", 1, "x")])
    old = [{"itemId": "b", "properties": '{"price": 2}'}]
    world.server.events.put_items(datasetArn=arn, items=old)  # type: ignore[arg-type]
    assert "YEAR" not in reader.catalogue(of, "ITEMS").columns
    refused = [{"itemId": "c", "properties": '{"year": 1999}'}]
    with pytest.raises(ClientError, match="no field for the key 'year'"):
        world.server.events.put_items(datasetArn=arn, items=refused)  # type: ignore[arg-type]
    new = schema(personalize, "ITEMS", NEW)
    found = updated(personalize, arn, new)
    assert found["schemaArn"] == new
    assert set(found["latestDatasetUpdate"]) == {
        "schemaArn",
        "status",
        "creationDateTime",
        "lastUpdatedDateTime",
    }
    world.server.events.put_items(datasetArn=arn, items=refused)  # type: ignore[arg-type]
    import_table(
        personalize,
        arn,
        world.folder,
        [("ITEM_ID", "PRICE", "GENRES", "YEAR"), ("d", "", "", 2001)],
        "INCREMENTAL",
    )
    years = {key: row["YEAR"] for key, row in reader.rows(of, "ITEMS").items()}
    assert years == {"a": None, "b": None, "c": "1999", "d": "2001"}
    assert reader.rows(of, "ITEMS")["a"] == {"PRICE": "1.0", "GENRES": "x", "YEAR": None}


def test_a_schema_in_use_cannot_be_deleted_and_the_old_one_can(world: World) -> None:
    personalize = world.server.personalize
    arn = dataset(personalize, group(personalize), "ITEMS", OLD)
    old = resource(personalize, "dataset", arn)["schemaArn"]
    new = schema(personalize, "ITEMS", NEW)
    updated(personalize, arn, new)
    personalize.delete_schema(schemaArn=old)
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.delete_schema(schemaArn=new)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([NEW[0], NEW[2], NEW[3]], ("PRICE", "missing")),
        ([NEW[0], field("PRICE", "double"), *NEW[2:]], ("PRICE", "float", "double")),
        ([NEW[0], field("PRICE", "float", null=False), *NEW[2:]], ("PRICE", "null")),
        ([*NEW[:2], field("GENRES")], ("GENRES", "categorical")),
        ([*OLD, field("YEAR", "int", null=False)], ("YEAR", "null")),
    ],
)
def test_a_schema_that_does_not_fit_is_refused_by_field(
    world: World, items: str, fields: list[dict[str, Any]], said: tuple[str, ...]
) -> None:
    personalize = world.server.personalize
    new = schema(personalize, "ITEMS", fields)
    with pytest.raises(personalize.exceptions.InvalidInputException) as caught:
        personalize.update_dataset(datasetArn=items, schemaArn=new)
    for part in said:
        assert part in str(caught.value)


def test_schemas_of_other_types_and_other_datasets_are_refused(world: World, items: str) -> None:
    personalize = world.server.personalize
    users = schema(personalize, "USERS", [field("USER_ID", null=False), field("AGE", "int")])
    with pytest.raises(personalize.exceptions.InvalidInputException, match="USERS"):
        personalize.update_dataset(datasetArn=items, schemaArn=users)
    fields = [field("USER_ID", null=False), field("ITEM_ID", null=False)]
    time = field("TIMESTAMP", "long", null=False)
    of = group(personalize)
    interactions = dataset(personalize, of, "INTERACTIONS", [*fields, time])
    more = schema(personalize, "INTERACTIONS", [*fields, time, field("EVENT_TYPE")])
    with pytest.raises(personalize.exceptions.InvalidInputException, match="ITEMS and USERS"):
        personalize.update_dataset(datasetArn=interactions, schemaArn=more)
    with pytest.raises(personalize.exceptions.ResourceNotFoundException):
        personalize.update_dataset(datasetArn=items, schemaArn=f"{users}-no")
    with pytest.raises(personalize.exceptions.ResourceNotFoundException):
        personalize.update_dataset(datasetArn=f"{items}-no", schemaArn=users)


def test_one_update_at_a_time(world: World) -> None:
    personalize = world.server.personalize
    arn = dataset(personalize, group(personalize), "ITEMS", OLD)
    new = schema(personalize, "ITEMS", NEW)

    def update_often() -> None:
        for _ in range(50):
            personalize.update_dataset(datasetArn=arn, schemaArn=new)

    with pytest.raises(personalize.exceptions.ResourceInUseException, match="update"):
        update_often()
