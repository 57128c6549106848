"""Trainings that begin by themselves, on a clock that runs faster."""

import pytest

from journey import RECIPE, active, group_with_dataset, import_rows, resource
from lifecycle import Trained
from running import StartServer, until
from sample import write_interactions

pytestmark = pytest.mark.slow  # trains or starts more than the minutes of `make test` allow

FAST = {"AISLE_AUTO_TRAINING_DELAY_SECONDS": "4", "AISLE_AUTO_TRAINING_DAY_SECONDS": "3"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Trained:
    folder = tmp_path_factory.mktemp("automatic")
    (folder / "in").mkdir()
    server = start_server(folder / "data", allowed=folder / "in", environment=FAST)
    return Trained(folder, server)


def kinds(world: Trained, solution: str) -> list[str]:
    listed = world.personalize.list_solution_versions(solutionArn=solution)["solutionVersions"]
    return [version["trainingType"] for version in listed]


def test_the_default_is_shown_and_a_solution_trains_without_being_told(world: Trained) -> None:
    daily = {"autoTrainingConfig": {"schedulingExpression": "rate(1 day)"}}
    arn = world.solution("by-itself", performAutoTraining=True, solutionConfig=daily)
    silent = world.solution("silent")
    until(lambda: len(kinds(world, arn)) >= 2, "two automatic trainings")
    assert set(kinds(world, arn)) == {"AUTOMATIC"}
    assert kinds(world, silent) == []
    world.personalize.update_solution(solutionArn=arn, performAutoTraining=False)
    shown = world.updated("solution", arn)
    assert shown["performAutoTraining"] is False
    assert shown["latestSolutionUpdate"]["performAutoTraining"] is False


def test_one_that_is_trained_by_hand_skips_the_first(world: Trained) -> None:
    arn = world.solution("by-hand", performAutoTraining=True)
    config = resource(world.personalize, "solution", arn)["solutionConfig"]
    assert config["autoTrainingConfig"] == {"schedulingExpression": "rate(7 days)"}
    world.version(arn)
    other = world.solution("witness", performAutoTraining=True)
    until(lambda: kinds(world, other), "the witness to train")
    assert kinds(world, arn) == ["MANUAL"]


def test_recommenders_train_again_every_week(
    world: Trained,
) -> None:
    personalize = world.personalize
    group, dataset = group_with_dataset(personalize, "weekly", domain="ECOMMERCE")
    import_rows(personalize, dataset, write_interactions(world.folder / "in/weekly.csv").as_uri())
    arn = personalize.create_recommender(
        name="weekly", datasetGroupArn=group, recipeArn=f"{RECIPE}aws-ecomm-popular-items-by-views"
    )["recommenderArn"]
    active(personalize, "recommender", arn)
    models = world.folder / "data/objects/models"
    until(lambda: list(models.glob("*/*-*")), "a model of another week")
    shown = resource(personalize, "recommender", arn)
    assert shown["status"] == "ACTIVE"
    assert "latestRecommenderUpdate" not in shown
    personalize.stop_recommender(recommenderArn=arn)
    world.reached("recommender", arn, "INACTIVE")
