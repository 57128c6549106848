import numpy as np
import pytest

from aisle.recipes.actions import ActionModel, rates
from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.registry import recipes
from tests.recipes.sample import of_events, quiet

RECIPE = recipes()["aws-next-best-action"]
OTHER = ("Viewed", "Not taken")


def learnt(taken: int, other: int) -> ActionModel:
    """Of two actions: `a` taken by most, `b` by few."""
    rows = [
        *((f"u{n}", "a" if n % 4 else "b", n, "Taken") for n in range(taken)),
        *(
            (f"v{n}", "b" if n % 4 else "a", n, ("Viewed", "Not taken")[n % 2])
            for n in range(other)
        ),
    ]
    model = RECIPE.fit(TrainingData(of_events(rows)), Config(), quiet)
    assert isinstance(model, ActionModel)
    return model


def asked(history: list[int], positive: list[bool]) -> Query:
    times = np.zeros(len(history), np.int64)
    return Query(np.array(history, np.int32), times, 0.0, positive=np.array(positive, np.bool_))


def test_rates_are_drawn_to_the_rate_of_all_by_twenty_events() -> None:
    item = np.array([0] * 10 + [1] * 30, np.int32)
    positive = np.array([True] * 8 + [False] * 2 + [True] * 2 + [False] * 28)
    assert rates(item, positive, 3) == pytest.approx(
        [(8 + 20 * 0.25) / 30, (2 + 20 * 0.25) / 50, 0.25]
    )


@pytest.mark.parametrize(("taken", "other"), [(49, 200), (200, 49), (0, 0)])
def test_propensities_are_zero_below_fifty_events_of_each_kind(taken: int, other: int) -> None:
    assert not learnt(taken, other).score(asked([], [])).any()


def test_from_fifty_events_of_each_kind_on_the_action_taken_more_is_likelier() -> None:
    likelier, rarer = learnt(50, 50).score(asked([], []))
    assert 0 < rarer < 0.5 < likelier < 1


def test_a_user_who_takes_actions_is_likelier_to_take_any_and_that_one_above_all() -> None:
    model = learnt(100, 100)
    usual = model.score(asked([], []))
    eager = model.score(asked([1, 1, 1], [True, True, True]))
    reluctant = model.score(asked([1, 1, 1], [False, False, False]))
    assert np.all(eager > usual)
    assert np.all(reluctant < usual)
    assert eager[1] - usual[1] > eager[0] - usual[0]
    assert np.all((eager >= 0) & (eager <= 1))
