"""Equal settings give equal output, however it is computed."""

import msgspec
import polars as pl
import pytest

from allstore.simulator import Settings, simulate, spool
from simulated import END, SMALL, Watched

BLOCKS = Settings(end=END, shoppers=400, products=300, interactions=9000, block=90)


def test_the_same_seed_gives_the_same_store(small: Watched) -> None:
    again = simulate(SMALL)
    assert again.products == small.store.products
    assert again.shoppers == small.store.shoppers
    assert again.interactions.equals(small.store.interactions)


def test_another_seed_gives_another_store(small: Watched) -> None:
    other = simulate(msgspec.structs.replace(SMALL, seed=1))
    assert other.products != small.store.products
    assert other.shoppers != small.store.shoppers
    assert not other.interactions.equals(small.store.interactions)


def test_several_processes_give_the_same_store_as_one() -> None:
    one, two = simulate(BLOCKS, processes=1), simulate(BLOCKS, processes=2)
    assert two.interactions.equals(one.interactions)
    assert two.shoppers == one.shoppers


def test_blocks_together_make_one_store() -> None:
    store = simulate(BLOCKS)
    assert [shopper.id for shopper in store.shoppers] == [str(n) for n in range(1, 401)]
    assert store.interactions.height == BLOCKS.interactions
    active = store.interactions["USER_ID"].cast(pl.Int64)
    for first in range(0, 400, 80):
        assert active.is_between(first + 1, first + 80).sum() > 900
    assert store.interactions["TIMESTAMP"].is_sorted()


def test_slices_of_time_together_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = simulate(BLOCKS).interactions
    monkeypatch.setattr(spool, "SLICE", 500)
    assert simulate(BLOCKS).interactions.equals(whole)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "sizes",
    [
        {"shoppers": 1, "interactions": 1},
        {"shoppers": 1, "interactions": 400},
        {"shoppers": 3, "interactions": 20, "days": 7},
        {"shoppers": 200, "interactions": 200, "block": 7},
        {"shoppers": 50, "interactions": 50 * 20, "days": 1},
        {"shoppers": 40, "interactions": 900, "cold_shoppers": 0.9},
        {"shoppers": 40, "interactions": 900, "new_products": 0.9, "cold_products": 0.1},
        {"shoppers": 40, "interactions": 900, "new_shoppers": 1.0, "days": 2},
    ],
    ids=str,
)
def test_odd_stores_have_as_many_interactions_as_asked(sizes: dict[str, float], seed: int) -> None:
    settings = msgspec.convert({"products": 90, "end": END, "seed": seed, **sizes}, Settings)
    assert simulate(settings).interactions.height == settings.interactions
