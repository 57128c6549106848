"""Which items take places because they are new, and how many places."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from aisle.recipes.deployable import Deployable
from aisle.serving.answer_space import AnswerSpace
from aisle.serving.exploration import explored
from tests.serving.catalogues import space_of

DAY = 86_400
NEWEST = 1000 * DAY
NEVER = float("-inf")


@dataclass(frozen=True, eq=False)
class Learnt:
    """What exploration reads of a deployed model."""

    events: NDArray[np.int64]
    first_seen: NDArray[np.int64]
    newest: int = NEWEST


@dataclass(frozen=True)
class Item:
    """An item in the Items dataset, in the model, or in both; ages in days."""

    in_rows: bool
    in_model: bool
    events: int
    seen: int
    created: int | None
    score: float

    def is_new(self, cut_off: float) -> bool:
        """By the words of the module's documentation."""
        events = self.events if self.in_model else 0
        age = self.created
        if age is None:
            age = self.seen if self.in_model else 0
        return self.in_rows and events < 10 and age <= cut_off and self.score > NEVER


AGES = st.sampled_from([0, 1, 29, 30, 31, 400])
ITEMS = st.lists(
    st.builds(
        Item,
        in_rows=st.booleans(),
        in_model=st.booleans(),
        events=st.sampled_from([0, 1, 9, 10, 50]),
        seen=AGES,
        created=st.none() | AGES,
        score=st.sampled_from([NEVER, 0.0, 1e-38, 0.25, 1.0]),
    ),
    max_size=12,
)


def drawn(
    items: list[Item],
    chance: np.random.Generator,
    *,
    places: int,
    draws: int = 1,
    **config: float,
) -> list[list[Item]]:
    """The items that take places, at each of so many draws from one model."""
    named = {f"i{number}": item for number, item in enumerate(items)}
    learnt = [name for name, item in named.items() if item.in_model]
    rows = {
        name: {"CREATION_TIMESTAMP": None if item.created is None else NEWEST - item.created * DAY}
        for name, item in named.items()
        if item.in_rows
    }
    space: AnswerSpace = space_of(learnt, rows)
    deployed = cast(
        "Deployable",
        Learnt(
            np.array([named[name].events for name in learnt], np.int64),
            np.array([NEWEST - named[name].seen * DAY for name in learnt], np.int64),
        ),
    )
    scores = np.array([named[space.id(at)].score for at in range(len(space))], np.float32)
    settings = {"itemExplorationConfig": {name: str(value) for name, value in config.items()}}
    return [
        [
            named[space.id(at)]
            for at in explored(
                deployed, space, settings, scores, places=places, chance=chance
            ).tolist()
        ]
        for _ in range(draws)
    ]


def fresh(score: float) -> Item:
    return Item(in_rows=True, in_model=False, events=0, seen=0, created=None, score=score)


@given(
    items=ITEMS,
    places=st.integers(0, 40),
    weight=st.sampled_from([0.3, 1.0]),
    cut_off=st.sampled_from([0.5, 30.0, 365.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_only_new_items_take_places_and_never_more_than_there_are(
    items: list[Item], places: int, weight: float, cut_off: float, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    (found,) = drawn(
        items, chance, places=places, explorationWeight=weight, explorationItemAgeCutOff=cut_off
    )
    left = [item for item in items if item.is_new(cut_off)]
    assert len(found) <= places
    for item in found:
        left.remove(item)  # fails for one that is not new, or is there twice


@given(items=ITEMS)
def test_every_new_item_has_its_turn_with_who_is_like_all_others(items: list[Item]) -> None:
    items = [item for item in items if item.score > NEVER]
    events = [item.events for item in items if item.in_model]
    of_newcomers = sum(events) / len(events) if events else 1.0
    alike = [
        replace(item, score=float(item.events) if item.in_model else of_newcomers) for item in items
    ]
    chance = np.random.default_rng(3)
    (found,) = drawn(alike, chance, places=300, explorationWeight=1.0)
    assert len(found) == sum(item.is_new(30) for item in alike)


@pytest.mark.parametrize(("appeal", "share"), [(2.0, 1.0), (1.0, 1.0), (0.5, 0.125), (0.1, 0.001)])
def test_an_item_takes_part_by_the_cube_of_its_appeal(appeal: float, share: float) -> None:
    known = Item(in_rows=True, in_model=True, events=50, seen=400, created=None, score=1.0)
    items = [known, replace(known), fresh(appeal)]
    found = drawn(items, np.random.default_rng(14), places=300, draws=2000, explorationWeight=1.0)
    assert sum(map(len, found)) / 2000 == pytest.approx(share, abs=0.04)


def test_what_a_filter_leaves_out_makes_nothing_more_appealing() -> None:
    known = Item(in_rows=True, in_model=True, events=50, seen=400, created=None, score=1.0)
    items = [known] * 8 + [replace(known, score=NEVER)] * 92 + [fresh(0.5)]
    found = drawn(items, np.random.default_rng(14), places=300, draws=2000, explorationWeight=1.0)
    assert sum(map(len, found)) / 2000 == pytest.approx(0.125, abs=0.04)


@given(items=ITEMS, places=st.integers(0, 40))
def test_a_weight_of_0_explores_nothing(items: list[Item], places: int) -> None:
    assert drawn(items, np.random.default_rng(), places=places, explorationWeight=0.0) == [[]]


@pytest.mark.parametrize("weight", [0.1, 0.3, 1.0])
def test_a_third_of_the_weight_is_the_share_of_places(weight: float) -> None:
    places, draws = 20, 1000
    found = drawn(
        [fresh(0.5)] * places,
        np.random.default_rng(11),
        places=places,
        draws=draws,
        explorationWeight=weight,
    )
    share = sum(map(len, found)) / (places * draws)
    assert share == pytest.approx(weight / 3, abs=0.02)  # more than five standard deviations


def test_the_weight_is_three_tenths_unless_the_deployment_says_otherwise() -> None:
    found = drawn([fresh(0.5)] * 20, np.random.default_rng(12), places=20, draws=1000)
    assert sum(map(len, found)) / 20_000 == pytest.approx(0.1, abs=0.02)


def test_what_takes_a_place_is_drawn_by_its_score() -> None:
    better, worse = fresh(0.75), fresh(0.25)
    chance = np.random.default_rng(13)
    found = drawn([better, worse], chance, places=1, draws=6000, explorationWeight=1.0)
    of_better = sum(each == [better] for each in found) / sum(map(len, found))
    assert of_better == pytest.approx(0.75, abs=0.06)  # more than five standard deviations
