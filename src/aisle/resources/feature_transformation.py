"""Feature transformations:
https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeFeatureTransformation.html.
"""

from collections.abc import Mapping

from aisle.recipes import hyperparameters
from aisle.recipes.registry import recipes
from aisle.records.errors import ResourceNotFoundException
from aisle.resources.recipe import PUBLISHED, predefined_arn
from aisle.serving.call import Call


def describe_feature_transformation(
    call: Call,  # noqa: ARG001 - they are everybody's
    *,
    feature_transformation_arn: str,
) -> Mapping[str, object]:
    """What recipes do to data before they train, with the parameters' defaults."""
    by_arn = {
        predefined_arn("feature-transformation", recipe.feature_transformation): recipe
        for recipe in recipes().values()
    }
    recipe = by_arn.get(feature_transformation_arn)
    if recipe is None:
        raise ResourceNotFoundException(
            f"Could not find feature transformation {feature_transformation_arn}."
        )
    return {
        "featureTransformation": {
            "name": recipe.feature_transformation,
            "featureTransformationArn": feature_transformation_arn,
            "defaultParameters": hyperparameters.defaults(recipe.features),
            "status": "ACTIVE",
            "creationDateTime": PUBLISHED,
            "lastUpdatedDateTime": PUBLISHED,
        }
    }
