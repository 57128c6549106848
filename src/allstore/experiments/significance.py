"""What the counts of an experiment allow to say. Only the results page loads this, and SciPy.

The page is looked at again and again, and a test made for one look finds something in the end
(Johari, Koomen, Pekelis and Walsh, Peeking at A/B Tests, KDD 2017). So what the page concludes
rests on `anytime`: of the conversions of two variations with the same rate, each falls to one of
them with the probability of its share, whatever that rate is and however it moves over the day. The
count is tested against a Beta mixture of alternatives (Lindon and Malek, Anytime-Valid Inference
for Multinomial Count Data, NeurIPS 2022; Robbins 1970), which is exact at any sample size and at
any number of looks. Its price is that it needs more data than a single look at a planned size.
"""

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

from allstore.experiments.bandit import Posterior

LEVEL = 0.05
"""How often a difference may be found where there is none."""
_CONCENTRATION = 100.0
"""Of the mixture over a share. Its standard deviation around a half is 0.05: it is best at finding
lifts of some 20 % and loses little at half or twice that.
"""
_QUANTILES = 2001
_Counts: TypeAlias = int | NDArray[np.int64]


class Interval(msgspec.Struct, frozen=True):
    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


class Anytime(msgspec.Struct, frozen=True):
    """A share of conversions that was fallen to one side, valid at every look."""

    p_value: float
    share: Interval


def wilson(successes: int, trials: int, level: float = LEVEL) -> Interval:
    """An interval of a rate (Wilson 1927); 0 to 1 where there are no trials."""
    if trials == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf(1 - level / 2)
    rate = successes / trials
    middle = (rate + z * z / (2 * trials)) / (1 + z * z / trials)
    spread = z * math.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    spread /= 1 + z * z / trials
    low = 0.0 if successes == 0 else max(0.0, middle - spread)
    return Interval(low, 1.0 if successes == trials else min(1.0, middle + spread))


def newcombe(control: tuple[int, int], other: tuple[int, int], level: float = LEVEL) -> Interval:
    """An interval of the other's rate minus the control's, each given as successes and trials.

    Newcombe 1998, method 10: the Wilson intervals of both, put together.
    """
    (a, m), (b, n) = control, other
    first, second = a / m, b / n
    of_first, of_second = wilson(a, m, level), wilson(b, n, level)
    difference = second - first
    down = math.hypot(second - of_second.low, of_first.high - first)
    up = math.hypot(of_second.high - second, first - of_first.low)
    return Interval(difference - down, difference + up)


def two_proportions(control: tuple[int, int], other: tuple[int, int]) -> float:
    """Two-sided p-value of equal rates by the pooled z test, for one look at a planned size."""
    (a, m), (b, n) = control, other
    pooled = (a + b) / (m + n)
    variance = pooled * (1 - pooled) * (1 / m + 1 / n)
    if variance == 0:
        return 1.0
    return float(special.erfc(abs(b / n - a / m) / math.sqrt(2 * variance)))


def sign_test(wins: int, losses: int) -> float:
    """Two-sided exact p-value of a fair coin, for one look at a planned size."""
    count = wins + losses
    if count == 0:
        return 1.0
    return min(1.0, 2 * float(special.bdtr(min(wins, losses), count, 0.5)))


def sample_ratio_mismatch(counts: Sequence[int], shares: Sequence[float]) -> float:
    """The chi-square p-value that the units came in these shares."""
    total = sum(counts)
    if total == 0:
        return 1.0
    expected = [share * total for share in shares]
    distance = sum((count - hope) ** 2 / hope for count, hope in zip(counts, expected, strict=True))
    return float(special.chdtrc(len(counts) - 1, distance))


def anytime(hits: int, count: int, share: float, level: float = LEVEL) -> Anytime:
    """Of `count` conversions `hits` fell to one side, whose share is `share` without a difference.

    The p-value stays valid however often and whenever one looks, and so does the interval of the
    true share: it holds the truth at all looks at once with probability 1 - `level`.
    """
    against = evidence(hits, count, share)
    p_value = min(1.0, math.exp(-float(against(share))))
    if count == 0:
        return Anytime(p_value, Interval(0.0, 1.0))
    return Anytime(p_value, _where_below(against, -math.log(level), hits / count))


def evidence(hits: _Counts, count: _Counts, share: float) -> Callable[[float], Any]:
    """The logarithm of how much likelier the counts are under the mixture around `share` than under
    a given true share. Where that share is the truth, it ever exceeds log(1 / level) with a
    probability of at most `level` (Ville's inequality). Counts may be arrays.
    """
    alpha, beta = _CONCENTRATION * share, _CONCENTRATION * (1 - share)
    misses = np.subtract(count, hits)
    mixture = special.betaln(alpha + hits, beta + misses) - special.betaln(alpha, beta)
    return lambda true: mixture - special.xlogy(hits, true) - special.xlog1py(misses, -true)


def _where_below(against: Callable[[float], float], bound: float, lowest: float) -> Interval:
    """Where a convex function that is least at `lowest` stays below `bound`, within 0 and 1."""
    ends = []
    for edge in (0.0, 1.0):
        inside, outside = lowest, edge
        if against(edge) >= bound:
            for _ in range(60):
                middle = (inside + outside) / 2
                inside, outside = (middle, outside) if against(middle) < bound else (inside, middle)
        ends.append(outside)
    return Interval(ends[0], ends[1])


def lift(share: float, expected: float) -> float:
    """How much larger the one side's rate is than the other's, as a factor, where that side got
    `share` of the conversions and `expected` of the units; infinite where it got all.
    """
    if share >= 1:
        return math.inf
    return share / (1 - share) * (1 - expected) / expected


def credible(posterior: Posterior, level: float = LEVEL) -> Interval:
    """The middle 1 - `level` of what is believed."""
    low, high = special.betaincinv(posterior.alpha, posterior.beta, [level / 2, 1 - level / 2])
    return Interval(float(low), float(high))


def best_probabilities(posteriors: Sequence[Posterior]) -> tuple[float, ...]:
    """For each arm, the probability that its rate is the highest; they sum to 1.

    The integral over an arm's own distribution of what the others' lie below, at equal quantiles.
    """
    quantiles = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    found = np.empty(len(posteriors))
    for at, own in enumerate(posteriors):
        values = special.betaincinv(own.alpha, own.beta, quantiles)
        others = [each for number, each in enumerate(posteriors) if number != at]
        below = [special.betainc(each.alpha, each.beta, values) for each in others]
        found[at] = np.prod(below, axis=0).mean()
    return tuple(float(each) for each in found / found.sum())
