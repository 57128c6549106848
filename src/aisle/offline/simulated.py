"""Models against the truth of a simulation: how near they come to what a perfect one would reach.

Models learn from the events before a time. Of each user one later item that was new to the user is
to be found among all that the user never had, given all that the user did before it
(`evaluation.splits.one_new_item`). What a list is worth to the user is known exactly.
"""

import time
from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.ranking import place, top
from aisle.evaluation.splits import Split, one_new_item
from aisle.offline.baselines import random_order
from aisle.offline.contenders import Contender
from aisle.offline.fitting import Score
from aisle.offline.results import Refusal
from aisle.offline.watching import Watch, stretch, unwatched
from aisle.recipes.base import Query, RecipeType, TrainingData
from aisle.recipes.training import queries

CUTOFF = 10
KNOWS_NEXT = "knows what is next"
"""The list by the true probabilities: only chance is hidden from it."""
KNOWS_TASTE = "knows what is liked"
"""The list by the true utilities."""


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
    """`ndcg` as a share of that of the list by the true probabilities."""
    utility: float
    """True utility of the ten items, on average."""
    regret: float
    """What the ten items liked best are worth more than these."""
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
    refusals: tuple[Refusal, ...] = ()


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
    """Train the entrants and hold them against what a simulation knows.

    The aims differ: what comes next is mostly of the visit under way, what is liked is not. So
    there are two lists to compare with, `KNOWS_NEXT` and `KNOWS_TASTE`, neither best at both.

    At most `most` users are asked about, drawn by the seed. Raises ValueError where nobody can be
    asked, and the truth's KeyError for a user it does not know.
    """
    watch = watch or unwatched
    split = _sampled(one_new_item(data, seed), most, seed)
    if not len(split.truth):
        raise ValueError(
            "No user has a new item in the newest tenth of the events: nothing to find."
        )
    cases, knowing = _cases(split, truth, watch)
    lists: dict[str, _Lists] = {}
    refusals = []
    for one in entrants:
        try:
            lists[one.name] = _lists(one, split, cases, seed, watch)
        except ValueError as error:
            refusals.append(Refusal(one.name, str(error)))
    lists[KNOWS_NEXT] = knowing
    lists[KNOWS_TASTE] = _joined([_list_of(case.utility, case) for case in cases])
    chance = _ranked(random_order(split.train, seed), cases)
    return Judgement(
        events=len(data),
        users=len(data.users),
        items=len(data.items),
        asked=len(cases),
        seed=seed,
        standings=_standings(lists, chance),
        refusals=tuple(refusals),
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


def _cases(split: Split, truth: Truth, watch: Watch) -> tuple[list[_Case], _Lists]:
    """In the order of `split.users`, and the lists by the true probabilities.

    Users are taken by number where ids are numbers, which keeps those together whom a simulation
    knows together.
    """
    asked = dict(
        zip(split.users.tolist(), queries(split, RecipeType.USER_PERSONALIZATION), strict=True)
    )
    ids = split.given.users
    start = time.perf_counter()
    found: dict[int, tuple[_Case, tuple[int, float]]] = {}
    for user in sorted(asked, key=lambda user: (len(ids[user]), ids[user])):
        if len(found) % 100 == 0:
            watch("truth", len(found) / len(asked), "what is liked, and what comes next")
        found[user] = _case(split, truth, user, asked[user])
    watch("truth", 1.0, "done")
    cases, places = zip(*(found[user] for user in asked), strict=True)
    lists = _joined(list(places))
    return list(cases), msgspec.structs.replace(lists, seconds=time.perf_counter() - start)


def _case(split: Split, truth: Truth, user: int, query: Query) -> tuple[_Case, tuple[int, float]]:
    given, now = split.given, int(query.now)
    rows = given.rows_of(user)
    kinds = [given.event_types[kind] for kind in given.event_type[rows].tolist()]
    items, times = given.item[rows].astype(np.int64), given.timestamp[rows]
    case = _Case(
        query=query,
        target=int(split.truth.item[split.truth.offsets[user]]),
        utility=truth.utility(given.users[user], now).astype(np.float32),
    )
    odds = truth.next_item(given.users[user], items, kinds, times, now)
    return case, _list_of(odds, case)


def _lists(one: Contender, split: Split, cases: list[_Case], seed: int, watch: Watch) -> _Lists:
    start = time.perf_counter()
    data = TrainingData(split.train)
    score = one.fit(data, seed, stretch(watch, one.name, 0.0, 0.8)).score
    watch(one.name, 0.8, "ranking")
    ranked = _ranked(_about_last(score) if one.related else score, cases)
    watch(one.name, 1.0, "done")
    return msgspec.structs.replace(ranked, seconds=time.perf_counter() - start)


def _about_last(score: Score) -> Score:
    return lambda query: score(msgspec.structs.replace(query, item=int(query.history[-1])))


def _ranked(score: Score, cases: list[_Case]) -> _Lists:
    return _joined([_list_of(score(case.query), case) for case in cases])


def _list_of(scores: NDArray[np.floating], case: _Case) -> tuple[int, float]:
    """The target's place by these scores, and the mean true utility of the ten best of those on
    sale; what the user had takes no part.
    """
    unseen = scores.astype(np.float64)
    unseen[case.query.history] = -np.inf
    on_sale = np.where(case.utility > -np.inf, unseen, -np.inf)
    return place(unseen, case.target), float(case.utility[top(on_sale, CUTOFF)].mean())


def _joined(found: list[tuple[int, float]]) -> _Lists:
    places, utility = zip(*found, strict=True)
    return _Lists(np.array(places), np.array(utility), 0.0)


def _standings(lists: dict[str, _Lists], chance: _Lists) -> tuple[Standing, ...]:
    ceiling = float(_gains(lists[KNOWS_NEXT].places).mean())
    best = lists[KNOWS_TASTE].utility
    most = float((best - chance.utility).mean())
    found = []
    for name, each in lists.items():
        gains, regret = _gains(each.places), best - each.utility
        found.append(
            Standing(
                model=name,
                hit_rate=float((each.places < CUTOFF).mean()),
                ndcg=float(gains.mean()),
                ndcg_error=_error(gains),
                of_ceiling=float(gains.mean()) / max(ceiling, 1e-12),
                utility=float(each.utility.mean()),
                regret=float(regret.mean()),
                regret_error=_error(regret),
                regret_share=float(regret.mean()) / max(most, 1e-12),
                seconds=round(each.seconds, 2),
            )
        )
    return tuple(sorted(found, key=lambda one: one.ndcg))


def _gains(places: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(places < CUTOFF, 1.0 / np.log2(places + 2.0), 0.0)


def _error(values: NDArray[np.float64]) -> float:
    """Standard error of the mean."""
    return float(values.std() / np.sqrt(len(values)))
