"""The truth is rebuilt from the settings."""

import numpy as np
import pytest

from allstore.simulator import Settings, Truth, simulate
from simulated import END, SMALL, Watched

BLOCKS = Settings(end=END, shoppers=120, products=200, interactions=4000, block=50)


def test_it_is_the_same_from_the_settings_alone(small: Watched) -> None:
    again = Truth.of(SMALL)
    assert again.products == small.store.products
    assert np.array_equal(again.utility("7"), small.store.truth.utility("7"))
    assert np.array_equal(again.interest("7"), small.store.truth.interest("7"))


def test_utilities_of_many_are_those_of_each_across_blocks() -> None:
    truth = Truth.of(BLOCKS)
    together = truth.utilities(slice(30, 110))
    assert together.shape == (80, 200)
    assert together.dtype == np.float32
    for row in (0, 9, 10, 49, 79):
        assert together[row] == pytest.approx(truth.utility(str(31 + row)), abs=1e-4)


def test_no_shoppers_have_no_utilities() -> None:
    assert Truth.of(BLOCKS).utilities(slice(5, 5)).shape == (0, 200)


def test_people_come_by_blocks_and_agree_with_the_records() -> None:
    store = simulate(BLOCKS)
    for shopper in store.shoppers:
        people, row = store.truth.person(shopper.id)
        assert len(people.age) == 40
        assert people.age[row] == shopper.age
        assert "MF"[people.gender[row]] == shopper.gender


@pytest.mark.parametrize("unknown", ["0", "121", "-1", "nobody", "", "²"])
def test_an_unknown_shopper_is_refused(unknown: str) -> None:
    truth = Truth.of(BLOCKS)
    with pytest.raises(KeyError):
        truth.utility(unknown)
    with pytest.raises(KeyError):
        truth.interest(unknown)
