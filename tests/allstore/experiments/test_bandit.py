import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from allstore.experiments.bandit import Posterior, thompson
from allstore.experiments.significance import best_probabilities, credible

TRIALS = st.tuples(st.integers(0, 50), st.integers(0, 50))


@settings(max_examples=25)
@given(TRIALS, TRIALS)
def test_updates_commute_and_add_up(one: tuple[int, int], other: tuple[int, int]) -> None:
    there = Posterior().updated(*one).updated(*other)
    assert there == Posterior().updated(*other).updated(*one)
    assert there == Posterior().updated(one[0] + other[0], one[1] + other[1])


@settings(max_examples=25)
@given(TRIALS)
def test_the_posterior_is_the_beta_distribution(trials: tuple[int, int]) -> None:
    posterior = Posterior().updated(*trials)
    oracle = stats.beta(1 + trials[0], 1 + trials[1])
    interval = credible(posterior)
    assert posterior.mean == pytest.approx(oracle.mean())
    assert (interval.low, interval.high) == pytest.approx(oracle.interval(0.95))


def test_an_arm_is_played_as_often_as_it_is_believed_to_be_the_best() -> None:
    arms = [Posterior(4, 16), Posterior(6, 14), Posterior()]
    plays = [thompson(arms, seed) for seed in range(4000)]
    observed = [plays.count(arm) for arm in range(3)]
    expected = [4000 * each for each in best_probabilities(arms)]
    assert stats.chisquare(observed, expected).pvalue > 0.001


@settings(max_examples=25)
@given(TRIALS, TRIALS)
def test_of_two_arms_the_probability_is_the_known_sum(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    arms = [Posterior().updated(*one), Posterior().updated(*other)]
    assert best_probabilities(arms)[1] == pytest.approx(beats(arms[1], arms[0]), abs=1e-3)


def beats(better: Posterior, worse: Posterior) -> float:
    """P(better > worse) for whole parameters: the probability that of a Beta's draws seen as
    order statistics `alpha - 1` or fewer lie below, summed by the beta-binomial distribution.
    """
    trials = int(worse.alpha + worse.beta - 1)
    below = stats.betabinom(trials, better.alpha, better.beta)
    return float(below.sf(worse.alpha - 1))
