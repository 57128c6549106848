"""A model that moves answers as one trained on everything up to the moment would."""

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aisle.data.frames import EventRule, Selection
from aisle.data.state import State
from aisle.recipes.base import Recipe
from aisle.recipes.registry import recipes
from aisle.serving import following
from aisle.serving.following import FollowedModels
from tests.recipes.sample import of_events
from tests.serving.followed import (
    Happened,
    anybody,
    current,
    deployed,
    fitted,
    opened,
    scores,
    stream,
)

TRENDING = recipes()["aws-trending-now"]
POPULAR = recipes()["aws-popularity-count"]
VIEWED = recipes()["aws-ecomm-popular-items-by-views"]
DATASETS = count(1)
NOW = 4000.0

EVENTS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["i", "j", "k", "l"]),
        st.integers(0, 50),
        st.sampled_from(["View", "Purchase"]),
    ),
    max_size=10,
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    empty = opened(tmp_path_factory.mktemp("following"))
    yield empty
    empty.close()


def positive(found: Mapping[str, float]) -> dict[str, float]:
    return {item: score for item, score in found.items() if score > 0}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    before=EVENTS.filter(len),
    batches=st.lists(EVENTS, min_size=1, max_size=3),
    recipe=st.sampled_from([POPULAR, VIEWED, TRENDING]),
    at_once=st.sampled_from([2, 500]),
)
def test_answers_are_those_of_a_training_on_all_events(
    state: State,
    before: list[Happened],
    batches: list[list[Happened]],
    recipe: Recipe,
    at_once: int,
) -> None:
    dataset = next(DATASETS)
    folder = Path(state.settings.data_dir) / f"model-{dataset}"
    model = deployed(folder, recipe, before, dataset=dataset)
    models = FollowedModels(state)
    everything = list(before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "_MOST_AT_ONCE", at_once)
        for turn, events in enumerate(batches, 1):
            batch = [
                (*event[:2], event[2] + 1000 * turn, event[3])
                for event in sorted(events, key=lambda event: event[2])
            ]
            stream(state, batch, dataset=dataset)
            stream(state, [("d", "elsewhere", 1, "View")], dataset=0)
            everything += batch
            whole = fitted(recipe, of_events(everything))
            expected = dict(zip(whole.items, whole.score(anybody(NOW)).tolist(), strict=True))
            found = scores(current(models, state, model), NOW)
            assert positive(found) == pytest.approx(positive(expected), rel=1e-5)


def test_what_a_training_would_not_select_is_left_out(state: State, tmp_path: Path) -> None:
    dataset = next(DATASETS)
    happened = [("a", "i", 1, "View"), ("b", "j", 1, "View")]
    model = deployed(
        tmp_path / "model", POPULAR, happened, selection=Selection("view"), dataset=dataset
    )
    stream(state, [("b", "i", 2, "VIEW"), ("c", "j", 2, "Purchase")], dataset)
    found = scores(current(FollowedModels(state), state, model))
    assert found == pytest.approx({"i": 2 / 3, "j": 1 / 3})


def test_streamed_events_weigh_as_those_of_the_training(state: State, tmp_path: Path) -> None:
    dataset = next(DATASETS)
    rules = (EventRule("View", weight=0.5), EventRule("Purchase", weight=2.0))
    happened = [("a", "i", 1, "View"), ("b", "i", 1, "Purchase"), ("b", "j", 2, "View")]
    model = deployed(
        tmp_path / "model", POPULAR, happened, selection=Selection(rules=rules), dataset=dataset
    )
    models = FollowedModels(state)
    assert scores(current(models, state, model)) == pytest.approx({"i": 2.5 / 3, "j": 0.5 / 3})
    later = [("b", "j", 3, "PURCHASE"), ("b", "i", 3, "View"), ("c", "j", 3, "View")]
    stream(state, later, dataset)
    assert scores(current(models, state, model)) == pytest.approx({"i": 0.5, "j": 0.5})


def test_items_beyond_the_bound_are_left_out(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_MOST_NEW", 2)
    dataset = next(DATASETS)
    model = deployed(tmp_path / "model", POPULAR, [("a", "i", 1, "View")], dataset=dataset)
    stream(state, [("a", f"new-{number}", 2, "View") for number in range(5)], dataset)
    found = scores(current(FollowedModels(state), state, model))
    assert list(found) == ["i", "new-0", "new-1"]
