"""Valid requests about solutions, versions, campaigns, recommenders and batch jobs."""

from typing import Any

from calls.data_world import RECIPE, Document
from calls.of_data import DESTINATION, KEY, TAGS
from calls.valid import request
from calls.world import PERSONAL, World

EVENTS = {"eventParametersList": [{"eventType": "View", "eventValueThreshold": 0.5, "weight": 0.5}]}
DAILY = {"schedulingExpression": "rate(1 day)"}
EXPLORATION = {"explorationWeight": "0.2", "explorationItemAgeCutOff": "30"}
LATER = {"performAutoTraining": False}
"""Nothing trains by itself while others are asked."""


def _solution(world: World, recipe: str, **config: Any) -> Document:
    document = {
        "name": world.name(),
        "datasetGroupArn": world.group(),
        "recipeArn": f"{RECIPE}{recipe}",
        **LATER,
    }
    return {**document, "solutionConfig": config} if config else document


@request("CreateSolution")
def _(world: World) -> Document:
    return _solution(world, PERSONAL)


@request("CreateSolution", "of-one-event-type")
def _(world: World) -> Document:
    config = {
        "eventValueThreshold": "1.5",
        "algorithmHyperParameters": {"hidden_dimension": "64"},
        "optimizationObjective": {"itemAttribute": "PRICE", "objectiveSensitivity": "LOW"},
        "trainingDataConfig": {"excludedDatasetColumns": {"Items": ["TITLE"]}},
    }
    return {**_solution(world, PERSONAL, **config), "eventType": "View", "tags": TAGS}


@request("CreateSolution", "of-weighted-events")
def _(world: World) -> Document:
    included = {"includedDatasetColumns": {"Items": ["CATEGORY_L1"]}}
    config = {"eventsConfig": EVENTS, "autoTrainingConfig": DAILY, "trainingDataConfig": included}
    return {
        **_solution(world, "aws-user-personalization-v2", **config),
        "performAutoTraining": True,
        "performIncrementalUpdate": True,
    }


@request("CreateSolution", "of-trends")
def _(world: World) -> Document:
    frequency = {"trend_discovery_frequency": "1 hour"}
    return _solution(world, "aws-trending-now", featureTransformationParameters=frequency)


@request("CreateSolution", "tuned")
def _(world: World) -> Document:
    integers = [{"name": "hidden_dimension", "minValue": 32, "maxValue": 64}]
    reals = [{"name": "max_user_history_length_percentile", "minValue": 0.9, "maxValue": 0.99}]
    categories = [{"name": "recency_mask", "values": ["true", "false"]}]
    tuning = {
        "hpoObjective": {
            "type": "Maximize",
            "metricName": "precision_at_10",
            "metricRegex": ".*",
        },
        "hpoResourceConfig": {"maxNumberOfTrainingJobs": "4", "maxParallelTrainingJobs": "2"},
        "algorithmHyperParameterRanges": {
            "integerHyperParameterRanges": integers,
            "continuousHyperParameterRanges": reals,
            "categoricalHyperParameterRanges": categories,
        },
    }
    return {**_solution(world, PERSONAL, hpoConfig=tuning), "performHPO": True}


@request("CreateSolution", "of-the-best-recipe")
def _(world: World) -> Document:
    choice = {"metricName": "precision_at_10", "recipeList": [f"{RECIPE}{PERSONAL}"]}
    return {
        "name": world.name(),
        "datasetGroupArn": world.group(),
        "performAutoML": True,
        "solutionConfig": {"autoMLConfig": choice},
        **LATER,
    }


@request("UpdateSolution")
def _(world: World) -> Document:
    return {"solutionArn": world.new_solution(), **LATER}


@request("UpdateSolution", "whole")
def _(world: World) -> Document:
    solution = world.new_solution("aws-user-personalization-v2")
    return {
        "solutionArn": solution,
        "performAutoTraining": True,
        "performIncrementalUpdate": True,
        "solutionUpdateConfig": {"autoTrainingConfig": DAILY, "eventsConfig": EVENTS},
    }


@request("CreateSolutionVersion")
def _(world: World) -> Document:
    return {"solutionArn": world.untrainable()}


@request("CreateSolutionVersion", "whole")
def _(world: World) -> Document:
    return {
        "solutionArn": world.untrainable(),
        "name": world.name(),
        "trainingMode": "FULL",
        "tags": TAGS,
    }


@request("StopSolutionVersionCreation")
def _(world: World) -> Document:
    solution = {"solutionArn": world.solution()}
    return {"solutionVersionArn": world.create("SolutionVersion", solution, wait=False)}


@request("CreateCampaign")
def _(world: World) -> Document:
    return {"name": world.name(), "solutionVersionArn": world.version()}


@request("CreateCampaign", "whole")
def _(world: World) -> Document:
    return {
        "name": world.name(),
        "solutionVersionArn": f"{world.solution()}/$LATEST",
        "minProvisionedTPS": 3,
        "campaignConfig": {
            "itemExplorationConfig": EXPLORATION,
            "enableMetadataWithRecommendations": True,
            "syncWithLatestSolutionVersion": True,
        },
        "tags": TAGS,
    }


@request("CreateCampaign", "influenced")
def _(world: World) -> Document:
    influence = {"POPULARITY": 0.5, "FRESHNESS": 0.25}
    return {
        "name": world.name(),
        "solutionVersionArn": world.version("aws-semantic-similarity"),
        "campaignConfig": {"rankingInfluence": influence},
    }


