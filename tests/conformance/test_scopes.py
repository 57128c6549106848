"""Accounts and regions stand side by side and see nothing of one another."""

from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from aisle.wire.models import error_statuses, function_name, input_shape, operations
from calls.malformed import OPERATIONS
from journey import RECIPE, active, deploy, group_with_dataset, import_rows, train
from keyed import made_key
from running import Server, StartServer
from sample import INTERACTIONS_SCHEMA, interactions, write_interactions
from shapes import smallest

OWNER, OTHER = "111111111111", "222222222222"
HOME, ABROAD = "eu-central-1", "us-west-2"
EXPRESSION = 'INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("View")'
_FILLED = {
    "filterExpression": EXPRESSION,
    "schema": INTERACTIONS_SCHEMA,
    "datasetType": "Interactions",
    "dataSource": {"dataLocation": "s3://films/interactions.csv"},
    "recipeArn": f"{RECIPE}aws-popularity-count",
}
"""What a request needs to get as far as its ARNs."""
_NOBODYS = {"ListRecipes", "DescribeRecipe"}
"""Operations on what everybody sees."""

_REFUSED = {"ResourceNotFoundException", "InvalidInputException"}

Key = tuple[str, str]


class Party(msgspec.Struct, frozen=True):
    """A caller: a key, and so an account, in a region."""

    server: Server
    key: Key
    region: str

    def client(self, operation: str) -> Any:
        service = operations()[operation].service_model.service_name
        return _client(self.server, service, self.region, self.key)

    def call(self, operation: str, **arguments: Any) -> Mapping[str, Any]:
        method = getattr(self.client(operation), function_name(operations()[operation]))
        answer: Mapping[str, Any] = method(**arguments)
        return answer


@cache
def _client(server: Server, service: str, region: str, key: Key) -> Any:
    return server.client(service, region, key)


