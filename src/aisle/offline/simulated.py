"""Models against the truth of a simulation: how near they come to what a perfect one would reach.

Models learn from the events before a time. Of each user one later item that was new to the user is
to be found among all that the user never had, given all that the user did before it
(`evaluation.splits.one_new_item`). What a list is worth to the user is known exactly.
"""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.ranking import place, top
from aisle.evaluation.splits import Split, one_new_item
from aisle.offline.baselines import Score, random_order
from aisle.offline.contenders import Contender
from aisle.recipes.base import Query, RecipeType
from aisle.recipes.training import queries

CUTOFF = 10
CEILING = "perfect model"
"""Knows every parameter and the history; only chance is hidden from it."""
Watch = Callable[[str, float, str], None]
"""Told the contender, the share done, and what is going on."""


class Truth(Protocol):
    """What a simulation knows, for items in the order of `Interactions.items`."""

    def utility(self, user: str, now: int) -> NDArray[np.floating]:
        """`[items]` what each is worth to the user at `now`; minus infinity: not on sale yet."""
        ...

    def next_item(
        self,
        user: str,
        items: NDArray[np.int64],
        kinds: Sequence[str],
        times: NDArray[np.int64],
        now: int,
    ) -> NDArray[np.floating]:
        """`[items]` the probability of each to be the user's next new item, given the history:
        item codes, event types and times, oldest first.
        """
        ...


class Standing(msgspec.Struct, frozen=True):
    """How one model did. Means over the users asked about, with their standard errors."""

    model: str
    hit_rate: float
    """Share of lists of ten that hold the item."""
    ndcg: float
    """NDCG@10."""
    ndcg_error: float
    of_ceiling: float
    """`ndcg` as a share of the perfect model's."""
    utility: float
    """True utility of the ten items, on average."""
    regret: float
    """What the ten best items are worth more than these."""
    regret_error: float
    regret_share: float
    """`regret` as a share of that of a random list: 0 is perfect."""
    seconds: float
    """Wall time of learning and ranking."""


class Judgement(msgspec.Struct, frozen=True):
    """The outcome, best NDCG last, with what it rests on."""

    events: int
    users: int
    items: int
    asked: int
    seed: int
    standings: tuple[Standing, ...]


class _Lists(msgspec.Struct, frozen=True):
    """What one model recommended."""

    places: NDArray[np.int64]
    """`[asked]` where the item came, 0 for first."""
    utility: NDArray[np.float64]
    """`[asked]` mean true utility of the ten."""
    seconds: float


class _Case(msgspec.Struct, frozen=True):
    """One user asked about."""

    query: Query
    target: int
    utility: NDArray[np.floating]


def judge(
    data: Interactions,
    truth: Truth,
    entrants: Sequence[Contender],
    *,
    seed: int = 0,
    most: int = 6000,
    watch: Watch | None = None,
) -> Judgement:
    """Train the entrants and hold them against the perfect model and a random list.

    At most `most` users are asked about, drawn by the seed. Raises ValueError where nobody can be
    asked or a recipe refuses the data.
    """
    watch = watch or _unwatched
    split = _sampled(one_new_item(data, seed), most, seed)
    if not len(split.truth):
        raise ValueError(
            "No user has a new item in the newest tenth of the events: nothing to find."
        )
    cases = _cases(split, truth, watch)
    lists = {one.name: _lists(one, split, cases, seed, watch) for one in entrants}
    ceiling = _ceiling(split, truth, cases, watch)
    chance = _ranked(random_order(split.train, seed), cases)
    best = np.array([_worth(case.utility, case) for case in cases])
    found = [
        _standing(name, each, ceiling, chance, best)
        for name, each in {**lists, CEILING: ceiling}.items()
    ]
    return Judgement(
        events=len(data),
        users=len(data.users),
        items=len(data.items),
        asked=len(cases),
        seed=seed,
        standings=tuple(sorted(found, key=lambda one: one.ndcg)),
    )


def _sampled(split: Split, most: int, seed: int) -> Split:
    """The same training data, and fewer users to ask about."""
    users = split.users
    if len(users) <= most:
        return split
    chosen = np.zeros(len(split.truth.users), bool)
    chosen[np.random.default_rng(seed).choice(users, most, replace=False)] = True
    kept = split.truth.where(chosen[split.truth.user_of_rows()])
    return msgspec.structs.replace(split, truth=kept)


