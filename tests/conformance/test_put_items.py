"""Items, users and actions put one by one, beside what was imported."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from datasets import dataset, field, group, import_table
from reader import Reader
from running import Server, StartServer, until

ITEMS = [
    field("ITEM_ID", null=False),
    field("PRICE", "float", null=False),
    field("GENRES", categorical=True),
    field("RELEASE_YEAR", "int"),
    field("ADULT", "boolean"),
    field("PLOT", textual=True),
]
SOUND = '{"price": 1.5}'


class World(NamedTuple):
    server: Server
    reader: Reader
    folder: Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared_server: Server) -> World:
    folder = tmp_path_factory.mktemp("puts")
    (folder / "in").mkdir()
    server = shared_server
    return World(server, Reader(server.data_dir), folder / "in")


class Items(NamedTuple):
    """A new Items dataset."""

    world: World
    group: str
    arn: str

    def put(self, *items: tuple[str, Any], arn: str = "") -> None:
        listed: list[Any] = [
            {"itemId": key} | ({} if given is None else {"properties": given})
            for key, given in items
        ]
        self.world.server.events.put_items(datasetArn=arn or self.arn, items=listed)

    def bring(self, *rows: tuple[object, ...], mode: str = "FULL") -> None:
        header = ("ITEM_ID", "PRICE", "GENRES", "RELEASE_YEAR", "ADULT", "PLOT")
        filled = [(*row, *[""] * (len(header) - len(row))) for row in rows]
        personalize = self.world.server.personalize
        import_table(personalize, self.arn, self.world.folder, [header, *filled], mode)

    def prices(self) -> dict[str, str | None]:
        rows = self.world.reader.rows(self.group, "ITEMS")
        return {key: row["PRICE"] for key, row in rows.items()}


def new_items(world: World) -> Items:
    of = group(world.server.personalize)
    return Items(world, of, dataset(world.server.personalize, of, "ITEMS", ITEMS))


@pytest.fixture
def items(world: World) -> Items:
    return new_items(world)


@pytest.fixture(scope="module")
def untouched(world: World) -> Items:
    return new_items(world)


def refusal(items: Items, properties: Any, key: str = "i-1") -> str:
    """What the service says to one item, after a sound one in the same call."""
    with pytest.raises(ClientError) as caught:
        items.put(("sound", SOUND), (key, properties))
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    assert items.prices() == {}, "nothing of a refused call is kept"
    return caught.value.response["Error"].get("Message", "")


def test_keys_match_columns_ignoring_case_and_underscores(items: Items) -> None:
    items.put(
        (
            "i-1",
            json.dumps(
                {
                    "price": 9.99,
                    "genres": "Horror|Action",
                    "releaseYear": 1979,
                    "ADULT": True,
                    "pl_ot": "In space",
                }
            ),
        )
    )
    assert items.world.reader.rows(items.group, "ITEMS") == {
        "i-1": {
            "PRICE": "9.99",
            "GENRES": "Horror|Action",
            "RELEASE_YEAR": "1979",
            "ADULT": "true",
            "PLOT": "In space",
        }
    }


def test_numbers_and_booleans_may_come_as_text(items: Items) -> None:
    items.put(("i-1", '{"price": "12", "releaseYear": "2001", "adult": "False"}'))
    row = items.world.reader.rows(items.group, "ITEMS")["i-1"]
    assert (row["PRICE"], row["RELEASE_YEAR"], row["ADULT"]) == ("12.0", "2001", "false")


def test_the_same_id_replaces_all_of_its_values(items: Items) -> None:
    items.put(("i-1", '{"price": 1, "genres": "a"}'), ("i-2", SOUND))
    before = items.world.reader.catalogue(items.group, "ITEMS")
    items.put(("i-1", '{"price": 2}'))
    after = items.world.reader.catalogue(items.group, "ITEMS")
    assert items.world.reader.rows(items.group, "ITEMS")["i-1"] == {
        "PRICE": "2.0",
        **dict.fromkeys(("GENRES", "RELEASE_YEAR", "ADULT", "PLOT")),
    }
    assert after.code("i-1") == before.code("i-1")
    assert before.columns["PRICE"].raw(before.code("i-1")) == "1.0"


def test_the_last_of_one_id_in_a_call_counts(items: Items) -> None:
    items.put(("i-1", '{"price": 1}'), ("i-1", '{"price": 2}'))
    assert items.prices() == {"i-1": "2.0"}


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ('{"price": "cheap"}', ("i-1", "price", "'cheap'", "float")),
        ('{"price": 1e40}', ("price", "range of type float")),
        ('{"price": true}', ("price", "true")),
        ('{"price": 1, "releaseYear": 1.5}', ("releaseYear", "1.5", "int")),
        ('{"price": 1, "releaseYear": 3000000000}', ("releaseYear", "3000000000", "int")),
        ('{"price": 1, "adult": "maybe"}', ("adult", "'maybe'", "boolean")),
        ('{"price": 1, "genres": ["a", "b"]}', ("genres", '["a","b"]', "string")),
        ('{"price": 1, "genres": 7}', ("genres", "7", "string")),
        ('{"price": 1, "director": "x"}', ("director", "RELEASE_YEAR")),
        ('{"price": 1, "Price": 2}', ("Price", "PRICE", "another spelling")),
        ('{"price": null}', ("PRICE", "missing", "null")),
        ('{"genres": "a"}', ("PRICE", "missing")),
        (None, ("PRICE", "missing")),
        ("[1]", ("JSON object", "[1]")),
        ("{price: 1}", ("JSON object",)),
        (
            json.dumps({"price": 1, "genres": "x" * 1001}),
            ("Length cannot be more than 1000 characters for COL GENRES", "1001"),
        ),
        (json.dumps({"price": 1, "genres": "a\0b"}), ("genres", "NUL")),
    ],
)
def test_a_value_that_breaks_the_schema_is_refused_by_item_key_rule_and_value(
    untouched: Items, properties: Any, said: tuple[str, ...]
) -> None:
    message = refusal(untouched, properties)
    for part in ("i-1", *said):
        assert part in message


def test_streamed_rows_outlive_a_full_import_and_win_over_it(items: Items) -> None:
    items.bring(("i-1", 1), ("i-2", 2))
    items.put(("i-1", '{"price": 10}'), ("i-3", '{"price": 30}'))
    assert items.prices() == {"i-1": "10.0", "i-2": "2.0", "i-3": "30.0"}
    items.bring(("i-1", 5), ("i-4", 4))
    assert items.prices() == {"i-1": "10.0", "i-4": "4.0", "i-3": "30.0"}


def test_what_an_import_replaced_is_not_held_on(items: Items) -> None:
    reader = Reader(items.world.reader.state.settings)
    for rows in ([("i-1", 1), ("i-2", 2)], [("i-3", 3)]):
        items.bring(*rows)
        assert reader.catalogue(items.group, "ITEMS").rows == len(rows)
        assert reader.catalogues.rows == len(rows)


def test_an_incremental_import_replaces_rows_by_id_streamed_ones_too(items: Items) -> None:
    items.bring(("i-1", 1), ("i-2", 2))
    items.put(("i-1", '{"price": 10}'), ("i-3", '{"price": 30}'))
    items.bring(("i-1", 5), ("i-4", 4), mode="INCREMENTAL")
    assert items.prices() == {"i-1": "5.0", "i-2": "2.0", "i-3": "30.0", "i-4": "4.0"}
    items.put(("i-1", '{"price": 11}'))
    assert items.prices()["i-1"] == "11.0"


def test_many_puts_between_two_requests_are_all_seen(items: Items) -> None:
    items.put(("i-0", SOUND))
    assert len(items.prices()) == 1
    for number in range(25):
        items.put(*[(f"i-{number}-{one}", SOUND) for one in range(10)])
    assert len(items.prices()) == 251


def test_users_and_actions_are_put_alike(world: World) -> None:
    personalize, events = world.server.personalize, world.server.events
    of = group(personalize)
    users = dataset(personalize, of, "USERS", [field("USER_ID", null=False), field("AGE", "int")])
    actions = dataset(
        personalize, of, "ACTIONS", [field("ACTION_ID", null=False), field("VALUE", "long")]
    )
    events.put_users(datasetArn=users, users=[{"userId": "u", "properties": '{"age": 30}'}])
    events.put_actions(
        datasetArn=actions, actions=[{"actionId": "a", "properties": '{"value": "5"}'}]
    )
    assert world.reader.rows(of, "USERS") == {"u": {"AGE": "30"}}
    assert world.reader.rows(of, "ACTIONS") == {"a": {"VALUE": "5"}}


def test_the_dataset_has_to_be_the_callers_of_the_right_type_and_ready(items: Items) -> None:
    server = items.world.server
    with pytest.raises(ClientError, match=r"InvalidInputException.*ITEMS.*USERS"):
        server.events.put_users(datasetArn=items.arn, users=[{"userId": "u"}])
    with pytest.raises(ClientError, match="ResourceNotFoundException") as caught:
        items.put(("i-1", SOUND), arn=items.arn.replace("/ITEMS", "/USERS"))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    elsewhere = server.client("personalize-events", region="us-west-2")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        elsewhere.put_items(datasetArn=items.arn, items=[{"itemId": "i", "properties": SOUND}])
    with pytest.raises(ClientError, match="InvalidInputException"):
        items.put(*[(f"i-{number}", SOUND) for number in range(11)])


def test_a_deleted_dataset_takes_its_rows_along(items: Items) -> None:
    personalize = items.world.server.personalize
    items.put(("i-1", SOUND))
    personalize.delete_dataset(datasetArn=items.arn)
    until(lambda: not personalize.list_datasets(datasetGroupArn=items.group)["datasets"], "the end")
    again = dataset(personalize, items.group, "ITEMS", ITEMS)
    assert again == items.arn
    assert items.prices() == {}


def test_puts_survive_kill_9(tmp_path: Path, start_server: StartServer) -> None:
    server = start_server(tmp_path / "data", allowed=tmp_path)
    of = group(server.personalize)
    arn = dataset(server.personalize, of, "ITEMS", ITEMS)
    server.events.put_items(datasetArn=arn, items=[{"itemId": "i", "properties": SOUND}])
    server.kill()
    assert list(Reader(tmp_path / "data").rows(of, "ITEMS")) == ["i"]
