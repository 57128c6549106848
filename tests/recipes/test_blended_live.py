"""The ridge under streamed events, against a training on all of them."""

from collections.abc import Sequence

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.ranking import top
from aisle.recipes.base import Config, Query, StreamedEvents, TrainingData
from aisle.recipes.blended import BlendedModel
from aisle.recipes.blended_live import LiveBlend
from aisle.recipes.registry import recipes
from tests.recipes.sample import of_sequences, quiet, walks

RECIPE = recipes()["aws-user-personalization"]
CONFIG = Config({"ridge_solver": "diagonal", "max_user_history_length_percentile": "1"})


def fitted(data: Interactions) -> BlendedModel:
    model = RECIPE.fit(TrainingData(data.without_runs()), CONFIG, quiet)
    assert isinstance(model, BlendedModel)
    return model


def query(*history: int) -> Query:
    return Query(np.array(history, np.int32), np.zeros(len(history), np.int64), 0.0)


def streamed(
    users: Sequence[str],
    items: Sequence[int],
    known: int,
    weights: Sequence[float] | None = None,
    times: Sequence[float] | None = None,
) -> StreamedEvents:
    count = len(items)
    return StreamedEvents(
        users=users,
        item=np.array(items, np.int32),
        event_type=np.zeros(count, np.uint8),
        value=np.full(count, np.nan, np.float32),
        time=np.arange(count, dtype=np.float64) if times is None else np.array(times, np.float64),
        known=known,
        weight=None if weights is None else np.array(weights, np.float32),
    )


def test_following_events_is_as_good_as_training_on_them() -> None:
    before = walks(users=120)
    later = walks(users=40, seed=7)
    rows = [later.item[later.rows_of(user)].tolist() for user in range(40)]
    both = [before.item[before.rows_of(user)].tolist() for user in range(120)] + rows
    live = LiveBlend(fitted(before), before)
    # All of them at once: what one does falls between what others do.
    for step in range(12):
        users = [f"new-{user}" for user in range(40)]
        live.absorb(streamed(users, [row[step] for row in rows], 60))
    whole = fitted(of_sequences(both))
    for history in ([3], [10, 11, 12], list(range(30))):
        np.testing.assert_allclose(
            live._personal(whole.ridge.recent(query(*history).history)),  # noqa: SLF001
            whole.ridge.personal(np.array(history, np.int32)),
            rtol=5e-3,
            atol=1e-5,
        )


def test_following_events_over_days_is_as_good_as_training_on_them() -> None:
    random = np.random.default_rng(5)
    steps = [random.integers(0, 12, 8).tolist() for _ in range(30)]
    times = np.cumsum(random.integers(0, 200_000, (30, 8)), axis=1)
    every = timed([*steps, list(range(12))], [*times, np.arange(12)])
    before = timed([*[row[:4] for row in steps], list(range(12))], [*times[:, :4], np.arange(12)])
    live = LiveBlend(fitted(before), before)
    for user, (row, when) in enumerate(zip(steps, times.tolist(), strict=True)):
        live.absorb(streamed([f"u{user:04}"] * 4, row[4:], 12, times=when[4:]))
    whole = fitted(every)
    asked = Query(np.array([3, 9, 3], np.int32), np.array([0, 90_000, 400_000]), now=500_000.0)
    faded = whole.ridge.personal(asked.history, asked.times, asked.now)
    assert not np.allclose(faded, whole.ridge.personal(asked.history), rtol=5e-3, atol=1e-5)
    np.testing.assert_allclose(
        live._personal(whole.ridge.recent(asked.history, asked.times, asked.now)),  # noqa: SLF001
        faded,
        rtol=5e-3,
        atol=1e-5,
    )


def timed(rows: Sequence[Sequence[int]], times: Sequence[NDArray[np.int64]]) -> Interactions:
    """A user a row."""
    return replace(of_sequences([list(row) for row in rows]), timestamp=np.concatenate(times))