def _cases(split: Split, truth: Truth, watch: Watch) -> list[_Case]:
    cases = []
    asked = queries(split, RecipeType.USER_PERSONALIZATION)
    for number, (user, query) in enumerate(zip(split.users, asked, strict=True)):
        if number % 100 == 0:
            watch("truth", number / len(split.users), "true utilities")
        utility = truth.utility(split.truth.users[int(user)], int(query.now))
        target = int(split.truth.item[split.truth.offsets[user]])
        cases.append(_Case(query, target, utility))
    watch("truth", 1.0, "true utilities")
    return cases


def _lists(one: Contender, split: Split, cases: list[_Case], seed: int, watch: Watch) -> _Lists:
    start = time.perf_counter()
    score = one.fit(split.train, seed, lambda share, words: watch(one.name, 0.8 * share, words))
    watch(one.name, 0.8, "ranking")
    ranked = _ranked(_about_last(score) if one.related else score, cases)
    watch(one.name, 1.0, "done")
    return msgspec.structs.replace(ranked, seconds=time.perf_counter() - start)


def _about_last(score: Score) -> Score:
    return lambda query: score(msgspec.structs.replace(query, item=int(query.history[-1])))


def _ceiling(split: Split, truth: Truth, cases: list[_Case], watch: Watch) -> _Lists:
    """Places by the true probabilities, utility by the true utilities: no list can be better."""
    start = time.perf_counter()
    places = []
    given = split.given
    for number, (user, case) in enumerate(zip(split.users, cases, strict=True)):
        if number % 100 == 0:
            watch(CEILING, number / len(cases), "true probabilities")
        rows = given.rows_of(int(user))
        odds = truth.next_item(
            given.users[int(user)],
            given.item[rows].astype(np.int64),
            [given.event_types[kind] for kind in given.event_type[rows].tolist()],
            given.timestamp[rows],
            int(case.query.now),
        )
        places.append(place(_unseen(odds, case), case.target))
    watch(CEILING, 1.0, "done")
    best = np.array([_worth(case.utility, case) for case in cases])
    return _Lists(np.array(places), best, time.perf_counter() - start)


def _ranked(score: Score, cases: list[_Case]) -> _Lists:
    places, utility = [], []
    for case in cases:
        scores = score(case.query)
        places.append(place(_unseen(scores, case), case.target))
        utility.append(_worth(scores, case))
    return _Lists(np.array(places), np.array(utility), 0.0)


def _unseen(scores: NDArray[np.floating], case: _Case) -> NDArray[np.float64]:
    kept = scores.astype(np.float64)
    kept[case.query.history] = -np.inf
    return kept


def _worth(scores: NDArray[np.floating], case: _Case) -> float:
    """Mean true utility of the ten best by these scores, of those on sale and never had."""
    kept = np.where(case.utility > -np.inf, _unseen(scores, case), -np.inf)
    return float(case.utility[top(kept, CUTOFF)].mean())


def _standing(
    name: str, lists: _Lists, ceiling: _Lists, chance: _Lists, best: NDArray[np.float64]
) -> Standing:
    gains = _gains(lists.places)
    regret = best - lists.utility
    return Standing(
        model=name,
        hit_rate=float((lists.places < CUTOFF).mean()),
        ndcg=float(gains.mean()),
        ndcg_error=_error(gains),
        of_ceiling=float(gains.mean() / max(_gains(ceiling.places).mean(), 1e-12)),
        utility=float(lists.utility.mean()),
        regret=float(regret.mean()),
        regret_error=_error(regret),
        regret_share=float(regret.mean() / max((best - chance.utility).mean(), 1e-12)),
        seconds=round(lists.seconds, 2),
    )


def _gains(places: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(places < CUTOFF, 1.0 / np.log2(places + 2.0), 0.0)


def _error(values: NDArray[np.float64]) -> float:
    """Standard error of the mean."""
    return float(values.std() / np.sqrt(len(values)))


def _unwatched(name: str, share: float, words: str) -> None:
    """Progress that nobody watches."""
