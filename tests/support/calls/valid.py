"""Valid requests of every operation, by operation and what they show; the world makes parents."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from operator import methodcaller

from aisle.wire.models import input_shape, operations
from calls.data_world import RECIPE, Document
from calls.world import World

Make = Callable[[World], Document]

REQUESTS: dict[str, dict[str, Make]] = defaultdict(dict)
"""By operation, then by variant: `least` has what has to be there, others more."""


def request(operation: str, variant: str = "least") -> Callable[[Make], Make]:
    """Put a function that makes a request into `REQUESTS`."""

    def keep(make: Make) -> Make:
        assert variant not in REQUESTS[operation], f"{operation} has {variant} already"
        REQUESTS[operation][variant] = make
        return make

    return keep


def the_algorithm(world: World) -> str:
    found: str = world.described("recipeArn", a_recipe(world))["algorithmArn"]
    return found


def the_transformation(world: World) -> str:
    found: str = world.described("recipeArn", a_recipe(world))["featureTransformationArn"]
    return found


def a_recipe(_world: World) -> str:
    return f"{RECIPE}aws-user-personalization"


THE: Mapping[str, Callable[[World], str]] = {
    "algorithmArn": the_algorithm,
    "batchInferenceJobArn": methodcaller("inference_job"),
    "batchSegmentJobArn": methodcaller("segment_job"),
    "campaignArn": methodcaller("campaign"),
    "dataDeletionJobArn": methodcaller("deletion_job"),
    "datasetArn": methodcaller("dataset"),
    "datasetExportJobArn": methodcaller("export_job"),
    "datasetGroupArn": methodcaller("group"),
    "datasetImportJobArn": methodcaller("import_job"),
    "eventTrackerArn": methodcaller("tracker"),
    "featureTransformationArn": the_transformation,
    "filterArn": methodcaller("filter"),
    "metricAttributionArn": methodcaller("attribution"),
    "recipeArn": a_recipe,
    "recommenderArn": methodcaller("recommender"),
    "resourceArn": methodcaller("group"),
    "schemaArn": methodcaller("schema"),
    "solutionArn": methodcaller("solution"),
    "solutionVersionArn": methodcaller("version"),
}
"""A resource that is there, by the member that names it."""

_SPARE: Mapping[str, Callable[[World], str]] = {
    "campaignArn": methodcaller("new_campaign"),
    "datasetArn": methodcaller("new_lone_dataset"),
    "datasetGroupArn": methodcaller("new_group"),
    "eventTrackerArn": methodcaller("new_tracker"),
    "filterArn": methodcaller("new_filter"),
    "metricAttributionArn": methodcaller("new_attribution"),
    "recommenderArn": methodcaller("spare_recommender"),
    "schemaArn": methodcaller("new_schema"),
    "solutionArn": methodcaller("new_solution"),
}
"""A resource that nobody else needs."""


def _naming(arns: Mapping[str, Callable[[World], str]], member: str) -> Make:
    return lambda world: {member: arns[member](world)}


def _whole_list(operation: str) -> Make:
    """A List request with all its members; a page token comes from an answer alone."""
    members = input_shape(operations()[operation]).members.keys() - {"nextToken"}
    fixed: Document = {"maxResults": 7, "recipeProvider": "SERVICE", "domain": "ECOMMERCE"}

    def make(world: World) -> Document:
        return {name: fixed[name] if name in fixed else THE[name](world) for name in members}

    return make


def _generic() -> None:
    """Operations whose requests follow from their members."""
    for operation, model in operations().items():
        required = input_shape(model).required_members
        if operation.startswith(("Describe", "Get", "ListTags")) and len(required) == 1:
            request(operation)(_naming(THE, required[0]))
        elif operation.startswith("Delete"):
            request(operation)(_naming(_SPARE, required[0]))
        elif operation.startswith("List"):
            if operation != "ListMetricAttributionMetrics":  # whose attribution has to be named
                request(operation)(lambda _world: {})
            request(operation, "whole")(_whole_list(operation))


_generic()
