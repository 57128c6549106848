"""A healthy shop has no finding, and each fault brings exactly the finding that is meant for it."""

import pytest

from aisle.diagnosis import diagnose
from broken import FAULTS, wrong
from healthy import Shop, healthy


def found(shop: Shop) -> set[str]:
    return set(wrong(diagnose(shop.inputs())))


def test_a_healthy_shop_has_no_finding() -> None:
    assert found(healthy()) == set()


def test_a_healthy_shop_can_train_every_recipe_but_those_for_videos() -> None:
    recipes = diagnose(healthy().inputs()).recipes
    unready = {one.recipe for one in recipes if not one.ready}
    assert unready == {one.recipe for one in recipes if one.recipe.startswith("aws-vod-")}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_brings_its_finding_and_no_other(name: str) -> None:
    assert found(FAULTS[name](healthy())) == {name}


def test_every_check_has_a_fault_that_trips_it() -> None:
    assert {one.id for one in diagnose(healthy().inputs()).findings} == set(FAULTS)
