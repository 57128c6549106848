"""What may be concluded from an experiment's counts, and what not, in numbers and in words."""

from collections.abc import Sequence

import msgspec

from allstore.experiments.bandit import Posterior
from allstore.experiments.configuration import Action, Experiment
from allstore.experiments.significance import (
    LEVEL,
    Interval,
    anytime,
    best_probabilities,
    credible,
    lift,
    newcombe,
    sample_ratio_mismatch,
    sign_test,
    two_proportions,
    wilson,
)

MISMATCH = 0.001
"""Below this the counts are taken for wrong: it is looked at often and must not cry wolf."""
_DONE = {
    Action.CLICK: "clicked",
    Action.ADD_TO_CART: "added to the cart",
    Action.PURCHASE: "bought",
}


class Rate(msgspec.Struct, frozen=True):
    """One variation's participants and those who did what the experiment counts."""

    name: str
    successes: int
    trials: int
    interval: Interval
    """Of the rate: 95 % confidence, or belief where a bandit plays."""
    best: float | None = None
    """A bandit's probability that this one is the best."""

    @property
    def value(self) -> float | None:
        return self.successes / self.trials if self.trials else None


class Comparison(msgspec.Struct, frozen=True):
    """A variation beside the control."""

    name: str
    p_value: float
    """Valid at every look."""
    lift: Interval
    """The variation's rate as a multiple of the control's, valid at every look."""
    one_look: float
    """The p-value for one look at a planned size."""
    difference: Interval | None
    """Of the rates, for one look at a planned size; None where the size of none is known."""
    decided: bool


class Result(msgspec.Struct, frozen=True):
    rates: tuple[Rate, ...]
    comparisons: tuple[Comparison, ...]
    verdict: str
    limits: str
    """What may not be concluded."""
    mismatch: float | None = None
    """The p-value that participants came in the shares that were set."""


def ab_result(experiment: Experiment, tallies: Sequence[tuple[int, int]]) -> Result:
    """Of an A/B test: `tallies` are each variation's participants and those who converted."""
    names = [variation.name for variation in experiment.variations]
    rates = tuple(
        Rate(name, won, seen, wilson(won, seen))
        for name, (seen, won) in zip(names, tallies, strict=True)
    )
    mismatch = sample_ratio_mismatch([seen for seen, _ in tallies], experiment.shares)
    control = (tallies[0][1], tallies[0][0])
    comparisons = tuple(
        _compared(experiment, at, control, (rates[at].successes, rates[at].trials))
        for at in range(1, len(rates))
        if control[1] and rates[at].trials
    )
    return Result(
        rates, comparisons, _ab_verdict(experiment, rates, comparisons, mismatch), _AB, mismatch
    )


def interleaving_result(experiment: Experiment, wins: tuple[int, int], ties: int) -> Result:
    """Of an interleaving: the participants each list won, and those that neither did."""
    names = [variation.name for variation in experiment.variations]
    decided = sum(wins)
    rates = tuple(
        Rate(name, won, decided, wilson(won, decided))
        for name, won in zip(names, wins, strict=True)
    )
    seen = anytime(wins[1], decided, 0.5)
    comparison = Comparison(
        names[1],
        seen.p_value,
        _lifts(seen.share, 0.5),
        sign_test(*wins),
        None,
        seen.p_value < LEVEL,
    )
    told = _duel_verdict(experiment, rates, comparison, ties)
    return Result(rates, (comparison,) if decided else (), told, _DUEL)


def bandit_result(experiment: Experiment, tallies: Sequence[tuple[int, int]]) -> Result:
    """Of a bandit: `tallies` as of an A/B test."""
    beliefs = [Posterior().updated(won, seen - won) for seen, won in tallies]
    rates = tuple(
        Rate(variation.name, won, seen, credible(belief), best)
        for variation, (seen, won), belief, best in zip(
            experiment.variations, tallies, beliefs, best_probabilities(beliefs), strict=True
        )
    )
    return Result(rates, (), _bandit_verdict(experiment, rates), _BANDIT)


