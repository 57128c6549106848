"""What belongs to the service itself: recipes, their algorithms and feature transformations."""

import pytest
from botocore.exceptions import ClientError

from aisle.recipes.registry import recipes
from running import Server


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


@pytest.mark.parametrize("name", sorted(recipes()))
def test_a_recipe_leads_to_its_algorithm_and_its_transformation(server: Server, name: str) -> None:
    arn = f"arn:aws:personalize:::recipe/{name}"
    recipe = server.personalize.describe_recipe(recipeArn=arn)["recipe"]
    algorithm = server.personalize.describe_algorithm(algorithmArn=recipe["algorithmArn"])
    assert algorithm["algorithm"]["name"] == name
    transformation = server.personalize.describe_feature_transformation(
        featureTransformationArn=recipe["featureTransformationArn"]
    )["featureTransformation"]
    assert transformation["featureTransformationArn"] == recipe["featureTransformationArn"]
    assert transformation["status"] == "ACTIVE"


def test_every_default_lies_in_the_range_of_its_hyperparameter(server: Server) -> None:
    for name in recipes():
        arn = f"arn:aws:personalize:::algorithm/{name}"
        algorithm = server.personalize.describe_algorithm(algorithmArn=arn)["algorithm"]
        ranges = algorithm["defaultHyperParameterRanges"]
        defaults = algorithm["defaultHyperParameters"]
        for number in (
            *ranges["integerHyperParameterRanges"],
            *ranges["continuousHyperParameterRanges"],
        ):
            if number["name"] in defaults:
                assert number["minValue"] <= float(defaults[number["name"]]) <= number["maxValue"]
        for choice in ranges["categoricalHyperParameterRanges"]:
            if choice["name"] in defaults:
                assert defaults[choice["name"]] in choice["values"]


def test_user_personalization_has_the_services_hyperparameters(server: Server) -> None:
    arn = "arn:aws:personalize:::algorithm/aws-user-personalization"
    algorithm = server.personalize.describe_algorithm(algorithmArn=arn)["algorithm"]
    defaults = algorithm["defaultHyperParameters"]
    assert defaults["hidden_dimension"] == "149"
    assert defaults["bptt"] == "32"
    assert defaults["recency_mask"] == "true"


def test_what_the_service_does_not_have_is_not_found(server: Server) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        server.personalize.describe_algorithm(algorithmArn="arn:aws:personalize:::algorithm/none")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        server.personalize.describe_feature_transformation(
            featureTransformationArn="arn:aws:personalize:::feature-transformation/none"
        )
