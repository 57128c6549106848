"""What CreateSolution takes, refuses, fills in, and what trainings make of it."""

import json
from typing import Any

import pytest

from journey import (
    RECIPE,
    active,
    deploy,
    event,
    group_with_dataset,
    import_rows,
    item_ids,
    resource,
    train,
)
from lifecycle import PERSONAL, Trained
from running import Server
from sample import ITEMS_EACH, TASTES, item

pytestmark = pytest.mark.slow  # trains or starts more than the minutes of `make test` allow


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared_server: Server) -> Trained:
    return Trained(tmp_path_factory.mktemp("settings"), shared_server)


def integers(low: int, high: int, name: str = "history_length") -> dict[str, Any]:
    one = {"name": name, "minValue": low, "maxValue": high}
    return {"integerHyperParameterRanges": [one]}


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"autoTrainingConfig": {"schedulingExpression": "rate(0 days)"}}, "1 to 30"),
        ({"autoTrainingConfig": {"schedulingExpression": "rate(31 days)"}}, "1 to 30"),
        ({"eventValueThreshold": "3"}, "eventType"),
        ({"eventsConfig": {"eventParametersList": [{"weight": 1.0}]}}, "eventType"),
        ({"eventsConfig": {"eventParametersList": [{"eventType": "a", "weight": 0}]}}, "weight 0"),
        ({"optimizationObjective": {"itemAttribute": "PRICE"}}, "numerical"),
        ({"trainingDataConfig": {"excludedDatasetColumns": {"ITEMS": ["X"]}}}, "no ITEMS"),
        (
            {"trainingDataConfig": {"excludedDatasetColumns": {"INTERACTIONS": ["ITEM_ID"]}}},
            "ITEM_ID",
        ),
        ({"trainingDataConfig": {"includedDatasetColumns": {"Interactions": ["NO"]}}}, "'NO'"),
        ({"featureTransformationParameters": {"trend_discovery_frequency": "1 hour"}}, "absent"),
        ({"hpoConfig": {"algorithmHyperParameterRanges": integers(1, 900)}}, "history_length"),
        ({"hpoConfig": {"algorithmHyperParameterRanges": integers(9, 5)}}, "above"),
        ({"hpoConfig": {"algorithmHyperParameterRanges": integers(1, 2, "depth")}}, "depth"),
        ({"hpoConfig": {"hpoResourceConfig": {"maxNumberOfTrainingJobs": "41"}}}, "1 to 40"),
        ({"hpoConfig": {"hpoObjective": {"metricName": "joy"}}}, "joy"),
        ({"autoMLConfig": {"metricName": "coverage"}}, "performAutoML"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(world: Trained, config: Any, words: str) -> None:
    with pytest.raises(world.personalize.exceptions.InvalidInputException, match=words):
        world.personalize.create_solution(
            name="refused", datasetGroupArn=world.group, recipeArn=PERSONAL, solutionConfig=config
        )


def test_hyperparameters_are_searched_within_their_ranges(world: Trained) -> None:
    config = {
        "hpoResourceConfig": {"maxNumberOfTrainingJobs": "3", "maxParallelTrainingJobs": "2"},
        "algorithmHyperParameterRanges": integers(3, 6),
    }
    solution = world.solution(
        "searched", PERSONAL, performHPO=True, solutionConfig={"hpoConfig": config}
    )
    version = resource(world.personalize, "solutionVersion", world.version(solution))
    assert version["performHPO"] is True
    found = version["tunedHPOParams"]["algorithmHyperParameters"]
    assert found.keys() == {"history_length"}
    assert 3 <= int(found["history_length"]) <= 6
    assert (
        resource(world.personalize, "solution", solution)["solutionConfig"]["hpoConfig"] == config
    )


def test_auto_ml_chooses_the_recipe(world: Trained) -> None:
    candidates = [f"{RECIPE}aws-popularity-count", PERSONAL]
    solution = world.personalize.create_solution(
        name="chosen",
        datasetGroupArn=world.group,
        performAutoML=True,
        performAutoTraining=False,
        solutionConfig={
            "autoMLConfig": {"recipeList": candidates, "metricName": "precision_at_10"},
            "hpoConfig": {"hpoResourceConfig": {"maxNumberOfTrainingJobs": "1"}},
        },
    )["solutionArn"]
    world.reached("solution", solution, "ACTIVE")
    assert "autoMLResult" not in resource(world.personalize, "solution", solution)
    version = resource(world.personalize, "solutionVersion", world.version(solution))
    assert version["recipeArn"] == PERSONAL
    shown = resource(world.personalize, "solution", solution)
    assert shown["autoMLResult"] == {"bestRecipeArn": PERSONAL}
    assert shown["performHPO"] is True
    with pytest.raises(world.personalize.exceptions.InvalidInputException, match="recipeArn"):
        world.personalize.create_solution(
            name="both", datasetGroupArn=world.group, recipeArn=PERSONAL, performAutoML=True
        )


def test_rules_about_events_choose_what_is_trained_on(world: Trained) -> None:
    rules = [{"eventType": "Purchase", "weight": 1.0}, {"eventType": "View", "weight": 0.0}]
    config = {"eventsConfig": {"eventParametersList": rules}}
    recipe = f"{RECIPE}aws-user-personalization-v2"
    solution = world.solution("purchases", recipe, solutionConfig=config)
    arn = world.personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    failed = world.reached("solutionVersion", arn, "CREATE FAILED")
    assert "fewer than 1000 interactions" in failed["failureReason"]
    events: Any = {"eventParametersList": [{"eventType": "View", "weight": 1.0}]}
    world.personalize.update_solution(
        solutionArn=solution, solutionUpdateConfig={"eventsConfig": events}
    )
    shown = world.updated("solution", solution)
    assert shown["solutionConfig"]["eventsConfig"] == events
    assert shown["latestSolutionUpdate"]["solutionUpdateConfig"] == {"eventsConfig": events}
    version = resource(world.personalize, "solutionVersion", world.version(solution))
    assert version["solutionConfig"]["eventsConfig"] == events


def test_rules_about_events_are_measured_by_their_weights(world: Trained) -> None:
    rules = [{"eventType": "View", "weight": 0.3}]
    solution = world.solution(
        "measured", solutionConfig={"eventsConfig": {"eventParametersList": rules}}
    )
    metrics = world.personalize.get_solution_metrics(solutionVersionArn=world.version(solution))[
        "metrics"
    ]
    weighed = metrics["normalized_discounted_cumulative_gain_with_event_weights_at_k"]
    assert weighed == metrics["normalized_discounted_cumulative_gain_at_25"] > 0


def test_a_streamed_event_weighs_as_the_rules_say(world: Trained) -> None:
    rules = [{"eventType": "View", "weight": 0.001}, {"eventType": "Order", "weight": 1.0}]
    events: Any = {"eventsConfig": {"eventParametersList": rules}}
    solution = world.solution("weighed", solutionConfig=events)
    campaign = deploy(world.personalize, world.version(solution))
    tracker = world.personalize.create_event_tracker(name="weighed", datasetGroupArn=world.group)

    def listed() -> list[str]:
        answer = world.server.runtime.get_recommendations(
            campaignArn=campaign, userId="nobody", numResults=500
        )
        return item_ids(answer)

    *_, viewed, ordered = listed()
    for who, item_id, kind in (("one", viewed, "View"), ("other", ordered, "Order")):
        world.server.events.put_events(
            trackingId=tracker["trackingId"],
            userId=who,
            sessionId=who,
            eventList=[event(item_id, kind)],
        )
    assert listed()[0] == ordered
    assert viewed not in listed()[:5]


def test_an_update_needs_a_version_to_go_on_from_and_keeps_its_settings(world: Trained) -> None:
    personalize = world.personalize
    solution = world.solution("continued", PERSONAL)
    refused = personalize.exceptions.InvalidInputException
    with pytest.raises(refused, match="ACTIVE"):
        personalize.create_solution_version(solutionArn=solution, trainingMode="UPDATE")
    first = world.version(solution, name="the-first")
    assert resource(personalize, "solutionVersion", first)["name"] == "the-first"
    second = resource(
        personalize, "solutionVersion", world.version(solution, trainingMode="UPDATE")
    )
    assert second["trainingMode"] == "UPDATE"
    latest = resource(personalize, "solution", solution)["latestSolutionVersion"]
    assert latest["trainingMode"] == "UPDATE"
    assert latest["trainingType"] == "MANUAL"
    popular = world.solution("never-updated")
    with pytest.raises(refused, match="UPDATE is for the recipes"):
        personalize.create_solution_version(solutionArn=popular, trainingMode="UPDATE")


def test_an_objective_brings_dear_items_forward(world: Trained) -> None:
    personalize = world.personalize
    group, events = group_with_dataset(personalize, "priced")
    import_rows(personalize, events, (world.folder / "in" / "interactions.csv").as_uri())
    schema = {
        "type": "record",
        "name": "Items",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [{"name": "ITEM_ID", "type": "string"}, {"name": "PRICE", "type": "float"}],
        "version": "1.0",
    }
    items = personalize.create_dataset(
        name="priced-items",
        datasetType="Items",
        datasetGroupArn=group,
        schemaArn=personalize.create_schema(name="priced-items", schema=json.dumps(schema))[
            "schemaArn"
        ],
    )["datasetArn"]
    active(personalize, "dataset", items)
    prices = {item(taste, n): float(n) for taste in TASTES for n in range(ITEMS_EACH)}
    rows = [f"{name},{price}" for name, price in prices.items()]
    file = world.folder / "in" / "prices.csv"
    file.write_text("\n".join(["ITEM_ID,PRICE", *rows, ""]))
    import_rows(personalize, items, file.as_uri())

    def expected_price(sensitivity: str) -> float:
        objective = {"itemAttribute": "PRICE", "objectiveSensitivity": sensitivity}
        config = {"optimizationObjective": objective}
        version = train(personalize, group, "aws-user-personalization", solutionConfig=config)
        metrics = personalize.get_solution_metrics(solutionVersionArn=version)["metrics"]
        assert 0 < metrics["average_rewards_at_k"] <= 1
        campaign = personalize.create_campaign(
            name=f"priced-{sensitivity}",
            solutionVersionArn=version,
            campaignConfig={"itemExplorationConfig": {"explorationWeight": "0"}},
        )["campaignArn"]
        active(personalize, "campaign", campaign)
        answer = world.server.runtime.get_recommendations(
            campaignArn=campaign, userId="user-0000", numResults=len(prices)
        )
        return sum(prices[one["itemId"]] * one["score"] for one in answer["itemList"])

    assert expected_price("HIGH") > 1.02 * expected_price("OFF")
    with pytest.raises(personalize.exceptions.InvalidInputException, match="leaves out"):
        personalize.create_solution(
            name="contradiction",
            datasetGroupArn=group,
            recipeArn=PERSONAL,
            solutionConfig={
                "optimizationObjective": {"itemAttribute": "PRICE"},
                "trainingDataConfig": {"excludedDatasetColumns": {"ITEMS": ["price"]}},
            },
        )
