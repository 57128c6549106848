"""boto3, knowing an endpoint only, from a CSV file to recommendations that follow events."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from journey import (
    active,
    deploy,
    event,
    group_with_dataset,
    import_rows,
    item_ids,
    resource,
    train,
)
from running import Server, StartServer, until
from sample import interactions, item, write_interactions


class World(NamedTuple):
    """A server with a trained group."""

    server: Server
    group: str
    dataset: str
    tracking_id: str
    versions: dict[str, str]
    campaigns: dict[str, str]
    popular: list[str]
    """What aws-popularity-count answered before any event was streamed."""


RECIPES = (
    "aws-popularity-count",
    "aws-sims",
    "aws-similar-items",
    "aws-user-personalization",
    "aws-personalized-ranking",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> World:
    folder = tmp_path_factory.mktemp("journey")
    file = write_interactions(folder / "in" / "interactions.csv")
    server = start_server(folder / "data", allowed=folder / "in")
    personalize = server.personalize
    group, dataset = group_with_dataset(personalize, "films")
    import_rows(personalize, dataset, file.as_uri())
    tracker = personalize.create_event_tracker(name="films", datasetGroupArn=group)
    active(personalize, "eventTracker", tracker["eventTrackerArn"])
    versions = {recipe: train(personalize, group, recipe) for recipe in RECIPES}
    campaigns = {recipe: deploy(personalize, arn) for recipe, arn in versions.items()}
    popular = server.runtime.get_recommendations(
        campaignArn=campaigns["aws-popularity-count"], userId="nobody"
    )
    tracking_id = tracker["trackingId"]
    return World(server, group, dataset, tracking_id, versions, campaigns, item_ids(popular))


def ask(world: World, recipe: str, **members: Any) -> list[str]:
    return item_ids(
        world.server.runtime.get_recommendations(campaignArn=world.campaigns[recipe], **members)
    )


def send(world: World, *items: str, user: str | None, session: str) -> None:
    known: dict[str, Any] = {"userId": user} if user else {}
    for shown in items:
        world.server.events.put_events(
            trackingId=world.tracking_id, sessionId=session, eventList=[event(shown)], **known
        )


def test_personal_metrics_beat_those_of_popularity_twofold(world: World) -> None:
    metric = "normalized_discounted_cumulative_gain_at_10"
    personal, popular = (
        world.server.personalize.get_solution_metrics(solutionVersionArn=world.versions[recipe])[
            "metrics"
        ][metric]
        for recipe in ("aws-user-personalization", "aws-popularity-count")
    )
    assert personal > 2 * popular > 0


def test_a_user_gets_the_items_of_their_taste(world: World) -> None:
    first = ask(world, "aws-user-personalization", userId="user-0001", numResults=5)
    assert [item.split("-")[0] for item in first].count("comedy") >= 4


def test_scores_of_user_personalization_are_probabilities(world: World) -> None:
    answer = world.server.runtime.get_recommendations(
        campaignArn=world.campaigns["aws-user-personalization"], userId="user-0002", numResults=500
    )
    scores = [item["score"] for item in answer["itemList"]]
    assert len(scores) == 60
    assert sum(scores) == pytest.approx(1, abs=1e-4)
    assert scores == sorted(scores, reverse=True)
    assert answer["recommendationId"].startswith("RID-")
    assert len(answer["recommendationId"]) <= 40


def test_a_cold_user_gets_popular_items_and_after_three_events_personal_ones(world: World) -> None:
    asked = ask(world, "aws-user-personalization", userId="cold", numResults=10)
    assert asked == world.popular[:10]
    send(world, "horror-01", "horror-02", "horror-04", user="cold", session="s-cold")
    after = ask(world, "aws-user-personalization", userId="cold", numResults=5)
    assert [item.split("-")[0] for item in after].count("horror") >= 4


def test_a_session_without_a_user_is_answered_by_its_session_id(world: World) -> None:
    send(world, "sport-03", "sport-05", user=None, session="s-anonymous")
    after = ask(world, "aws-user-personalization", userId="s-anonymous", numResults=5)
    assert [item.split("-")[0] for item in after].count("sport") >= 4


def test_what_a_visitor_did_before_the_login_counts_after_it(world: World) -> None:
    send(world, "drama-03", "drama-05", user=None, session="s-login")
    cold = ask(world, "aws-user-personalization", userId="late", numResults=5)
    send(world, "drama-06", user="late", session="s-login")
    warm = ask(world, "aws-user-personalization", userId="late", numResults=5)
    assert warm != cold
    same = ask(world, "aws-user-personalization", userId="s-login", numResults=5)
    assert [item.split("-")[0] for item in warm].count("drama") >= 4
    assert same


def test_a_login_after_a_training_still_brings_the_visit_along(world: World) -> None:
    personalize = world.server.personalize
    send(world, "horror-03", "horror-05", user=None, session="s-trained")
    campaign = deploy(personalize, train(personalize, world.group, "aws-user-personalization"))
    send(world, "horror-06", user="after-training", session="s-trained")
    answer = world.server.runtime.get_recommendations(
        campaignArn=campaign, userId="after-training", numResults=60
    )
    whole = answer["itemList"]
    send(world, "horror-06", user="only-that", session="s-only-that")
    answer = world.server.runtime.get_recommendations(
        campaignArn=campaign, userId="only-that", numResults=60
    )
    assert whole != answer["itemList"]


def test_an_event_id_counts_once(world: World) -> None:
    for _ in range(2):
        world.server.events.put_events(
            trackingId=world.tracking_id,
            sessionId="s-once",
            userId="once",
            eventList=[event("drama-01", event_id="the-same")],
        )
    once = ask(world, "aws-user-personalization", userId="once", numResults=25)
    send(world, "drama-01", user="twin", session="s-twin")
    assert once == ask(world, "aws-user-personalization", userId="twin", numResults=25)


def test_old_clients_put_the_item_into_the_properties(world: World) -> None:
    before = ask(world, "aws-user-personalization", userId="old-client", numResults=5)
    world.server.events.put_events(
        trackingId=world.tracking_id,
        sessionId="s-old",
        userId="old-client",
        eventList=[
            {
                "eventType": "View",
                "sentAt": datetime.now(UTC),
                "properties": '{"itemId":"sport-07"}',
            }
        ],
    )
    after = ask(world, "aws-user-personalization", userId="old-client", numResults=5)
    assert before != after
    assert after[0].startswith("sport")


@pytest.mark.parametrize("recipe", ["aws-sims", "aws-similar-items"])
def test_similar_items_are_of_the_same_taste_and_not_the_item_itself(
    world: World, recipe: str
) -> None:
    found = ask(world, recipe, itemId="horror-05", numResults=5)
    assert {item.split("-")[0] for item in found} == {"horror"}
    assert "horror-05" not in found


def test_an_unknown_item_is_answered_with_popular_ones(world: World) -> None:
    for recipe in ("aws-sims", "aws-similar-items"):
        assert ask(world, recipe, itemId="no-such-item", numResults=5) == world.popular[:5]


def test_ranking_puts_what_comes_next_first_and_unknown_items_last(world: World) -> None:
    user, last = next(
        (row[0], row[1]) for row in reversed(interactions()) if row[1].startswith("sport")
    )
    following = item("sport", int(last.split("-")[1]) + 1)
    answer = world.server.runtime.get_personalized_ranking(
        campaignArn=world.campaigns["aws-personalized-ranking"],
        userId=user,
        inputList=["drama-01", "nobody-knows-it", following, "comedy-02"],
    )
    ranked = answer["personalizedRanking"]
    assert ranked[0]["itemId"] == following
    assert ranked[-1] == {"itemId": "nobody-knows-it"}
    assert sum(item["score"] for item in ranked[:-1]) == pytest.approx(1, abs=1e-5)


def test_describe_shows_what_was_trained(world: World) -> None:
    personalize = world.server.personalize
    version = resource(personalize, "solutionVersion", world.versions["aws-user-personalization"])
    assert version["trainingMode"] == "FULL"
    assert version["trainingHours"] > 0
    solution = resource(personalize, "solution", version["solutionArn"])
    assert solution["performAutoTraining"] is True
    assert solution["latestSolutionVersion"]["solutionVersionArn"] == version["solutionVersionArn"]
    defaults = solution["solutionConfig"]["algorithmHyperParameters"]
    assert defaults["hidden_dimension"] == "149"


def test_an_import_job_is_described_and_listed_under_its_job_name(world: World) -> None:
    personalize = world.server.personalize
    listed = personalize.list_dataset_import_jobs(datasetArn=world.dataset)["datasetImportJobs"][0]
    shown = resource(personalize, "datasetImportJob", listed["datasetImportJobArn"])
    assert shown["jobName"] == listed["jobName"]
    assert listed["datasetImportJobArn"].endswith(f":dataset-import-job/{listed['jobName']}")
    assert shown["importMode"] == "FULL"
    assert shown["dataSource"]["dataLocation"].startswith("file://")


def test_lists_page_with_tokens_that_survive_new_rows(world: World) -> None:
    personalize = world.server.personalize
    for number in range(3):
        personalize.create_dataset_group(name=f"page-{number}")
    first = personalize.list_dataset_groups(maxResults=2)
    personalize.create_dataset_group(name="page-late")
    rest = personalize.list_dataset_groups(maxResults=100, nextToken=first["nextToken"])
    names = [group["name"] for group in (*first["datasetGroups"], *rest["datasetGroups"])]
    assert names == ["films", "page-0", "page-1", "page-2", "page-late"]
    pages = personalize.get_paginator("list_dataset_groups").paginate(
        PaginationConfig={"PageSize": 1}
    )
    assert [g["name"] for page in pages for g in page["datasetGroups"]] == names


def test_an_existing_name_is_answered_with_its_arn(world: World) -> None:
    personalize = world.server.personalize
    with pytest.raises(personalize.exceptions.ResourceAlreadyExistsException) as caught:
        personalize.create_dataset_group(name="films")
    message = caught.value.response["Error"]["Message"]
    assert message == f"Another resource with Arn {world.group} already exists."


def test_regions_do_not_see_each_other(world: World) -> None:
    elsewhere = world.server.client("personalize", region="us-west-2")
    assert elsewhere.list_dataset_groups()["datasetGroups"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        elsewhere.describe_dataset_group(datasetGroupArn=world.group)


def test_deletion_goes_from_the_leaves_to_the_root(
    tmp_path: Path, start_server: StartServer
) -> None:
    file = write_interactions(tmp_path / "in" / "interactions.csv")
    server = start_server(tmp_path / "data", allowed=tmp_path / "in")
    personalize = server.personalize
    group, dataset = group_with_dataset(personalize, "short")
    import_rows(personalize, dataset, file.as_uri())
    tracker = personalize.create_event_tracker(name="short", datasetGroupArn=group)
    active(personalize, "eventTracker", tracker["eventTrackerArn"])
    campaign = deploy(personalize, train(personalize, group, "aws-popularity-count"))
    solution = personalize.list_solutions(datasetGroupArn=group)["solutions"][0]["solutionArn"]
    steps = [
        ("campaign", campaign),
        ("solution", solution),
        ("eventTracker", tracker["eventTrackerArn"]),
        ("dataset", dataset),
        ("datasetGroup", group),
    ]
    blocked = {"campaign": ("solution", solution), "eventTracker": ("dataset", dataset)}
    for kind, arn in steps:
        if kind in blocked:
            with pytest.raises(personalize.exceptions.ResourceInUseException):
                _delete(personalize, *blocked[kind])
        if kind != "datasetGroup":
            with pytest.raises(personalize.exceptions.ResourceInUseException):
                _delete(personalize, "datasetGroup", group)
        _delete(personalize, kind, arn)
        until(partial(_gone, personalize, kind, arn), f"{arn} to go")
    schema = personalize.list_schemas()["schemas"][0]["schemaArn"]
    personalize.delete_schema(schemaArn=schema)
    assert personalize.list_schemas()["schemas"] == []
    assert list((tmp_path / "data" / "objects").rglob("*.parquet")) == []
    assert list((tmp_path / "data" / "objects").rglob("*.npy")) == []


def _delete(personalize: Any, kind: str, arn: str) -> None:
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind)
    getattr(personalize, f"delete_{snake}")(**{f"{kind}Arn": arn})


def _gone(personalize: Any, kind: str, arn: str) -> bool:
    try:
        resource(personalize, kind, arn)
    except personalize.exceptions.ResourceNotFoundException:
        return True
    return False