def _compared(
    experiment: Experiment, at: int, control: tuple[int, int], other: tuple[int, int]
) -> Comparison:
    """Each of several variations is held to its part of the level (Bonferroni)."""
    shares = experiment.shares
    expected = shares[at] / (shares[0] + shares[at])
    level = LEVEL / (len(shares) - 1)
    seen = anytime(other[0], control[0] + other[0], expected, level)
    return Comparison(
        experiment.variations[at].name,
        seen.p_value,
        _lifts(seen.share, expected),
        two_proportions(control, other),
        newcombe(control, other),
        seen.p_value < level,
    )


def _lifts(share: Interval, expected: float) -> Interval:
    return Interval(lift(share.low, expected), lift(share.high, expected))


def _ab_verdict(
    experiment: Experiment,
    rates: Sequence[Rate],
    comparisons: Sequence[Comparison],
    mismatch: float,
) -> str:
    if empty := _nothing(experiment, rates):
        return empty
    if mismatch < MISMATCH:
        return (
            "Conclude nothing: the participants did not come in the shares that were set, so "
            "something other than chance decides who sees what, or the shares were changed."
        )
    control = rates[0].name
    if rates[0].trials == 0:
        return f"{control} has not been shown yet: there is nothing to compare the others with."
    found = [each for each in comparisons if each.decided]
    if not found:
        spans = "; ".join(f"{each.name} {_span(each.lift)}" for each in comparisons)
        return (
            f"No difference is shown yet, which does not show that there is none. Beside {control} "
            f"these rates are still possible: {spans}."
        )
    return " ".join(
        f"{each.name} does {'better' if each.lift.low > 1 else 'worse'} than {control}: "
        f"its rate is {_span(each.lift)} that of {control}."
        for each in found
    )


def _duel_verdict(
    experiment: Experiment, rates: Sequence[Rate], comparison: Comparison, ties: int
) -> str:
    done = _DONE[experiment.metric]
    if rates[0].trials == 0:
        neither = f" In all {ties} that are over, nobody {done} more of one." if ties else ""
        return f"No participant has decided between the lists yet.{neither}"
    if not comparison.decided:
        return (
            "Neither list is shown to be preferred yet, which does not show that they are equally "
            "good."
        )
    winner = max(rates, key=lambda rate: rate.successes)
    return (
        f"{winner.name} is preferred: it won {winner.successes} of the {winner.trials} "
        f"participants who {done} more of one list than of the other."
    )


def _bandit_verdict(experiment: Experiment, rates: Sequence[Rate]) -> str:
    if empty := _nothing(experiment, rates):
        return empty
    likely = max(rates, key=lambda rate: rate.best or 0.0)
    chance = likely.best or 0.0
    if chance >= 1 - LEVEL:
        return f"{likely.name} is the best with a probability of {_percent(chance)}."
    return (
        f"Open: {likely.name} is the best with a probability of {_percent(chance)}, and the bandit "
        "still tries the others."
    )


def _nothing(experiment: Experiment, rates: Sequence[Rate]) -> str | None:
    """What to say where there is too little to compare."""
    there = [rate.name for rate in rates if rate.trials]
    if not there:
        return "Nobody has taken part yet."
    if len(there) == 1:
        return f"Only {there[0]} has been shown so far: there is nothing to compare it with."
    if not any(rate.successes for rate in rates):
        return f"Nobody has {_DONE[experiment.metric]} a product of the list yet."
    return None


def _span(interval: Interval) -> str:
    if interval.high == float("inf"):
        return f"at least {interval.low:.2f} times"
    return f"{interval.low:.2f} to {interval.high:.2f} times"


def _percent(value: float) -> str:
    """Never rounded up to certainty."""
    return "over 99.9 %" if value > 0.999 else f"{value * 100:.1f} %"  # noqa: PLR2004


_AB = (
    "The verdict may be read at any time: it rests on a test that stays valid however often one "
    "looks. The two columns for one look do not; they hold only at a size that was planned before. "
    "The rates are those of the experiment's participants and days, not of others."
)
_DUEL = (
    "The verdict may be read at any time. It says which list shoppers choose from when they have "
    "both, and not how much more would be clicked or sold with one alone: an A/B test says that."
)
_BANDIT = (
    "The bandit shows what does well more often, so the counts are uneven by design. The intervals "
    "are beliefs that take the rates for steady; they are no test, and a variation that was given "
    "up early looks worse than it is."
)
