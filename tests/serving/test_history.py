"""What a user has done, as an answer reads it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aisle.data.state import State
from aisle.recipes.deployable import load_deployable
from aisle.recipes.registry import recipes
from aisle.serving.following import FollowedModels
from aisle.serving.history import history_of
from tests.serving.followed import Happened, current, deployed, opened, stream

TRAINED: list[Happened] = [("ada", "i", 100, "View"), ("ada", "j", 200, "View")]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    empty = opened(tmp_path / "state")
    yield empty
    empty.close()


def test_an_event_that_is_told_late_stands_where_it_came_to_pass(
    state: State, tmp_path: Path
) -> None:
    model = deployed(tmp_path / "model", recipes()["aws-popularity-count"], TRAINED)
    stream(state, [("ada", "k", 300, "View"), ("ada", "k", 50, "View"), ("ada", "j", 150, "View")])
    followed = current(FollowedModels(state), state, model)
    with state.read() as transaction:
        found = history_of(transaction, followed, "ada")
    assert found.times.tolist() == [50, 100, 150, 200, 300]
    assert [followed.ids[code] for code in found.items] == ["k", "i", "j", "j", "k"]


def test_an_event_of_the_future_is_not_the_newest(tmp_path: Path) -> None:
    recipe = recipes()["aws-popularity-count"]
    deployed(tmp_path / "model", recipe, [*TRAINED, ("bob", "i", 10**10, "View")])
    manifest = tmp_path / "model" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"trained_at":0.0', '"trained_at":1000.0'))
    assert load_deployable(tmp_path / "model").newest == 1000
