"""What a training is to do, read out of a resource's configuration."""

from collections.abc import Mapping
from typing import Any

import msgspec

from aisle.data.frames import EventRule, Selection
from aisle.data.training_columns import TrainingColumns
from aisle.recipes.hyperparameters import Range
from aisle.recipes.objective import Objective
from aisle.recipes.registry import ARN_PREFIX
from aisle.recipes.search import METRIC, Search
from aisle.records import Recommender, SolutionVersion

AUTO_ML = tuple(
    f"{ARN_PREFIX}{name}" for name in ("aws-user-personalization", "aws-popularity-count")
)
"""What AutoML chooses among where the request lists nothing."""
MOST_TRIALS = 40
"""The service's bound on the trainings of one search."""
_TRIALS = 8


class Task(msgspec.Struct, frozen=True):
    """One training; `recipes` are the candidates, and one of them where there is no choice."""

    group_arn: str
    recipes: tuple[str, ...]
    selection: Selection
    columns: TrainingColumns
    hyperparameters: Mapping[str, str]
    features: Mapping[str, str]
    search: Search | None = None
    start: str | None = None
    """Object key of the model to go on from."""
    objective: Objective | None = None


def task_of_version(version: SolutionVersion, latest: SolutionVersion | None) -> Task:
    """What a version's configuration asks for; `latest` is what the mode UPDATE goes on from."""
    config = version.solution_config
    hyperparameters = config.get("algorithmHyperParameters", {})
    recipes = (version.recipe_arn or "",)
    searched = search_of(config) if version.perform_hpo or version.perform_auto_ml else None
    if version.perform_auto_ml:
        recipes = tuple(config.get("autoMLConfig", {}).get("recipeList", AUTO_ML))
    start = None
    if version.training_mode == "UPDATE" and latest is not None:
        hyperparameters = {**hyperparameters, **latest.settings}
        recipes = (latest.recipe_arn or "",)
        searched = None
        start = latest.artefact
    return Task(
        group_arn=version.dataset_group_arn,
        recipes=recipes,
        selection=_selection(version.event_type, config),
        columns=columns_of(config),
        hyperparameters=hyperparameters,
        features=config.get("featureTransformationParameters", {}),
        search=searched,
        start=start,
        objective=_objective(config),
    )


def task_of_recommender(recommender: Recommender, config: Mapping[str, Any]) -> Task:
    """A recommender trains on all events, or as its recipe says; `config` names its columns."""
    return Task(
        group_arn=recommender.dataset_group_arn,
        recipes=(recommender.recipe_arn,),
        selection=Selection(),
        columns=columns_of(config),
        hyperparameters={},
        features={},
    )


def search_of(config: Mapping[str, Any]) -> Search:
    """The search that `hpoConfig` and `autoMLConfig` ask for."""
    asked = config.get("hpoConfig", {})
    objective = asked.get("hpoObjective", {})
    resources = asked.get("hpoResourceConfig", {})
    trials = resources.get("maxNumberOfTrainingJobs", _TRIALS)
    metric = config.get("autoMLConfig", {}).get("metricName", METRIC)
    return Search(
        ranges=ranges_of(asked.get("algorithmHyperParameterRanges", {})),
        trials=min(int(trials), MOST_TRIALS),
        metric=objective.get("metricName", metric),
        minimise=objective.get("type") == "Minimize",
        parallel=int(resources.get("maxParallelTrainingJobs", 1)),
    )


def columns_of(config: Mapping[str, Any]) -> TrainingColumns:
    """What `trainingDataConfig` asks for."""
    asked = config.get("trainingDataConfig", {})
    return TrainingColumns.of(
        asked.get("excludedDatasetColumns", {}), asked.get("includedDatasetColumns", {})
    )


def ranges_of(document: Mapping[str, Any]) -> tuple[Range, ...]:
    """Every range of `algorithmHyperParameterRanges`."""
    return (
        *(
            Range(one["name"], one["minValue"], one["maxValue"], whole=True)
            for one in document.get("integerHyperParameterRanges", ())
        ),
        *(
            Range(one["name"], one["minValue"], one["maxValue"])
            for one in document.get("continuousHyperParameterRanges", ())
        ),
        *(
            Range(one["name"], values=tuple(one["values"]))
            for one in document.get("categoricalHyperParameterRanges", ())
        ),
    )


def _selection(event_type: str | None, config: Mapping[str, Any]) -> Selection:
    threshold = config.get("eventValueThreshold")
    rules = config.get("eventsConfig", {}).get("eventParametersList", ())
    return Selection(
        event_type=event_type,
        event_value_threshold=None if threshold is None else float(threshold),
        rules=tuple(
            EventRule(rule["eventType"], rule.get("eventValueThreshold"), rule.get("weight", 1.0))
            for rule in rules
        ),
    )


def _objective(config: Mapping[str, Any]) -> Objective | None:
    asked = config.get("optimizationObjective")
    if asked is None:
        return None
    return Objective(asked["itemAttribute"], asked.get("objectiveSensitivity", "OFF"))
