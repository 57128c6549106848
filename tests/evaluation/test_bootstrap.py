import numpy as np
import pytest

from aisle.evaluation.bootstrap import Bootstrap, interval


def test_the_interval_is_that_of_the_normal_approximation() -> None:
    values = np.random.default_rng(0).normal(3.0, 2.0, 2000)
    low, high = interval(Bootstrap(np.arange(2000), 1).means(values[:, None]))
    error = values.std() / np.sqrt(2000)
    assert low[0] == pytest.approx(values.mean() - 1.96 * error, abs=0.3 * error)
    assert high[0] == pytest.approx(values.mean() + 1.96 * error, abs=0.3 * error)


def test_a_users_lists_are_drawn_together() -> None:
    user = np.repeat(np.arange(100), 20)
    values = np.repeat(np.random.default_rng(0).normal(size=100), 20)[:, None]
    together = np.ptp(interval(Bootstrap(user, 1).means(values)))
    apart = np.ptp(interval(Bootstrap(np.arange(2000), 1).means(values)))
    assert together == pytest.approx(apart * np.sqrt(20), rel=0.15)


def test_resamples_are_the_same_for_every_measure_and_drawn_by_the_seed() -> None:
    user = np.arange(50)
    values = np.random.default_rng(0).normal(size=(50, 1))
    drawn = Bootstrap(user, 1)
    assert np.allclose(drawn.means(values + 1.0), drawn.means(values) + 1.0)
    assert not np.allclose(drawn.means(values), Bootstrap(user, 2).means(values))


def test_what_a_list_does_not_have_counts_for_nothing() -> None:
    values = np.array([[1.0], [np.nan], [1.0], [np.nan]])
    means = Bootstrap(np.arange(4), 0).means(values)
    assert set(means[~np.isnan(means)]) == {1.0}


def test_resamples_without_a_value_leave_the_interval_to_the_others() -> None:
    values = np.array([[1.0], [2.0], [np.nan], [np.nan]])
    means = Bootstrap(np.arange(4), 0).means(values)
    assert np.isnan(means).any()
    low, high = interval(means)
    assert (low[0], high[0]) == (1.0, 2.0)


def test_what_has_no_value_has_no_interval() -> None:
    low, high = interval(Bootstrap(np.arange(4), 0).means(np.full((4, 1), np.nan)))
    assert np.isnan([low[0], high[0]]).all()
