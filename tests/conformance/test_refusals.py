"""What the control plane refuses, in the service's own exceptions."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from journey import (
    RECIPE,
    active,
    group_with_dataset,
    import_rows,
    settled,
    train,
)
from running import Server, StartServer
from sample import INTERACTIONS_SCHEMA, interactions, write_interactions


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("refusals")


@pytest.fixture(scope="module")
def server(folder: Path, start_server: StartServer) -> Server:
    (folder / "in").mkdir()
    return start_server(folder / "data", allowed=folder / "in")


@pytest.fixture(scope="module")
def dataset(server: Server) -> str:
    return group_with_dataset(server.personalize, "refused")[1]


def failure_of_import(server: Server, dataset: str, name: str, location: str) -> str:
    job = server.personalize.create_dataset_import_job(
        jobName=name, datasetArn=dataset, dataSource={"dataLocation": location}
    )["datasetImportJobArn"]
    found = settled(server.personalize, "datasetImportJob", job)
    assert found["status"] == "CREATE FAILED"
    return str(found["failureReason"])


def test_a_bad_row_fails_the_import_with_row_and_column(
    server: Server, dataset: str, folder: Path
) -> None:
    rows = interactions(users=30)
    rows[411] = ("user-x", "drama-01", "View", "yesterday")
    file = write_interactions(folder / "in" / "bad-row.csv", rows)
    reason = failure_of_import(server, dataset, "bad-row", file.as_uri())
    assert "412" in reason
    assert "TIMESTAMP" in reason
    assert "yesterday" in reason


def test_a_missing_column_fails_with_the_services_message(
    server: Server, dataset: str, folder: Path
) -> None:
    file = folder / "in" / "no-column.csv"
    file.write_text("USER_ID,ITEM_ID\nu,i\n")
    reason = failure_of_import(server, dataset, "no-column", file.as_uri())
    assert "Input CSV is missing the following columns:[EVENT_TYPE, TIMESTAMP]" in reason


def test_a_file_outside_the_allowed_directories_is_not_read(server: Server, dataset: str) -> None:
    reason = failure_of_import(server, dataset, "outside", "file:///etc/passwd")
    assert "--allow-path" in reason
    assert "root" not in reason


def test_too_little_data_fails_the_training_with_the_services_message(
    server: Server, folder: Path
) -> None:
    personalize = server.personalize
    group, dataset = group_with_dataset(personalize, "little")
    rows = interactions(users=20)
    import_rows(personalize, dataset, write_interactions(folder / "in/little.csv", rows).as_uri())
    solution = personalize.create_solution(
        name="little", datasetGroupArn=group, recipeArn=f"{RECIPE}aws-user-personalization"
    )["solutionArn"]
    active(personalize, "solution", solution)
    version = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    found = settled(personalize, "solutionVersion", version)
    assert found["status"] == "CREATE FAILED"
    assert "fewer than 1000 interactions" in found["failureReason"]
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.create_campaign(name="little", solutionVersionArn=version)
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.get_solution_metrics(solutionVersionArn=version)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fields": []}, "at least one field"),
        ({"type": "array"}, "record"),
        ({"name": "Purchases"}, "Purchases"),
    ],
)
def test_a_schema_that_breaks_a_rule_is_refused(
    server: Server, change: dict[str, Any], words: str
) -> None:
    schema = json.dumps({**json.loads(INTERACTIONS_SCHEMA), **change})
    with pytest.raises(server.personalize.exceptions.InvalidInputException, match=words):
        server.personalize.create_schema(name="bad", schema=schema)


def test_a_domain_recipe_needs_its_domain(server: Server) -> None:
    personalize = server.personalize
    group, _ = group_with_dataset(personalize, "no-domain")
    with pytest.raises(personalize.exceptions.InvalidInputException, match="ECOMMERCE"):
        personalize.create_recommender(
            name="r",
            datasetGroupArn=group,
            recipeArn=f"{RECIPE}aws-ecomm-recommended-for-you",
        )
    with pytest.raises(personalize.exceptions.InvalidInputException, match="CreateRecommender"):
        personalize.create_solution(
            name="s",
            datasetGroupArn=group,
            recipeArn=f"{RECIPE}aws-ecomm-recommended-for-you",
        )


def test_an_unknown_recipe_is_not_found(server: Server) -> None:
    personalize = server.personalize
    with pytest.raises(personalize.exceptions.ResourceNotFoundException, match="aws-nonsense"):
        personalize.create_solution(
            name="s",
            datasetGroupArn="arn:aws:personalize:eu-central-1:000000000000:dataset-group/refused",
            recipeArn=f"{RECIPE}aws-nonsense",
        )


def test_a_hyperparameter_out_of_range_is_named(server: Server) -> None:
    personalize = server.personalize
    with pytest.raises(personalize.exceptions.InvalidInputException) as caught:
        personalize.create_solution(
            name="s",
            datasetGroupArn="arn:aws:personalize:eu-central-1:000000000000:dataset-group/refused",
            recipeArn=f"{RECIPE}aws-user-personalization",
            solutionConfig={"algorithmHyperParameters": {"hidden_dimension": "9999"}},
        )
    message = caught.value.response["Error"]["Message"]
    assert "hidden_dimension" in message
    assert "9999" in message
    assert "256" in message


def test_a_parent_that_is_missing_is_not_found(server: Server) -> None:
    personalize = server.personalize
    with pytest.raises(personalize.exceptions.ResourceNotFoundException):
        personalize.create_solution_version(
            solutionArn="arn:aws:personalize:eu-central-1:000000000000:solution/none"
        )
    with pytest.raises(server.runtime.exceptions.ResourceNotFoundException):
        server.runtime.get_recommendations(
            campaignArn="arn:aws:personalize:eu-central-1:000000000000:campaign/none",
            userId="u",
        )


@pytest.mark.parametrize("position", ["no", "after -1", f"after {10**30}", "after x"])
def test_a_foreign_next_token_is_refused(server: Server, position: str) -> None:
    token = base64.urlsafe_b64encode(position.encode()).decode()
    with pytest.raises(server.personalize.exceptions.InvalidNextTokenException):
        server.personalize.list_schemas(nextToken=token)


def test_too_few_events_of_the_asked_type_are_said_in_the_services_words(
    server: Server, folder: Path
) -> None:
    personalize = server.personalize
    group, dataset = group_with_dataset(personalize, "typed")
    import_rows(personalize, dataset, write_interactions(folder / "in/typed.csv").as_uri())
    solution = personalize.create_solution(
        name="typed",
        datasetGroupArn=group,
        recipeArn=f"{RECIPE}aws-user-personalization",
        eventType="Purchase",
    )["solutionArn"]
    active(personalize, "solution", solution)
    version = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    assert settled(personalize, "solutionVersion", version)["failureReason"] == (
        "Dataset has fewer than 1000 interactions after filtering by event type: Purchase"
    )
    with pytest.raises(personalize.exceptions.InvalidInputException, match="autoTrainingConfig"):
        personalize.create_solution(
            name="scheduled",
            datasetGroupArn=group,
            recipeArn=f"{RECIPE}aws-user-personalization",
            solutionConfig={"autoTrainingConfig": {"schedulingExpression": "rate(31 days)"}},
        )


def test_requests_that_name_no_model_or_too_much_are_refused(server: Server, folder: Path) -> None:
    runtime = server.runtime
    with pytest.raises(runtime.exceptions.InvalidInputException, match="recommenderArn"):
        runtime.get_recommendations(userId="u")
    personalize = server.personalize
    group, dataset = group_with_dataset(personalize, "enough")
    import_rows(personalize, dataset, write_interactions(folder / "in/enough.csv").as_uri())
    version = train(personalize, group, "aws-popularity-count")
    campaign = personalize.create_campaign(name="enough", solutionVersionArn=version)
    active(personalize, "campaign", campaign["campaignArn"])
    with pytest.raises(runtime.exceptions.InvalidInputException, match="userId"):
        runtime.get_recommendations(campaignArn=campaign["campaignArn"])
    with pytest.raises(runtime.exceptions.InvalidInputException, match="501"):
        runtime.get_recommendations(campaignArn=campaign["campaignArn"], userId="u", numResults=501)
    with pytest.raises(runtime.exceptions.InvalidInputException, match="PERSONALIZED_RANKING"):
        runtime.get_personalized_ranking(
            campaignArn=campaign["campaignArn"], userId="u", inputList=["drama-01"]
        )


def test_an_event_for_an_unknown_tracker_is_refused(server: Server) -> None:
    with pytest.raises(server.events.exceptions.InvalidInputException, match="nobody"):
        server.events.put_events(
            trackingId="nobody",
            sessionId="s",
            eventList=[{"eventType": "View", "sentAt": datetime.now(UTC), "itemId": "i"}],
        )