class World(msgspec.Struct, frozen=True):
    """One of each kind of resource that belongs to the owner at home, by the members that name
    them, and those who have nothing of it.
    """

    owner: Party
    strangers: tuple[Party, ...]
    abroad: Party
    named: Mapping[str, str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> World:
    folder = tmp_path_factory.mktemp("scopes")
    mine = made_key(folder / "data", "--account", OWNER)
    other = made_key(folder / "data", "--account", OTHER)
    server = start_server(folder / "data", allowed=folder)
    owner, abroad = Party(server, mine, HOME), Party(server, mine, ABROAD)
    strangers = (abroad, Party(server, other, HOME))
    return World(owner, strangers, abroad, _resources(owner, folder))


def _resources(owner: Party, folder: Path) -> dict[str, str]:
    personalize = owner.client("ListSchemas")
    group, dataset = group_with_dataset(personalize, "mine")
    rows = interactions(users=100, events=12)
    file = write_interactions(folder / "interactions.csv", rows)
    job = import_rows(personalize, dataset, file.as_uri())
    version = train(personalize, group, "aws-popularity-count")
    campaign = deploy(personalize, version)
    tracker = personalize.create_event_tracker(name="mine", datasetGroupArn=group)
    chosen = personalize.create_filter(
        name="mine", datasetGroupArn=group, filterExpression=EXPRESSION
    )
    measured = personalize.create_metric_attribution(
        name="mine",
        datasetGroupArn=group,
        metrics=[{"eventType": "View", "metricName": "views", "expression": "SAMPLECOUNT()"}],
        metricsOutputConfig={"roleArn": "arn:aws:iam::111111111111:role/aisle"},
    )
    active(personalize, "metricAttribution", measured["metricAttributionArn"])
    active(personalize, "filter", chosen["filterArn"])
    active(personalize, "eventTracker", tracker["eventTrackerArn"])
    return {
        "schemaArn": personalize.describe_dataset(datasetArn=dataset)["dataset"]["schemaArn"],
        "datasetGroupArn": group,
        "datasetArn": dataset,
        "datasetImportJobArn": job,
        "solutionArn": version.rpartition("/")[0],
        "solutionVersionArn": version,
        "campaignArn": campaign,
        "eventTrackerArn": tracker["eventTrackerArn"],
        "trackingId": tracker["trackingId"],
        "filterArn": chosen["filterArn"],
        "metricAttributionArn": measured["metricAttributionArn"],
        "resourceArn": campaign,
    }


def _operations() -> list[str]:
    """Those that ask for something by its name, but for lists, which filter by it."""
    return [
        name
        for name in OPERATIONS
        if (name == "ListTagsForResource" or not name.startswith("List"))
        and name not in _NOBODYS
        and _names(name, required=True)
    ]


def _names(operation: str, *, required: bool) -> list[str]:
    shape = input_shape(operations()[operation])
    members = shape.required_members if required else shape.members
    return [name for name in members if name.endswith("Arn") or name == "trackingId"]


def _request(operation: str, named: Mapping[str, str]) -> dict[str, Any]:
    """The smallest valid one that names what the world has."""
    shape = input_shape(operations()[operation])
    filled = {name: value for name, value in _FILLED.items() if name in shape.members}
    least = smallest(shape)
    return {**least, **filled, **{name: named[name] for name in least if name in named}}


def _refusal(party: Party, operation: str, request: Mapping[str, Any]) -> str:
    with pytest.raises(ClientError) as caught:
        party.call(operation, **request)
    return str(caught.value.response["Error"]["Code"])


def _not_found(operation: str) -> str:
    """The code for what is not there, by the model."""
    code = "ResourceNotFoundException"
    return code if code in error_statuses(operations()[operation]) else "InvalidInputException"


def _known(world: World) -> dict[str, Mapping[str, Any]]:
    """All that the owner is told of the world, by operation."""
    told: dict[str, Mapping[str, Any]] = {}
    for operation in OPERATIONS:
        names = _names(operation, required=True)
        if operation.startswith("Describe") and len(names) == 1 and names[0] in world.named:
            answer = dict(world.owner.call(operation, **{names[0]: world.named[names[0]]}))
            del answer["ResponseMetadata"]
            told[operation] = answer
    return told


def test_no_operation_finds_what_belongs_to_another_account_or_region(world: World) -> None:
    before = _known(world)
    assert len(before) >= 8
    for party in world.strangers:
        asked = {operation: _request(operation, world.named) for operation in _operations()}
        asked["GetRecommendations"] = {"campaignArn": world.named["campaignArn"], "userId": "1"}
        refused = {operation: _refusal(party, operation, asked[operation]) for operation in asked}
        assert refused == {operation: _not_found(operation) for operation in asked}
    assert _known(world) == before


def test_no_list_shows_what_belongs_to_another_account_or_region(world: World) -> None:
    listing = [
        name
        for name in OPERATIONS
        if name.startswith("List") and name not in {*_NOBODYS, "ListTagsForResource"}
    ]
    assert len(listing) >= 8
    for party, operation in product(world.strangers, listing):
        parents = {
            member: world.named[member]
            for member in _names(operation, required=False)
            if member in world.named
        }
        for request in ({}, parents):
            assert (operation, _listed(party, operation, request)) == (operation, [])
    own = {operation: _listed(world.owner, operation, {}) for operation in listing}
    assert sum(map(bool, own.values())) >= 8


def _listed(party: Party, operation: str, request: Mapping[str, Any]) -> list[Any]:
    """What a List answers; nothing where it asks for a parent, or finds none of that name."""
    try:
        answer = party.call(operation, **request)
    except ClientError as error:
        return [] if error.response["Error"]["Code"] in _REFUSED else [error]
    return next(value for value in answer.values() if isinstance(value, list))


def test_an_answer_takes_no_filter_of_another_region(world: World) -> None:
    group, _ = group_with_dataset(world.abroad.client("ListSchemas"), "abroad")
    made = world.abroad.call(
        "CreateFilter", name="abroad", datasetGroupArn=group, filterExpression=EXPRESSION
    )
    asked = {"campaignArn": world.named["campaignArn"], "userId": "user-0001"}
    assert world.owner.call("GetRecommendations", **asked)["itemList"]
    asked["filterArn"] = made["filterArn"]
    assert _refusal(world.owner, "GetRecommendations", asked) == "ResourceNotFoundException"


def test_a_dataset_takes_no_schema_of_another_region(world: World) -> None:
    personalize = world.abroad.client("ListSchemas")
    group = personalize.create_dataset_group(name="schemaless")["datasetGroupArn"]
    active(personalize, "datasetGroup", group)
    request = {
        "name": "users",
        "datasetGroupArn": group,
        "schemaArn": world.named["schemaArn"],
        "datasetType": "Interactions",
    }
    assert _refusal(world.abroad, "CreateDataset", request) == "ResourceNotFoundException"


def test_names_are_free_in_every_account_and_region(world: World) -> None:
    for party in world.strangers:
        personalize = party.client("ListSchemas")
        group, dataset = group_with_dataset(personalize, "mine")
        made = personalize.create_filter(
            name="mine", datasetGroupArn=group, filterExpression=EXPRESSION
        )
        arns = (group, dataset, made["filterArn"])
        account = OWNER if party is world.abroad else OTHER
        assert all(f":{party.region}:{account}:" in arn for arn in arns)
        assert not set(arns) & set(world.named.values())
        assert [each["name"] for each in personalize.list_schemas()["schemas"]].count("mine") == 1
