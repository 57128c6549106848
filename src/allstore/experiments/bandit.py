"""A Thompson bandit with Beta-Bernoulli arms.

After Thompson, On the Likelihood that One Unknown Probability Exceeds Another (Biometrika 1933),
and Chapelle and Li, An Empirical Evaluation of Thompson Sampling (NIPS 2011).
"""

import random
from collections.abc import Sequence

import msgspec


class Posterior(msgspec.Struct, frozen=True):
    """What is believed of a rate: Beta(alpha, beta), at first uniform over 0 to 1."""

    alpha: float = 1.0
    beta: float = 1.0

    @property
    def mean(self) -> float:
        return self.alpha / (self.alpha + self.beta)

    def updated(self, successes: int, failures: int) -> "Posterior":
        """After more trials; the order of the trials makes no difference."""
        return Posterior(self.alpha + successes, self.beta + failures)


def thompson(posteriors: Sequence[Posterior], seed: int) -> int:
    """The arm to play: the best of one draw from each posterior."""
    source = random.Random(seed)  # noqa: S311 - a draw, not a secret
    draws = [source.betavariate(each.alpha, each.beta) for each in posteriors]
    return max(range(len(draws)), key=draws.__getitem__)
