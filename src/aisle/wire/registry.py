"""Which function answers which operation: its name in snake case is the function's name."""

from collections.abc import Callable, Mapping
from typing import Any

from aisle.resources.campaign import (
    create_campaign,
    delete_campaign,
    describe_campaign,
    list_campaigns,
)
from aisle.resources.dataset import (
    create_dataset,
    delete_dataset,
    describe_dataset,
    list_datasets,
)
from aisle.resources.dataset_group import (
    create_dataset_group,
    delete_dataset_group,
    describe_dataset_group,
    list_dataset_groups,
)
from aisle.resources.dataset_import_job import (
    create_dataset_import_job,
    describe_dataset_import_job,
    list_dataset_import_jobs,
)
from aisle.resources.event_tracker import (
    create_event_tracker,
    delete_event_tracker,
    describe_event_tracker,
    list_event_trackers,
    put_events,
)
from aisle.resources.recipe import describe_recipe, list_recipes
from aisle.resources.recommender import (
    create_recommender,
    delete_recommender,
    describe_recommender,
    list_recommenders,
)
from aisle.resources.schema import create_schema, delete_schema, describe_schema, list_schemas
from aisle.resources.solution import (
    create_solution,
    delete_solution,
    describe_solution,
    list_solutions,
)
from aisle.resources.solution_version import (
    create_solution_version,
    describe_solution_version,
    get_solution_metrics,
    list_solution_versions,
)
from aisle.serving.recommendations import get_personalized_ranking, get_recommendations

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        create_campaign,
        create_dataset,
        create_dataset_group,
        create_dataset_import_job,
        create_event_tracker,
        create_recommender,
        create_schema,
        create_solution,
        create_solution_version,
        delete_campaign,
        delete_dataset,
        delete_dataset_group,
        delete_event_tracker,
        delete_recommender,
        delete_schema,
        delete_solution,
        describe_campaign,
        describe_dataset,
        describe_dataset_group,
        describe_dataset_import_job,
        describe_event_tracker,
        describe_recipe,
        describe_recommender,
        describe_schema,
        describe_solution,
        describe_solution_version,
        get_personalized_ranking,
        get_recommendations,
        get_solution_metrics,
        list_campaigns,
        list_dataset_groups,
        list_dataset_import_jobs,
        list_datasets,
        list_event_trackers,
        list_recipes,
        list_recommenders,
        list_schemas,
        list_solution_versions,
        list_solutions,
        put_events,
    )
}
"""The operations of Amazon Personalize that this server has; the others answer that they are not
implemented."""
