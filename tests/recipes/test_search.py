"""A search finds a known optimum and never ends worse than where it starts."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from aisle.data.catalogue import CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.ids import IdIndex
from aisle.data.schema import DatasetSchema, Field
from aisle.recipes.base import Config, Model, Progress, Query, RecipeType, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.hyperparameters import Choice, Number, Range, Whole, parse
from aisle.recipes.popularity import PopularityModel
from aisle.recipes.search import Search, search
from aisle.recipes.training import train
from running import until
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


class Listening(Valley, frozen=True, kw_only=True):
    """Notes down whom its model is asked for; a user's traits say who it is."""

    asked: set[str]

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: object = None
    ) -> Blurred:
        asked = self.asked

        class Noted(Blurred, frozen=True):
            def score(self, query: Query) -> NDArray[np.float32]:
                asked.add(str(query.traits["NAME"]))
                return super().score(query)

        fitted = super().fit(data, config, progress, start)
        return Noted(fitted.items, fitted.noise)


def people(count: int) -> TrainingData:
    """Walks of users who each have a row that says who they are."""
    fields = (Field("USER_ID", "string"), Field("NAME", "string", categorical=True))
    builder = CatalogueBuilder(DatasetSchema("Users", fields))
    data = walks(users=count, length=3)
    builder.put([Change(at, one, {"NAME": one}, 0.0) for at, one in enumerate(data.users, 1)])
    return TrainingData(data, users=builder.catalogue())


def test_nobody_is_asked_of_whom_the_training_reports() -> None:
    searching: Any = Listening(asked=set())
    reporting: Any = Listening(asked=set())
    found(Search(trials=1), recipe=searching, data=people(1000))
    train(reporting, people(1000), Config(reporting.defaults), quiet)
    assert len(reporting.asked) == 100
    assert searching.asked
    assert not searching.asked & reporting.asked


def test_no_more_users_are_asked_than_a_training_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aisle.recipes.training._MOST_SCORES", 0)
    monkeypatch.setattr("aisle.recipes.training._LEAST_ASKED", 20)
    searching = Listening(asked=set())
    found(Search(trials=1), recipe=searching, data=people(1000))
    assert len(searching.asked) == 20


class Elsewhere(Valley, frozen=True, kw_only=True):
    """The same in another process only."""

    home: int = 0

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: object = None
    ) -> Blurred:
        if os.getpid() == self.home:
            raise RuntimeError("This is the process of the search.")
        return super().fit(data, config, progress, start)


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aisle.recipes.trial_processes._WORTH_EVENTS", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.mark.usefixtures("two_cores")
def test_processes_find_what_is_found_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    how = Search(trials=14, parallel=3)
    together = found(how, recipe=Elsewhere(home=os.getpid()))
    assert not active_children()
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert found(how) == together


@pytest.mark.slow  # starts processes
@pytest.mark.usefixtures("two_cores")
def test_what_a_process_raises_ends_the_search() -> None:
    with pytest.raises(ValueError, match="there is nothing to learn"):
        found(Search(trials=4, parallel=2), recipe=Broken())
    assert not active_children()


class Broken(Valley, frozen=True, kw_only=True):
    """Learns nothing."""

    def fit(self, *_: Any, **__: Any) -> Any:
        raise ValueError("there is nothing to learn")


class Endless(Valley, frozen=True, kw_only=True):
    """Never done; who trains leaves its process id in a folder."""

    folder: str = ""

    def fit(self, *_: Any, **__: Any) -> Any:
        (Path(self.folder) / str(os.getpid())).touch()
        time.sleep(600)
        raise AssertionError("nobody ended it")


def search_endlessly(folder: str, *, cancelled: bool = False) -> None:
    """Until cancelled, by a progress that raises once both trainings run."""

    def progress(_share: float, _words: str) -> None:
        if cancelled and len(list(Path(folder).iterdir())) > 1:
            raise InterruptedError("cancelled")

    config = Config(Valley().defaults)
    search(Endless(folder=folder), WALKS, config, Search(trials=2, parallel=2), progress)


def gone(folder: Path) -> bool:
    """Whether both processes that have trained are no more."""
    ids = [int(file.name) for file in folder.iterdir()]
    return len(ids) > 1 and not any(runs(one) for one in ids)


def runs(process: int) -> bool:
    try:
        # Nobody may have asked how it ended; then it has no command line any more.
        return bool(Path(f"/proc/{process}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.slow  # starts processes
@pytest.mark.usefixtures("two_cores")
def test_a_search_that_is_cancelled_leaves_no_process(tmp_path: Path) -> None:
    with pytest.raises(InterruptedError, match="cancelled"):
        search_endlessly(str(tmp_path), cancelled=True)
    assert gone(tmp_path)


@pytest.mark.slow  # starts processes
def test_trainings_end_with_the_process_of_the_search(tmp_path: Path) -> None:
    lines = (
        "import os, sys",
        f"sys.path = {sys.path!r}",
        "from aisle.recipes import trial_processes",
        "from tests.recipes.test_search import search_endlessly",
        "trial_processes._WORTH_EVENTS = 0",
        "os.cpu_count = lambda: 2",
        f"search_endlessly({str(tmp_path)!r})",
    )
    with subprocess.Popen([sys.executable, "-c", "\n".join(lines)]) as process:
        until(lambda: len(list(tmp_path.iterdir())) > 1, "two trainings")
        process.kill()
    until(lambda: gone(tmp_path), "the end of both")


def test_values_that_the_recipe_refuses_together_are_tried_no_further() -> None:
    class Choosy(Valley, frozen=True, kw_only=True):
        def check(self, given: Mapping[str, str]) -> None:
            if float(given["rate"]) > 0.6:
                raise ValueError("rate is too much")

    _, chosen = found(Search(trials=8), recipe=Choosy())
    assert float(chosen["rate"]) <= 0.6
    with pytest.raises(ValueError, match="rate is too much"):
        found(Search(trials=1), recipe=Choosy())
