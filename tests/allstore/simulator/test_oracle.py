"""The oracle's probabilities against what the simulated shoppers then did."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.ranking import top
from aisle.evaluation.splits import Split, one_new_item
from allstore.simulator import Oracle, Settings, Store, Truth, simulate

END = 1_790_000_000


SETTINGS = Settings(seed=4, end=END, shoppers=1500, products=400, interactions=60_000)


@pytest.fixture(scope="module")
def store() -> Store:
    return simulate(SETTINGS)


def asked(store: Store) -> Split:
    """All shoppers, in the later half of the time."""
    return one_new_item(Interactions.from_frame(store.interactions), 0, share=0.5)


def every(step: int, split: Split) -> Split:
    """One in `step` of those who are asked."""
    chosen = split.truth.user_of_rows() % step == 0
    return msgspec.structs.replace(split, truth=split.truth.where(chosen))


@pytest.fixture(scope="module")
def split(store: Store) -> Split:
    """A third of them."""
    return every(3, asked(store))


@pytest.fixture(scope="module")
def odds(store: Store, split: Split) -> NDArray[np.floating]:
    return np.array(list(answers(split, store.truth)))


def answers(split: Split, truth: Truth) -> Iterator[NDArray[np.floating]]:
    """`[asked, items]` of the users of a split."""
    given = split.given
    oracle = Oracle(truth, list(given.items))
    for user in split.users.tolist():
        rows = given.rows_of(user)
        yield oracle.next_item(
            given.users[user],
            given.item[rows].astype(np.int64),
            [given.event_types[kind] for kind in given.event_type[rows].tolist()],
            given.timestamp[rows],
            int(split.truth.timestamp[split.truth.offsets[user]]),
        )


def forecasts(seed: int) -> Iterator[tuple[float, bool]]:
    """The highest probability for each other shopper of a store, and whether that item came."""
    store = simulate(msgspec.structs.replace(SETTINGS, seed=seed))
    split = every(2, asked(store))
    for odds, item in zip(answers(split, store.truth), split.truth.item.tolist(), strict=True):
        yield float(odds.max()), odds.argmax() == item


def surprise(split: Split, odds: NDArray[np.floating]) -> float:
    """Mean negative log probability of what came: smallest, in expectation, for the truth."""
    return float(-np.log(odds[np.arange(len(odds)), split.truth.item]).mean())


@pytest.mark.slow
def test_it_says_what_happens_as_often_as_it_happens() -> None:
    """In three stores, by how sure it is: within a tenth, or three standard errors."""
    said, came = np.concatenate([list(forecasts(seed)) for seed in (4, 5, 6)]).T
    for low, high in ((0.0, 0.3), (0.3, 0.5), (0.5, 1.0)):
        chosen = (said >= low) & (said < high)
        expected = said[chosen].mean()
        error = np.sqrt(expected * (1 - expected) / chosen.sum())
        assert chosen.sum() > 300
        assert came[chosen].mean() == pytest.approx(expected, rel=0.06, abs=3 * error)


WRONG: Sequence[dict[str, float]] = (
    {"likeness": 0.0},
    {"taste": 1.0},
    {"likeness": 5.0},
    {"popularity": 0.5},
    {"price": 0.5},
    {"other_style": 0.5},
    {"session_views": 1.5},
    {"seen": 0.0},
    {"accidents": 0.3},
    {"wander": 1.0},
    {"explore": 0.9},
)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(each, marks=[pytest.mark.slow] if at > 1 else [])
        for at, each in enumerate(WRONG)
    ],
    ids=str,
)
def test_no_other_simulation_explains_the_events_as_well(
    wrong: dict[str, float], store: Store, split: Split, odds: NDArray[np.floating]
) -> None:
    other = Truth.of(msgspec.structs.replace(store.truth.settings, **wrong))
    assert surprise(split, odds) < surprise(split, np.array(list(answers(split, other))))


def test_it_gives_probabilities_and_none_to_what_was_had(
    split: Split, odds: NDArray[np.floating]
) -> None:
    assert odds.sum(axis=1) == pytest.approx(1.0, abs=0.01)  # but for what nobody has met
    for row, user in enumerate(split.users.tolist()):
        assert not odds[row, split.given.item[split.given.rows_of(user)]].any()


def test_nothing_is_wanted_before_it_is_launched(store: Store) -> None:
    products = store.products
    oracle = Oracle(store.truth, [product.id for product in products])
    now = END - 30 * 86_400
    utility = oracle.utility("7", now)
    launched = np.array([product.launched_at for product in products])
    assert np.array_equal(utility > -np.inf, launched < now)


def test_what_is_worth_most_is_viewed_most(store: Store) -> None:
    ids = [product.id for product in store.products]
    oracle = Oracle(store.truth, ids)
    viewed = Interactions.from_frame(store.interactions)
    ranks = []
    for user in range(200):
        utility = oracle.utility(viewed.users[user], END)
        order = np.argsort(np.argsort(utility))
        rows = viewed.item[viewed.rows_of(user)]
        ranks += [order[ids.index(viewed.items[item])] / len(ids) for item in rows.tolist()]
    assert np.mean(ranks) > 0.75


def test_unknown_items_and_shoppers_are_refused(store: Store) -> None:
    with pytest.raises(KeyError, match="nothing"):
        Oracle(store.truth, ["nothing"])
    oracle = Oracle(store.truth, [store.products[0].id])
    for unknown in ("0", "1501", "me"):
        with pytest.raises(KeyError, match=unknown):
            oracle.utility(unknown, END)


def test_only_the_current_session_is_followed(store: Store) -> None:
    ids = [product.id for product in store.products]
    oracle = Oracle(store.truth, ids)
    item = np.array([3])
    soon = oracle.next_item("9", item, ["view"], np.array([END - 100]), END - 40)
    later = oracle.next_item("9", item, ["view"], np.array([END - 9000]), END - 40)
    alike = [product.style == store.products[3].style for product in store.products]
    assert soon[alike].sum() > 0.5
    assert later[alike].sum() < 0.3
    assert not np.array_equal(top(soon, 10), top(later, 10))


def test_where_a_style_is_exhausted_all_that_is_left_is_possible() -> None:
    settings = Settings(
        seed=1,
        end=END,
        shoppers=100,
        products=84,
        interactions=3000,
        accidents=0.0,
        wander=0.0,
        complement=0.0,
        longest_session=1,
    )
    truth = Truth.of(settings)
    ids = [product.id for product in truth.products]
    odds = Oracle(truth, ids).next_item("1", np.array([0]), ["View"], np.array([END - 60]), END)
    assert odds.sum() == pytest.approx(1.0)
    assert odds[0] == 0.0
