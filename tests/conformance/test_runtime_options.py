"""Promotions, metadata, context, reasons and new items in the answers of GetRecommendations."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from journey import active, group_with_dataset, import_rows, item_ids, train
from running import Server
from sample import TASTES, item, write_interactions

ITEMS = json.dumps(
    {
        "type": "record",
        "name": "Items",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [
            {"name": "ITEM_ID", "type": "string"},
            {"name": "GENRE", "type": "string", "categorical": True},
            {"name": "YEAR", "type": "int"},
        ],
        "version": "1.0",
    }
)


class World(NamedTuple):
    """A server with an Items dataset, and one campaign."""

    server: Server
    campaign: str
    dataset: str
    horror: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared_server: Server) -> World:
    folder: Path = tmp_path_factory.mktemp("options")
    events = write_interactions(folder / "in" / "interactions.csv")
    server = shared_server
    personalize = server.personalize
    group, interactions = group_with_dataset(personalize, "options")
    import_rows(personalize, interactions, events.as_uri())
    schema = personalize.create_schema(name="items", schema=ITEMS)["schemaArn"]
    dataset = personalize.create_dataset(
        name="items", schemaArn=schema, datasetGroupArn=group, datasetType="Items"
    )["datasetArn"]
    active(personalize, "dataset", dataset)
    rows = "".join(f"{item(taste, n)},{taste},{1980 + n}\n" for taste in TASTES for n in range(15))
    file = folder / "in" / "items.csv"
    file.write_text(f"ITEM_ID,GENRE,YEAR\n{rows}")
    import_rows(personalize, dataset, file.as_uri())
    horror = personalize.create_filter(
        name="horror",
        datasetGroupArn=group,
        filterExpression='INCLUDE ItemID WHERE Items.GENRE IN ("horror")',
    )["filterArn"]
    active(personalize, "filter", horror)
    version = train(personalize, group, "aws-user-personalization-v2", performAutoTraining=False)
    campaign = personalize.create_campaign(name="options", solutionVersionArn=version)
    return World(server, active(personalize, "campaign", campaign["campaignArn"]), dataset, horror)


def ask(world: World, **members: Any) -> list[dict[str, Any]]:
    answer = world.server.runtime.get_recommendations(campaignArn=world.campaign, **members)
    return [dict(each) for each in answer["itemList"]]


def test_promoted_items_take_their_share_and_say_so(world: World) -> None:
    promotion = {"name": "night", "percentPromotedItems": 40, "filterArn": world.horror}
    found = ask(world, userId="user-0001", numResults=10, promotions=[promotion])
    promoted = [each for each in found if each.get("promotionName") == "night"]
    assert len({each["itemId"] for each in found}) == 10
    assert [each["itemId"].split("-")[0] for each in promoted] == ["horror"] * 4
    assert all(each["reason"] == ["Promoted item"] for each in promoted)
    scores = [each["score"] for each in promoted]
    assert scores == sorted(scores, reverse=True)


def test_metadata_is_shown_as_text(world: World) -> None:
    found = ask(world, userId="user-0001", metadataColumns={"ITEMS": ["GENRE", "YEAR"]})
    first = found[0]
    assert first["metadata"]["GENRE"] == first["itemId"].split("-")[0]
    assert first["metadata"]["YEAR"] == str(1980 + int(first["itemId"].split("-")[1]))


def test_unknown_columns_and_context_keys_are_named(world: World) -> None:
    refused = world.server.runtime.exceptions.InvalidInputException
    with pytest.raises(refused, match="COLOUR"):
        ask(world, userId="u", metadataColumns={"ITEMS": ["COLOUR"]})
    with pytest.raises(refused, match="WEATHER"):
        ask(world, userId="u", context={"WEATHER": "rain"})
    assert ask(world, userId="u", context={"EVENT_TYPE": "View"})


def test_a_stranger_is_told_that_items_are_popular(world: World) -> None:
    assert all(each["reason"] == ["Popular item"] for each in ask(world, userId="stranger"))


def test_a_new_item_is_recommended_and_filtered_at_the_next_request(world: World) -> None:
    world.server.events.put_items(
        datasetArn=world.dataset,
        items=[{"itemId": "new-one", "properties": '{"genre": "horror", "year": 2026}'}],
    )
    every = ask(world, userId="user-0002", numResults=500)
    assert len(every) == 61
    assert sum(each["score"] for each in every) == pytest.approx(1, abs=1e-4)
    answer = world.server.runtime.get_recommendations(
        campaignArn=world.campaign, userId="user-0002", numResults=500, filterArn=world.horror
    )
    assert len(item_ids(answer)) == 16
    assert "new-one" in item_ids(answer)
