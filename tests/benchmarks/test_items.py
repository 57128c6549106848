"""The simulated shops in which a catalogue grows."""

import numpy as np

from benchmarks.training.items import shop


def test_a_shop_has_ten_events_an_item_and_something_to_learn() -> None:
    data = shop(2000)
    assert len(data) == 20_000
    assert len(data.items) == 2000
    assert data.items.find("0001999") == 1999
    assert np.diff(data.offsets).tolist() == [20] * 1000
    follows = np.mean((data.item[1:] - data.item[:-1]) == len(data.items) // 200)
    assert 0.2 < follows < 0.5


def test_the_seed_decides() -> None:
    assert (shop(2000).item == shop(2000).item).all()
    assert (shop(2000).item != shop(2000, seed=1).item).any()