def test_following_events_with_weights_is_as_good_as_training_on_them() -> None:
    random = np.random.default_rng(3)
    # Every step is a view and, of some, the purchase, which weighs more.
    steps = [np.repeat(random.integers(0, 12, 10), random.choice([1, 2], 10)) for _ in range(40)]
    weights = [random.choice([0.25, 1.0, 4.0], len(row)).astype(np.float32) for row in steps]
    cuts = [len(row) // 2 for row in steps]
    halves = zip(steps, weights, cuts, strict=True)
    before = weighed(*zip(*((row[:cut], heavy[:cut]) for row, heavy, cut in halves), strict=True))
    live = LiveBlend(fitted(before), before)
    for user, (row, heavy, cut) in enumerate(zip(steps, weights, cuts, strict=True)):
        rest = row[cut:].tolist()
        live.absorb(streamed([f"u{user:04}"] * len(rest), rest, 12, heavy[cut:].tolist()))
    whole = fitted(weighed(steps, weights))
    for item in range(12):
        history = np.array([item], np.int32)
        np.testing.assert_allclose(
            live._personal(whole.ridge.recent(history)),  # noqa: SLF001
            whole.ridge.personal(history),
            rtol=5e-3,
            atol=1e-5,
        )


def weighed(
    rows: Sequence[NDArray[np.int64]], weights: Sequence[NDArray[np.float32]]
) -> Interactions:
    """A user a row; every item of 0 to 11 has to be among them."""
    data = of_sequences([row.tolist() for row in rows])
    assert len(data.items) == 12
    return replace(data, weight=np.concatenate(weights))


def test_a_known_user_goes_on_from_the_trained_history() -> None:
    data = walks(users=120)
    live = LiveBlend(fitted(data), data)
    last = int(data.item[data.offsets[1] - 1])
    other = (last + 30) % 60
    before = live.score(query(last))[other]
    for _ in range(3):
        live.absorb(streamed([data.users[0]], [other], 60))
        live.absorb(streamed([data.users[0]], [last], 60))
    assert live.score(query(last))[other] > 2 * before


def test_an_item_of_no_training_follows_what_came_before_it() -> None:
    data = walks(users=120)
    live = LiveBlend(fitted(data), data)
    for user in range(40):
        live.absorb(streamed([f"v{user}"] * 2, [20, 60], 61))
    scores = live.score(query(20))
    assert len(scores) == 61
    assert scores.sum() == pytest.approx(1, abs=1e-4)
    assert 60 in top(scores, 3)
    assert 60 not in top(live.score(query(40)), 10)
    assert live.score(query(60)).sum() == pytest.approx(1, abs=1e-4)


def test_without_events_the_answer_is_the_model_s() -> None:
    data = walks(users=120)
    model = fitted(data)
    np.testing.assert_allclose(
        LiveBlend(model, data).score(query(4, 5)), model.score(query(4, 5)), rtol=1e-4
    )


def test_a_run_of_events_is_one_step() -> None:
    data = walks(users=120)
    once, often = (LiveBlend(fitted(data), data) for _ in range(2))
    once.absorb(streamed(["a", "a"], [5, 9], 60))
    often.absorb(streamed(["a"] * 4, [5, 5, 5, 9], 60))
    np.testing.assert_allclose(once.score(query(5)), often.score(query(5)), rtol=1e-6)


def test_memory_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aisle.recipes.blended_live._MOST_USERS", 5)
    monkeypatch.setattr("aisle.recipes.blended_live._MOST_ROWS", 7)
    monkeypatch.setattr("aisle.recipes.blended_live._MOST_NEXT", 4)
    data = walks(users=60)
    live = LiveBlend(fitted(data), data)
    rng = np.random.default_rng(0)
    users = [f"u{n}" for n in rng.integers(0, 30, 2000)]
    live.absorb(streamed(users, rng.integers(0, 60, 2000).tolist(), 60))
    assert len(live._recent) == 5  # noqa: SLF001
    assert len(live._rows) == 7  # noqa: SLF001
    assert max(len(row.arrays()[0]) for row in live._rows.values()) < 8  # noqa: SLF001


def test_an_item_that_came_later_is_followed_as_if_it_had_been_trained_on() -> None:
    before = walks(users=120)
    live = LiveBlend(fitted(before), before)
    live.absorb(streamed(["late", "late"], [60, 5], 61))
    rows = [before.item[before.rows_of(user)].tolist() for user in range(120)]
    whole = fitted(of_sequences([*rows, [60, 5]]))
    recent = whole.ridge.recent(query(60, 20).history)
    told = live._personal(recent)[5] / whole.ridge.personal_of(recent)[5]  # noqa: SLF001
    assert 0.5 < told < 1.1  # its row has the least mass of all, which is a little more than none
