"""Whether the shop's experiments say what is true, on simulated visits whose truth is known.

Run: `python -m benchmarks.shop.experiments [--runs 1000] [--out result.json]`. Each share comes
with its 95 % interval. The page is looked at after every 200 visits. "Found at any look" is how
often it would ever have said that there is a difference: by the test that the page rests on, and by
the test for one look, which is there to show why it does not rest on that. Visits are assigned,
lists interleaved and arms played by the shop's own functions.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from allstore.experiments.assignment import assigned
from allstore.experiments.bandit import Posterior, thompson
from allstore.experiments.configuration import Experiment, Kind, Variation
from allstore.experiments.interleaving import team_draft
from allstore.experiments.significance import (
    LEVEL,
    credible,
    evidence,
    newcombe,
    sample_ratio_mismatch,
    sign_test,
    two_proportions,
    wilson,
)

VISITS = 20_000
LOOK = 200
RATES = [(0.05, 0.05), (0.30, 0.30), (0.05, 0.055), (0.05, 0.06), (0.05, 0.065), (0.30, 0.33)]
ARMS = [(0.04, 0.05, 0.06), (0.05, 0.055), (0.02, 0.08)]
DUELS = 2_000
DUEL_LOOK = 50
LIST = 12
DRAWS = 200_000


class Row(msgspec.Struct):
    """A share of runs in which something held."""

    part: str
    truth: str
    what: str
    held: int
    runs: int

    def line(self) -> str:
        span = wilson(self.held, self.runs)
        share = self.held / self.runs
        told = f"{share:7.1%}  ({span.low:.1%} to {span.high:.1%})"
        return f"{self.part:<13}{self.truth:<28}{self.what:<46}{told}"


Flags = NDArray[np.bool_]


def ab(runs: int, control: float, other: float) -> Iterator[Row]:
    """An A/B test of two equal shares."""
    source = np.random.default_rng([7, round(control * 1e4), round(other * 1e4)])
    assignments = _assignments(source, runs)
    looks = slice(LOOK - 1, None, LOOK)
    converted = source.random((runs, VISITS)) < np.where(assignments, other, control)
    seen = np.stack([(assignments == arm).cumsum(1)[:, looks] for arm in (0, 1)])
    won = np.stack([((assignments == arm) & converted).cumsum(1)[:, looks] for arm in (0, 1)])
    against = evidence(won[1], won.sum(0), 0.5)
    found = against(0.5) >= -np.log(LEVEL)
    single = np.array(
        [
            [two_proportions((a, m), (b, n)) < LEVEL for a, m, b, n in zip(*each, strict=True)]
            for each in zip(won[0], seen[0], won[1], seen[1], strict=True)
        ]
    )
    last = [
        ((a, m), (b, n)) for (a, b), (m, n) in zip(won[..., -1].T, seen[..., -1].T, strict=True)
    ]
    truth = f"{control:.1%} and {other:.1%}"
    share = other / (control + other)
    inside = (against(share) < -np.log(LEVEL)).all(1)
    held = [other - control in newcombe(*each) for each in last]
    yield _row("A/B", truth, "found at the last look, one-look test", single[:, -1])
    yield _row("A/B", truth, "found at any of 100 looks, one-look test", single.any(1))
    yield _row("A/B", truth, "found at any of 100 looks, the page's test", found.any(1))
    yield _row("A/B", truth, "Newcombe's interval holds the truth", np.array(held))
    yield _row("A/B", truth, "the page's interval holds it at all looks", inside)
    if control != other:
        wrong = (
            found.any(1) & (won[0] * seen[1] > won[1] * seen[0])[np.arange(runs), found.argmax(1)]
        )
        yield _row("A/B", truth, "the worse one named when first found", wrong)


def one_look(rate: float, visits: int, wins: int) -> Iterator[Row]:
    """The tests for one look, over many runs: their size is what the looks above start from."""
    source = np.random.default_rng([19, round(rate * 1e4)])
    drawn = source.binomial(visits, rate, (DRAWS, 2)).tolist()
    pairs = [((a, visits), (b, visits)) for a, b in drawn]
    found = [two_proportions(*pair) < LEVEL for pair in pairs]
    held = [0.0 in newcombe(*pair) for pair in pairs]
    coins = [sign_test(n, wins - n) < LEVEL for n in source.binomial(wins, 0.5, DRAWS).tolist()]
    truth = f"{rate:.1%} of {visits} and of {visits}"
    yield _row("A/B", truth, "found at one look, one-look test", np.array(found))
    yield _row("A/B", truth, "Newcombe's interval holds the truth", np.array(held))
    truth = f"{wins} fair coins"
    yield _row("interleaving", truth, "found at one look, one-look test", np.array(coins))


def ratio(runs: int, drawn: float) -> Row:
    """How often a 50:50 split is called a mismatch, where `drawn` of the units came to one side."""
    counts = np.random.default_rng(11).binomial(VISITS, drawn, runs)
    flags = [sample_ratio_mismatch([int(n), VISITS - int(n)], [0.5, 0.5]) < 0.001 for n in counts]
    return _row("share", f"{drawn:.1%} come to one side", "called a mismatch", np.array(flags))


def interleaving(runs: int, noise: float) -> Iterator[Row]:
    """A ranker and one with more noise; visitors look down the list and click what suits them."""
    source = np.random.default_rng(13)
    looks = slice(DUEL_LOOK - 1, None, DUEL_LOOK)
    outcomes = np.array([[_duel(source, noise) for _ in range(DUELS)] for _ in range(runs)])
    first = (outcomes > 0).cumsum(1)[:, looks]
    second = (outcomes < 0).cumsum(1)[:, looks]
    against = evidence(second, first + second, 0.5)
    found = against(0.5) >= -np.log(LEVEL)
    single = np.array(
        [
            [sign_test(int(a), int(b)) < LEVEL for a, b in zip(*each, strict=True)]
            for each in zip(first, second, strict=True)
        ]
    )
    truth = "equal rankers" if noise == 0 else f"one with {noise:g} more noise"
    yield _row("interleaving", truth, "found at the last look, one-look test", single[:, -1])
    yield _row("interleaving", truth, "found at any of 40 looks, one-look test", single.any(1))
    yield _row("interleaving", truth, "found at any of 40 looks, the page's test", found.any(1))
    if noise == 0:
        inside = (against(0.5) < -np.log(LEVEL)).all(1)
        yield _row("interleaving", truth, "the page's interval holds it at all looks", inside)
    else:
        named = found.any(1) & (first > second)[np.arange(runs), found.argmax(1)]
        yield _row("interleaving", truth, "and the better one named", named)


def _duel(source: np.random.Generator, noise: float) -> int:
    """Items of the first list clicked in a visit, less those of the second."""
    worth = source.random(30)
    lists = [
        [str(item) for item in np.argsort(-worth - more * source.normal(size=30))]
        for more in (0.3, 0.3 + noise)
    ]
    drafted = team_draft(lists[0], lists[1], LIST, int(source.integers(2**62)))
    clicks = [
        source.random() < 0.3 * worth[int(item)] * 0.85**rank
        for rank, item in enumerate(drafted.ids)
    ]
    return sum(
        (1 if team == 0 else -1) for team, hit in zip(drafted.teams, clicks, strict=True) if hit
    )


def bandit(runs: int, arms: tuple[float, ...], visits: int = 5_000) -> Iterator[str]:
    """Regret in conversions, of the bandit and of equal shares, and the arm it played most."""
    best, regrets, most, held = max(arms), [], 0, 0
    for run in range(runs):
        plays, wins = _played(run, arms, visits)
        regrets.append(sum((best - rate) * n for rate, n in zip(arms, plays, strict=True)))
        top = int(np.argmax(plays))
        most += arms[top] == best
        belief = Posterior().updated(wins[top], plays[top] - wins[top])
        held += arms[top] in credible(belief)
    equal = visits * (best - sum(arms) / len(arms))
    mean, error = np.mean(regrets), np.std(regrets) / np.sqrt(runs)
    name = ", ".join(f"{rate:.1%}" for rate in arms)
    yield (
        f"{'bandit':<13}{name:<28}regret after {visits} visits {mean:.1f} "
        f"(+- {1.96 * error:.1f}), of equal shares {equal:.1f}"
    )
    yield _row("bandit", name, "a best arm played most", np.arange(runs) < most).line()
    yield _row(
        "bandit", name, "interval of the arm played most holds it", np.arange(runs) < held
    ).line()


def _played(run: int, arms: tuple[float, ...], visits: int) -> tuple[list[int], list[int]]:
    source = np.random.default_rng([17, run])
    chances, seeds = source.random(visits), source.integers(2**62, size=visits)
    plays, wins = [0] * len(arms), [0] * len(arms)
    for chance, seed in zip(chances, seeds, strict=True):
        beliefs = [Posterior().updated(w, n - w) for w, n in zip(wins, plays, strict=True)]
        arm = thompson(beliefs, int(seed))
        plays[arm] += 1
        wins[arm] += bool(chance < arms[arm])
    return plays, wins


def _assignments(source: np.random.Generator, runs: int) -> NDArray[np.int64]:
    """Of each visit of each run, by the shop's hash; the visits of a run are drawn from a pool."""
    variations = (Variation("0", "for-you"), Variation("1", "for-you"))
    experiment = Experiment("simulated", "home", Kind.AB, variations)
    pool = 10 * VISITS
    drawn = np.array([int(assigned(experiment, f"visit-{at}").name) for at in range(pool)])
    return np.stack([drawn[source.integers(pool, size=VISITS)] for _ in range(runs)])


def _row(part: str, truth: str, what: str, flags: Flags | np.bool) -> Row:
    return Row(part, truth, what, int(flags.sum()), flags.size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rows: list[Row] = []

    def say(found: Iterator[Row]) -> None:
        for row in found:
            rows.append(row)
            print(row.line(), flush=True)

    say(one_look(0.05, VISITS // 2, 500))
    for pair in RATES:
        say(ab(given.runs, *pair))
    say(ratio(given.runs, drawn) for drawn in (0.5, 0.52))
    for noise in (0.0, 0.3):
        say(interleaving(max(given.runs // 5, 20), noise))
    for arms in ARMS:
        for line in bandit(max(given.runs // 20, 10), arms):
            print(line, flush=True)
    if given.out:
        given.out.write_text(json.dumps([msgspec.to_builtins(row) for row in rows], indent=2))


if __name__ == "__main__":
    main()
