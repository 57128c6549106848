"""SciPy's own tests, published values and whole enumerations are the oracles."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from allstore.experiments.bandit import Posterior
from allstore.experiments.significance import (
    LEVEL,
    anytime,
    best_probabilities,
    evidence,
    lift,
    newcombe,
    sample_ratio_mismatch,
    sign_test,
    two_proportions,
    wilson,
)

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=25)
@given(COUNTS)
def test_the_interval_of_a_rate_is_wilsons(counts: tuple[int, int]) -> None:
    oracle = stats.binomtest(*counts).proportion_ci(method="wilson")
    found = wilson(*counts)
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """His table II: 56 of 70 against 48 of 80, and 9 of 10 against 3 of 10."""
    found = newcombe((48, 80), (56, 70))
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    found = newcombe((3, 10), (9, 10))
    assert (found.low, found.high) == pytest.approx((0.1705, 0.8090), abs=5e-5)


@settings(max_examples=25)
@given(COUNTS, COUNTS)
def test_the_test_for_one_look_is_the_chi_square_of_the_table(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    table = [[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]]
    if 0 in np.sum(table, axis=0):
        assert two_proportions(one, other) == 1.0
    else:
        oracle = stats.chi2_contingency(table, correction=False).pvalue
        assert two_proportions(one, other) == pytest.approx(oracle, abs=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 200), st.integers(0, 200))
def test_the_sign_test_is_the_binomial_test(wins: int, losses: int) -> None:
    oracle = stats.binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    assert sign_test(wins, losses) == pytest.approx(oracle, abs=1e-9)


def test_a_sample_ratio_mismatch_is_the_chi_square_test() -> None:
    oracle = stats.chisquare([520, 310, 170], [500, 300, 200]).pvalue
    assert sample_ratio_mismatch([520, 310, 170], [0.5, 0.3, 0.2]) == pytest.approx(oracle)
    assert sample_ratio_mismatch([0, 0], [0.5, 0.5]) == 1.0


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_the_evidence_is_a_fair_game_where_there_is_no_difference(share: float) -> None:
    """Over all sequences of conversions the likelihood ratio is 1 on average, at every length."""
    for length in (1, 4, 9):
        total = 0.0
        for sequence in itertools.product((0, 1), repeat=length):
            hits = sum(sequence)
            chance = share**hits * (1 - share) ** (length - hits)
            total += chance * math.exp(evidence(hits, length, share)(share))
        assert total == pytest.approx(1)


def test_looking_after_every_conversion_finds_nothing_too_often() -> None:
    """The exact chance of ever being below the level in 800 looks, by dynamic programming."""
    length, share = 800, 0.5
    alive = np.array([1.0])
    ever = 0.0
    for count in range(1, length + 1):
        alive = np.append(alive * (1 - share), 0) + np.append(0, alive * share)
        found = evidence(np.arange(count + 1), count, share)(share) >= -math.log(LEVEL)
        ever += alive[found].sum()
        alive[found] = 0
    assert 0.001 < ever <= LEVEL


@settings(max_examples=25)
@given(COUNTS, st.floats(0.1, 0.9))
def test_the_interval_holds_what_is_not_refuted(counts: tuple[int, int], share: float) -> None:
    found = anytime(*counts, share)
    assert (share in found.share) == (found.p_value > LEVEL)
    assert counts[0] / counts[1] in found.share
    for edge in (found.share.low, found.share.high):
        if 0 < edge < 1:
            around = (max(edge - 1e-9, 0.0), min(edge + 1e-9, 1.0))
            first, last = sorted(float(evidence(*counts, share)(each)) for each in around)
            assert first <= -math.log(LEVEL) <= last


def test_without_conversions_everything_is_possible() -> None:
    found = anytime(0, 0, 0.5)
    assert (found.p_value, found.share.low, found.share.high) == (1.0, 0.0, 1.0)


@settings(max_examples=25)
@given(st.floats(0.01, 0.5), st.floats(0.2, 5), st.floats(0.1, 0.9))
def test_the_lift_is_found_from_the_share_of_the_conversions(
    rate: float, factor: float, expected: float
) -> None:
    other = expected * rate * factor
    share = other / (other + (1 - expected) * rate)
    assert lift(share, expected) == pytest.approx(factor)
    assert lift(1.0, expected) == math.inf


def test_the_probability_to_be_best_is_what_draws_say() -> None:
    arms = [Posterior(10, 90), Posterior(15, 85), Posterior(1, 9)]
    source = np.random.default_rng(3)
    draws = [source.beta(arm.alpha, arm.beta, 100_000) for arm in arms]
    best = np.bincount(np.argmax(draws, axis=0), minlength=3) / 100_000
    assert best_probabilities(arms) == pytest.approx(tuple(best), abs=0.01)
