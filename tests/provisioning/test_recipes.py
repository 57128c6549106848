"""Which recipes are trained, with or without being named."""

import pytest

from aisle.provisioning import ProvisionError
from aisle.provisioning.recipes import Recipe, choose

OLD = Recipe("aws-user-personalization", None)
NEW = Recipe("aws-user-personalization-v2", None)
SIMS = Recipe("aws-sims", None)
FOR_YOU = Recipe("aws-ecomm-recommended-for-you", "ECOMMERCE")
POPULAR = Recipe("aws-ecomm-popular-items-by-views", "ECOMMERCE")
ALL = (OLD, NEW, SIMS, POPULAR, FOR_YOU)


def test_the_newest_personalisation_is_the_usual_one() -> None:
    assert choose(ALL, [], None) == [NEW]
    assert choose((OLD, SIMS), [], None) == [OLD]


def test_a_domain_has_usual_recipes_of_its_own() -> None:
    assert choose(ALL, [], "ECOMMERCE") == [FOR_YOU, POPULAR]


def test_named_recipes_are_trained_once_each_in_the_order_named() -> None:
    assert choose(ALL, ["aws-sims", OLD.name, "aws-sims"], None) == [SIMS, OLD]


def test_a_recipe_without_a_domain_goes_into_any_group() -> None:
    assert choose(ALL, ["aws-sims"], "ECOMMERCE") == [SIMS]


def test_an_unknown_recipe_is_refused_with_those_there_are() -> None:
    with pytest.raises(ProvisionError, match=r"no recipe aws-magic\. Recipes here: aws-ecomm-"):
        choose(ALL, ["aws-magic"], None)


def test_a_recipe_of_another_domain_is_refused() -> None:
    with pytest.raises(ProvisionError, match=r"domain ECOMMERCE; the import's domain is none"):
        choose(ALL, [FOR_YOU.name], None)


def test_a_domain_that_the_server_has_no_recipe_for_is_refused() -> None:
    with pytest.raises(ProvisionError, match="No recipe is for VIDEO_ON_DEMAND"):
        choose(ALL, [], "VIDEO_ON_DEMAND")