@request("UpdateCampaign")
def _(world: World) -> Document:
    return {"campaignArn": world.new_campaign(), "minProvisionedTPS": 2}


@request("UpdateCampaign", "whole")
def _(world: World) -> Document:
    return {
        "campaignArn": world.new_campaign(),
        "solutionVersionArn": f"{world.solution()}/$LATEST",
        "minProvisionedTPS": 2,
        "campaignConfig": {
            "itemExplorationConfig": EXPLORATION,
            "enableMetadataWithRecommendations": True,
            "syncWithLatestSolutionVersion": True,
        },
    }


@request("UpdateCampaign", "influenced")
def _(world: World) -> Document:
    campaign = world.new_campaign("aws-semantic-similarity")
    return {"campaignArn": campaign, "campaignConfig": {"rankingInfluence": {"FRESHNESS": 1.0}}}


def _recommender(world: World, recipe: str) -> Document:
    """In a shop without rows, whose training soon fails."""
    return {
        "name": world.name(),
        "datasetGroupArn": world.empty_shop(),
        "recipeArn": f"{RECIPE}{recipe}",
    }


@request("CreateRecommender")
def _(world: World) -> Document:
    return _recommender(world, "aws-ecomm-popular-items-by-views")


@request("CreateRecommender", "whole")
def _(world: World) -> Document:
    return {
        **_recommender(world, "aws-ecomm-recommended-for-you"),
        "recommenderConfig": {
            "itemExplorationConfig": EXPLORATION,
            "minRecommendationRequestsPerSecond": 2,
            "trainingDataConfig": {"excludedDatasetColumns": {"Items": ["TITLE"]}},
            "enableMetadataWithRecommendations": True,
        },
        "tags": TAGS,
    }


@request("CreateRecommender", "of-some-columns")
def _(world: World) -> Document:
    included = {"includedDatasetColumns": {"Items": ["CATEGORY_L1", "PRICE"]}}
    return {
        **_recommender(world, "aws-ecomm-recommended-for-you"),
        "recommenderConfig": {"trainingDataConfig": included},
    }


@request("UpdateRecommender")
def _(world: World) -> Document:
    config = {"minRecommendationRequestsPerSecond": 2}
    return {"recommenderArn": world.spare_recommender(), "recommenderConfig": config}


@request("UpdateRecommender", "whole")
def _(world: World) -> Document:
    return {
        "recommenderArn": world.updatable_recommender(),
        "recommenderConfig": {
            "itemExplorationConfig": EXPLORATION,
            "minRecommendationRequestsPerSecond": 2,
            "trainingDataConfig": {"excludedDatasetColumns": {"Items": ["TITLE"]}},
            "enableMetadataWithRecommendations": True,
        },
    }


@request("UpdateRecommender", "of-some-columns")
def _(world: World) -> Document:
    included = {"includedDatasetColumns": {"Items": ["CATEGORY_L1", "PRICE"]}}
    return {
        "recommenderArn": world.updatable_recommender(),
        "recommenderConfig": {
            "trainingDataConfig": included,
            "enableMetadataWithRecommendations": True,
        },
    }


@request("StopRecommender")
def _(world: World) -> Document:
    return {"recommenderArn": world.spare_recommender("ACTIVE")}


@request("StartRecommender")
def _(world: World) -> Document:
    return {"recommenderArn": world.spare_recommender("INACTIVE")}


@request("CreateBatchInferenceJob")
def _(world: World) -> Document:
    return world.batch_of(world.version())


@request("CreateBatchInferenceJob", "whole")
def _(world: World) -> Document:
    return {
        **world.batch_of(world.version()),
        "filterArn": world.filter(),
        "numResults": 10,
        "jobInput": {"s3DataSource": {"path": "s3://results/users.json", "kmsKeyArn": KEY}},
        "jobOutput": {"s3DataDestination": {**DESTINATION, "kmsKeyArn": KEY}},
        "batchInferenceJobConfig": {"itemExplorationConfig": EXPLORATION},
        "batchInferenceJobMode": "BATCH_INFERENCE",
        "tags": TAGS,
    }


@request("CreateBatchInferenceJob", "influenced")
def _(world: World) -> Document:
    return {
        **world.batch_of(world.version("aws-semantic-similarity")),
        "batchInferenceJobConfig": {"rankingInfluence": {"POPULARITY": 0.5}},
    }


@request("CreateBatchInferenceJob", "of-themes")
def _(world: World) -> Document:
    return {
        **world.batch_of(world.version("aws-similar-items")),
        "batchInferenceJobMode": "THEME_GENERATION",
        "themeGenerationConfig": {"fieldsForThemeGeneration": {"itemName": "TITLE"}},
    }


@request("CreateBatchSegmentJob")
def _(world: World) -> Document:
    return world.batch_of(world.version("aws-item-affinity"))


@request("CreateBatchSegmentJob", "whole")
def _(world: World) -> Document:
    return {
        **world.batch_of(world.version("aws-item-affinity")),
        "filterArn": world.filter('INCLUDE UserID WHERE Users.MEMBERSHIP IN ("gold")'),
        "numResults": 10,
        "jobInput": {"s3DataSource": {"path": "s3://results/items.json", "kmsKeyArn": KEY}},
        "jobOutput": {"s3DataDestination": {**DESTINATION, "kmsKeyArn": KEY}},
        "tags": TAGS,
    }
