"""A search finds a known optimum and never ends worse than where it starts."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.recipes.base import Config, Model, Progress, Query, RecipeType, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.hyperparameters import Choice, Number, Range, Whole, parse
from aisle.recipes.popularity import PopularityModel
from aisle.recipes.search import Search, search
from tests.recipes.sample import quiet, walks

WALKS = TrainingData(walks(users=400, items=40))


class Blurred(msgspec.Struct, frozen=True):
    """Knows the next item of a walk, and hides it in noise."""

    items: IdIndex
    noise: float

    def score(self, query: Query) -> NDArray[np.float32]:
        last = int(query.history[-1])
        chance = np.random.default_rng(last)
        scores = chance.random(len(self.items), np.float32) * np.float32(self.noise)
        scores[(last + 1) % len(self.items)] += 1
        return scores


class Valley(Declaration, frozen=True, kw_only=True):
    """A recipe that is best where rate is 0.3, size 70 and form right, and worse all around."""

    name: str = "valley"
    description: str = "A known optimum."
    recipe_type: RecipeType = RecipeType.USER_PERSONALIZATION
    declared: tuple[Number | Whole | Choice, ...] = (
        Number("rate", 0.9, 0.0, 1.0, tunable=(0.0, 1.0)),
        Whole("size", 10, 1, 100, tunable=(1, 100)),
        Choice("form", "left", ("left", "right", "none"), tunable=True),
        Number("fixed", 0.5, 0.0, 1.0),
    )
    model_name: str = "valley"
    model_type: type[Model] = PopularityModel

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: object = None
    ) -> Blurred:
        del start
        progress(1.0, "fitted")
        values = parse(self.declared, config.hyperparameters)
        away = abs(float(values["rate"]) - 0.3) + abs(float(values["size"]) - 70) / 100
        return Blurred(data.interactions.items, 1 + 4 * away + 2 * (values["form"] != "right"))


def found(
    how: Search,
    seed: int = 0,
    start: Mapping[str, str] | None = None,
    recipe: Any = None,
    data: TrainingData = WALKS,
) -> tuple[float, dict[str, str]]:
    recipe = recipe or Valley()
    config = Config({**recipe.defaults, **(start or {})}, seed)
    best = search(recipe, data, config, how, quiet)
    return best.value, dict(best.chosen)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_optimum_of_all_kinds_of_ranges_is_come_near_to(seed: int) -> None:
    value, chosen = found(Search(trials=40), seed)
    assert chosen.keys() == {"rate", "size", "form"}
    assert chosen["form"] == "right"
    assert abs(float(chosen["rate"]) - 0.3) + abs(int(chosen["size"]) - 70) / 100 < 0.3
    assert value > 1.5 * found(Search(trials=1), seed)[0]


@pytest.mark.parametrize("trials", [1, 2, 8])
def test_it_never_ends_worse_than_where_it_starts(trials: int) -> None:
    best = {"rate": "0.3", "size": "70", "form": "right"}
    assert found(Search(trials=trials), start=best) == (
        found(Search(trials=1), start=best)[0],
        best,
    )


def test_a_metric_is_minimised_where_that_is_asked_for() -> None:
    start = {"rate": "0.3", "size": "70", "form": "right"}
    least, _ = found(Search(trials=8, minimise=True), start=start)
    assert least < found(Search(trials=8), start=start)[0]


def test_only_the_ranges_that_are_given_are_searched() -> None:
    given = Range("size", 60, 80, whole=True), Range("form", values=("none", "right"))
    _, chosen = found(Search(ranges=given, trials=6))
    assert chosen.keys() == {"size", "form"}
    assert 60 <= int(chosen["size"]) <= 80
    assert chosen["form"] in {"none", "right"}


def test_the_same_seed_finds_the_same() -> None:
    assert found(Search(trials=6), 3) == found(Search(trials=6), 3)


def test_a_training_that_does_badly_is_measured_no_further() -> None:
    asked: list[int] = []

    class Counted(Blurred, frozen=True):
        def score(self, query: Query) -> NDArray[np.float32]:
            asked[-1] += 1
            return super().score(query)

    class Watched(Valley, frozen=True, kw_only=True):
        def fit(
            self, data: TrainingData, config: Config, progress: Progress, start: object = None
        ) -> Blurred:
            fitted = super().fit(data, config, progress, start)
            asked.append(0)
            return Counted(fitted.items, fitted.noise)

    found(Search(trials=20), recipe=Watched(), data=TrainingData(walks(users=8000, length=3)))
    assert len(asked) == 20
    assert min(asked) < max(asked) / 2


def test_values_that_the_recipe_refuses_together_are_tried_no_further() -> None:
    class Choosy(Valley, frozen=True, kw_only=True):
        def check(self, given: Mapping[str, str]) -> None:
            if float(given["rate"]) > 0.6:
                raise ValueError("rate is too much")

    _, chosen = found(Search(trials=8), recipe=Choosy())
    assert float(chosen["rate"]) <= 0.6
    with pytest.raises(ValueError, match="rate is too much"):
        found(Search(trials=1), recipe=Choosy())
