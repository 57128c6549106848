"""A domain dataset group: its recommenders train and answer by themselves."""

from pathlib import Path
from typing import NamedTuple

import pytest

from journey import RECIPE, active, event, group_with_dataset, import_rows, item_ids, resource
from running import Server, StartServer, until
from sample import START, interactions, write_interactions

NAMES = ("aws-ecomm-recommended-for-you", "aws-ecomm-popular-items-by-views")


class Shop(NamedTuple):
    """A server with a domain group, its recommenders by recipe, and its tracking id."""

    server: Server
    arns: dict[str, str]
    tracking_id: str


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Shop:
    folder: Path = tmp_path_factory.mktemp("domain")
    file = write_interactions(folder / "in" / "interactions.csv")
    server = start_server(folder / "data", allowed=folder / "in")
    personalize = server.personalize
    group, dataset = group_with_dataset(personalize, "shop", domain="ECOMMERCE")
    import_rows(personalize, dataset, file.as_uri())
    tracker = personalize.create_event_tracker(name="shop", datasetGroupArn=group)
    arns = {
        name: personalize.create_recommender(
            name=name, datasetGroupArn=group, recipeArn=f"{RECIPE}{name}"
        )["recommenderArn"]
        for name in NAMES
    }
    for arn in arns.values():
        active(personalize, "recommender", arn)
    return Shop(server, arns, tracker["trackingId"])


def test_recommended_for_you_follows_the_taste(
    shop: Shop,
) -> None:
    server, arns, _ = shop
    answer = server.runtime.get_recommendations(
        recommenderArn=arns[NAMES[0]], userId="user-0002", numResults=5
    )
    assert [item.split("-")[0] for item in item_ids(answer)].count("horror") >= 4
    assert "score" not in answer["itemList"][0]


def test_a_purchase_takes_the_item_off_the_list_at_once(
    shop: Shop,
) -> None:
    server, arns, tracking_id = shop

    def listed() -> list[str]:
        return item_ids(
            server.runtime.get_recommendations(
                recommenderArn=arns[NAMES[0]], userId="buyer", numResults=60
            )
        )

    server.events.put_events(
        trackingId=tracking_id,
        userId="buyer",
        sessionId="b",
        eventList=[event("sport-01"), event("sport-02")],
    )
    wanted = listed()[0]
    server.events.put_events(
        trackingId=tracking_id,
        userId="buyer",
        sessionId="b",
        eventList=[event(wanted, kind="Purchase")],
    )
    assert wanted not in listed()


def test_a_purchase_imported_after_the_training_takes_the_item_off_the_list(
    shop: Shop,
) -> None:
    server, arns, _ = shop
    user = "user-0002"

    def listed() -> list[str]:
        return item_ids(
            server.runtime.get_recommendations(
                recommenderArn=arns[NAMES[0]], userId=user, numResults=60
            )
        )

    bought = listed()[0]
    row = (user, bought, "Purchase", str(START + 10**6))
    file = write_interactions(server.data_dir.parent / "in" / "late.csv", [row])
    (dataset,) = server.personalize.list_datasets()["datasets"]
    job = server.personalize.create_dataset_import_job(
        jobName="late",
        datasetArn=dataset["datasetArn"],
        dataSource={"dataLocation": file.as_uri()},
        importMode="INCREMENTAL",
    )
    active(server.personalize, "datasetImportJob", job["datasetImportJobArn"])
    earlier = {i for who, i, kind, _ in interactions() if (who, kind) == (user, "Purchase")}
    assert earlier
    assert not {bought, *earlier} & set(listed())


def test_popular_by_views_is_the_same_for_everybody(
    shop: Shop,
) -> None:
    server, arns, _ = shop
    first, second = (
        item_ids(server.runtime.get_recommendations(recommenderArn=arns[NAMES[1]], userId=user))
        for user in ("user-0001", "user-0002")
    )
    assert first == second


def test_a_recommender_shows_its_metrics_and_can_be_deleted(
    shop: Shop,
) -> None:
    server, arns, _ = shop
    personalize = server.personalize
    shown = resource(personalize, "recommender", arns[NAMES[1]])
    assert shown["modelMetrics"]["coverage"] > 0
    personalize.delete_recommender(recommenderArn=arns[NAMES[1]])

    def gone() -> bool:
        left = personalize.list_recommenders()["recommenders"]
        return arns[NAMES[1]] not in [each["recommenderArn"] for each in left]

    until(gone, "the recommender to go")
