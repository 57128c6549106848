"""A recommender that is updated, stopped, started, and trains again by itself."""

from typing import Any

import pytest

from journey import RECIPE, active, item_ids, resource
from lifecycle import Trained
from running import StartServer, until

POPULAR = f"{RECIPE}aws-ecomm-popular-items-by-views"
FOR_YOU = f"{RECIPE}aws-ecomm-recommended-for-you"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Trained:
    folder = tmp_path_factory.mktemp("recommenders")
    (folder / "in").mkdir()
    server = start_server(folder / "data", allowed=folder / "in")
    return Trained(folder, server, domain="ECOMMERCE")


@pytest.fixture(scope="module")
def arn(world: Trained) -> str:
    return recommender(world, "first", POPULAR)


def recommender(world: Trained, name: str, recipe: str) -> str:
    made = world.personalize.create_recommender(
        name=name, datasetGroupArn=world.group, recipeArn=recipe
    )
    return active(world.personalize, "recommender", made["recommenderArn"])


def test_an_update_of_what_is_not_trained_on_keeps_the_model(world: Trained, arn: str) -> None:
    assert "latestRecommenderUpdate" not in resource(world.personalize, "recommender", arn)
    world.personalize.update_recommender(
        recommenderArn=arn, recommenderConfig={"minRecommendationRequestsPerSecond": 4}
    )
    shown = world.updated("recommender", arn)
    assert shown["recommenderConfig"]["minRecommendationRequestsPerSecond"] == 4
    assert shown["latestRecommenderUpdate"]["recommenderConfig"] == shown["recommenderConfig"]
    assert len(list((world.folder / "data/objects/models").glob("*/*-*"))) == 0


def test_other_columns_to_train_on_train_again(world: Trained) -> None:
    arn = recommender(world, "columns", POPULAR)
    excluded: Any = {"excludedDatasetColumns": {"INTERACTIONS": ["USER_ID"]}}
    refused = world.personalize.exceptions.InvalidInputException
    with pytest.raises(refused, match="USER_ID"):
        world.personalize.update_recommender(
            recommenderArn=arn, recommenderConfig={"trainingDataConfig": excluded}
        )
    included: Any = {"includedDatasetColumns": {"INTERACTIONS": ["EVENT_TYPE"]}}
    world.personalize.update_recommender(
        recommenderArn=arn, recommenderConfig={"trainingDataConfig": included}
    )
    assert item_ids(world.server.runtime.get_recommendations(recommenderArn=arn, userId="u"))
    shown = world.updated("recommender", arn)
    assert shown["recommenderConfig"]["trainingDataConfig"] == included
    assert len(list((world.folder / "data/objects/models").glob("*/*-*"))) == 1
    assert item_ids(world.server.runtime.get_recommendations(recommenderArn=arn, userId="u"))


def test_exploration_shows_its_defaults_where_the_recipe_explores(world: Trained, arn: str) -> None:
    config: Any = {"itemExplorationConfig": {"explorationWeight": "0.1"}}
    refused = world.personalize.exceptions.InvalidInputException
    with pytest.raises(refused, match="does not explore"):
        world.personalize.update_recommender(recommenderArn=arn, recommenderConfig=config)
    other = world.personalize.create_recommender(
        name="curious", datasetGroupArn=world.group, recipeArn=FOR_YOU, recommenderConfig=config
    )["recommenderArn"]
    shown = resource(world.personalize, "recommender", other)["recommenderConfig"]
    assert shown["itemExplorationConfig"]["explorationWeight"] == "0.1"
    assert shown["itemExplorationConfig"]["explorationItemAgeCutOff"] == "30"
    active(world.personalize, "recommender", other)


def test_one_that_is_stopped_does_not_answer_until_it_is_started(world: Trained) -> None:
    personalize, runtime = world.personalize, world.server.runtime
    arn = recommender(world, "rests", POPULAR)
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.start_recommender(recommenderArn=arn)
    personalize.stop_recommender(recommenderArn=arn)
    world.reached("recommender", arn, "INACTIVE")
    with pytest.raises(runtime.exceptions.ResourceNotFoundException, match="INACTIVE"):
        runtime.get_recommendations(recommenderArn=arn, userId="u")
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.stop_recommender(recommenderArn=arn)
    personalize.start_recommender(recommenderArn=arn)
    world.reached("recommender", arn, "ACTIVE")
    assert item_ids(runtime.get_recommendations(recommenderArn=arn, userId="u"))


def test_an_inactive_one_can_be_deleted_with_its_models(world: Trained) -> None:
    personalize = world.personalize
    arn = recommender(world, "leaves", POPULAR)
    personalize.stop_recommender(recommenderArn=arn)
    world.reached("recommender", arn, "INACTIVE")
    personalize.delete_recommender(recommenderArn=arn)

    def gone() -> bool:
        names = [one["name"] for one in personalize.list_recommenders()["recommenders"]]
        return "leaves" not in names

    until(gone, "the recommender to go")
