"""New items in answers, metadata in rankings, and what domain recommenders ask for."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from journey import RECIPE, active, group_with_dataset, import_rows, item_ids, train
from running import Server, StartServer
from sample import START, TASTES, interactions, item, write_interactions

pytestmark = pytest.mark.slow  # trains or starts more than the minutes of `make test` allow

LONG_AGO = START - 1000 * 86_400
VIEWED = "aws-ecomm-customers-who-viewed-x-also-viewed"
TRENDING = "aws-vod-trending-now"
ITEMS = json.dumps(
    {
        "type": "record",
        "name": "Items",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [
            {"name": "ITEM_ID", "type": "string"},
            {"name": "PRICE", "type": "float"},
            {"name": "CATEGORY_L1", "type": "string", "categorical": True},
            {"name": "CREATION_TIMESTAMP", "type": "long"},
        ],
        "version": "1.0",
    }
)


class Shop(NamedTuple):
    """A server with a group of each domain."""

    server: Server
    group: str
    items: str
    cinema: str

    def recommender(self, recipe: str, group: str) -> str:
        """The ARN of an ACTIVE one."""
        made = self.server.personalize.create_recommender(
            name=recipe, datasetGroupArn=group, recipeArn=f"{RECIPE}{recipe}"
        )
        return active(self.server.personalize, "recommender", made["recommenderArn"])

    def campaign(self, name: str, version: str, **members: Any) -> str:
        """The ARN of an ACTIVE one."""
        made = self.server.personalize.create_campaign(
            name=name, solutionVersionArn=version, **members
        )
        return active(self.server.personalize, "campaign", made["campaignArn"])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Shop:
    """All items of the events are old; `imported-new` has no event, nor has `imported-old`."""
    folder: Path = tmp_path_factory.mktemp("exploration") / "in"
    events = write_interactions(folder / "interactions.csv", interactions(users=56))
    server = start_server(folder.parent / "data", allowed=folder)
    personalize = server.personalize
    group, dataset = group_with_dataset(personalize, "shop", domain="ECOMMERCE")
    import_rows(personalize, dataset, events.as_uri())
    schema = personalize.create_schema(name="items", schema=ITEMS, domain="ECOMMERCE")["schemaArn"]
    items = personalize.create_dataset(
        name="items", schemaArn=schema, datasetGroupArn=group, datasetType="Items"
    )["datasetArn"]
    active(personalize, "dataset", items)
    rows = [f"{item(taste, n)},{n},{taste},{LONG_AGO}" for taste in TASTES for n in range(15)]
    rows += [f"imported-old,1,horror,{LONG_AGO}", f"imported-new,1,horror,{START}"]
    file = folder / "items.csv"
    file.write_text("\n".join(["ITEM_ID,PRICE,CATEGORY_L1,CREATION_TIMESTAMP", *rows, ""]))
    import_rows(personalize, items, file.as_uri())
    cinema, watched = group_with_dataset(personalize, "cinema", domain="VIDEO_ON_DEMAND")
    import_rows(personalize, watched, events.as_uri())
    return Shop(server, group, items, cinema)


@pytest.fixture(scope="module")
def version(shop: Shop) -> str:
    return train(
        shop.server.personalize,
        shop.group,
        "aws-user-personalization-v2",
        performAutoTraining=False,
    )


def test_a_new_item_is_found_by_its_categorys_fans_at_the_next_request_and_by_no_others(
    shop: Shop, version: str
) -> None:
    campaign = shop.campaign("default", version)
    properties = json.dumps({"price": 1, "categoryL1": "comedy", "creationTimestamp": START})
    shop.server.events.put_items(
        datasetArn=shop.items, items=[{"itemId": "put-comedy", "properties": properties}]
    )

    def share(taste: int) -> float:
        """Of the answers to users of a taste, how many have the new item."""
        answers = [
            item_ids(
                shop.server.runtime.get_recommendations(
                    campaignArn=campaign, userId=f"user-{user:04d}", numResults=15
                )
            )
            for user in range(taste, 56, len(TASTES))
        ]
        return sum("put-comedy" in answer for answer in answers) / len(answers)

    assert share(TASTES.index("comedy")) > 0.8
    assert share(TASTES.index("drama")) + share(TASTES.index("sport")) < 0.2


def test_new_items_are_explored_with_a_weight_of_1_and_never_with_0(
    shop: Shop, version: str
) -> None:
    curious, settled = (
        shop.campaign(
            name, version, campaignConfig={"itemExplorationConfig": {"explorationWeight": weight}}
        )
        for name, weight in (("curious", "1.0"), ("settled", "0.0"))
    )
    values = {"price": 1, "categoryL1": "horror", "creationTimestamp": START}
    shop.server.events.put_items(
        datasetArn=shop.items, items=[{"itemId": "put-new", "properties": json.dumps(values)}]
    )

    def explored(campaign: str) -> Counter[str]:
        seen: Counter[str] = Counter()
        for _ in range(40):
            answer = shop.server.runtime.get_recommendations(
                campaignArn=campaign, userId="user-0002", numResults=10
            )
            assert len(set(item_ids(answer))) == 10
            seen.update(
                each["itemId"]
                for each in answer["itemList"]
                if each.get("reason") == ["Exploration"]
            )
        return seen

    assert set(explored(curious)) - {"put-comedy"} == {"put-new", "imported-new"}
    assert not explored(settled)


def test_a_ranking_shows_the_columns_asked_for(shop: Shop) -> None:
    version = train(
        shop.server.personalize,
        shop.group,
        "aws-personalized-ranking-v2",
        performAutoTraining=False,
    )
    campaign = shop.campaign("ranking", version)
    answer = shop.server.runtime.get_personalized_ranking(
        campaignArn=campaign,
        userId="user-0002",
        inputList=["sport-03", "imported-new", "nowhere", "horror-04"],
        metadataColumns={"ITEMS": ["CATEGORY_L1", "PRICE"]},
    )
    shown = {each["itemId"]: each.get("metadata") for each in answer["personalizedRanking"]}
    assert shown == {
        "horror-04": {"CATEGORY_L1": "horror", "PRICE": "4.0"},
        "imported-new": {"CATEGORY_L1": "horror", "PRICE": "1.0"},
        "sport-03": {"CATEGORY_L1": "sport", "PRICE": "3.0"},
        "nowhere": None,
    }


def test_what_is_trending_needs_no_user(shop: Shop) -> None:
    recommender = shop.recommender(TRENDING, shop.cinema)
    ask = shop.server.runtime.get_recommendations
    anybody = item_ids(ask(recommenderArn=recommender))
    assert len(anybody) == 25
    assert item_ids(ask(recommenderArn=recommender, userId="user-0002")) == anybody


def test_what_others_viewed_needs_a_user_and_an_item(shop: Shop) -> None:
    recommender = shop.recommender(VIEWED, shop.group)
    ask = shop.server.runtime.get_recommendations
    refused = shop.server.runtime.exceptions.InvalidInputException
    with pytest.raises(refused, match="userId"):
        ask(recommenderArn=recommender, itemId="horror-04")
    with pytest.raises(refused, match="itemId"):
        ask(recommenderArn=recommender, userId="user-0002")
    found = item_ids(ask(recommenderArn=recommender, userId="user-0002", itemId="horror-04"))
    assert found
    assert "horror-04" not in found


def test_an_item_put_after_the_training_is_asked_for_by_its_metadata(shop: Shop) -> None:
    version = train(
        shop.server.personalize, shop.group, "aws-similar-items", performAutoTraining=False
    )
    campaign = shop.campaign("alike", version)
    properties = json.dumps({"price": 3, "categoryL1": "drama", "creationTimestamp": LONG_AGO})
    shop.server.events.put_items(
        datasetArn=shop.items, items=[{"itemId": "put-drama", "properties": properties}]
    )
    ask = shop.server.runtime.get_recommendations
    for asked, taste in (("put-drama", "drama"), ("imported-old", "horror")):
        found = item_ids(ask(campaignArn=campaign, itemId=asked, numResults=5))
        assert {item_id.split("-")[0] for item_id in found} <= {taste, "imported"}
        assert asked not in found
