"""Which function answers which operation: its name in snake case is the function's name."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from aisle.resources import (
    action_interactions,
    algorithm,
    batch_inference_job,
    batch_segment_job,
    campaign,
    data_deletion_job,
    dataset,
    dataset_export_job,
    dataset_group,
    dataset_import_job,
    dataset_update,
    entities,
    event_tracker,
    events,
    feature_transformation,
    filter,  # noqa: A004 - the kind of resource, as the service names it
    metric_attribution,
    recipe,
    recommender,
    schema,
    solution,
    solution_version,
    tags,
)
from aisle.serving import action_recommendations, personalized_ranking, recommendations
from aisle.wire.models import function_name, operations

MODULES: tuple[ModuleType, ...] = (
    action_recommendations,
    algorithm,
    batch_inference_job,
    batch_segment_job,
    data_deletion_job,
    dataset_export_job,
    feature_transformation,
    metric_attribution,
    action_interactions,
    campaign,
    dataset,
    dataset_group,
    dataset_import_job,
    dataset_update,
    entities,
    event_tracker,
    events,
    filter,
    personalized_ranking,
    recipe,
    recommendations,
    recommender,
    schema,
    solution,
    solution_version,
    tags,
)
"""Where operations are: one module a kind of resource, and serving's answers."""


def _functions() -> Mapping[str, Callable[..., Any]]:
    """Each operation's function, where it is defined; ValueError where two modules define one."""
    names = {function_name(operation) for operation in operations().values()}
    found: dict[str, Callable[..., Any]] = {}
    for module in MODULES:
        for name, value in vars(module).items():
            if name in names and value.__module__ == module.__name__:
                if name in found:
                    raise ValueError(f"{name} is defined in {module.__name__} and elsewhere")
                found[name] = value
    return found


FUNCTIONS = _functions()
"""The operations of Amazon Personalize that this server has, by boto3's names for them."""
