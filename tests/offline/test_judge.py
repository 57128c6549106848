"""A world small enough to know what every model must score."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.offline import Contender, Fitted, Judgement, Standing, contenders, judge
from aisle.offline.simulated import KNOWS_NEXT, KNOWS_TASTE
from aisle.recipes.base import Progress, Query, TrainingData

ITEMS = 40
USERS = 120
STEP = 0.05


class Ladder:
    """Everybody wants the items in the order of their codes, but not by much."""

    def utility(self, user: str, now: int) -> NDArray[np.floating]:
        del user, now
        return np.asarray(-np.arange(ITEMS) * STEP)

    def next_item(
        self,
        user: str,
        items: NDArray[np.int64],
        kinds: Sequence[str],
        times: NDArray[np.int64],
        now: int,
    ) -> NDArray[np.floating]:
        assert len(items) == len(kinds) == len(times)
        assert (times < now).all()
        odds = np.exp(self.utility(user, now))
        odds[items] = 0.0
        return np.asarray(odds / odds.sum())


@pytest.fixture(scope="module")
def data() -> Interactions:
    rng = np.random.default_rng(1)
    rows = []
    for user in range(USERS):
        order = np.argsort(np.arange(ITEMS) * STEP - rng.gumbel(size=ITEMS))[:8]
        rows += [(f"u{user:03}", f"i{item:02}", n * 1000 + user) for n, item in enumerate(order)]
    rows += [("early", f"i{item:02}", 0) for item in range(ITEMS)]
    return Interactions.from_frame(
        pl.DataFrame(rows, schema=["USER_ID", "ITEM_ID", "TIMESTAMP"], orient="row")
    )


def scored(name: str, scores: NDArray[np.floating]) -> Contender:
    def fit(data: TrainingData, seed: int, progress: Progress) -> Fitted:
        del seed, progress

        def score(query: Query) -> NDArray[np.floating]:
            del query
            return scores

        return Fitted(score, data.interactions.items)

    return Contender(name, fit)


@pytest.fixture(scope="module")
def found(data: Interactions) -> Judgement:
    knowing = scored("knowing", -np.arange(ITEMS) * STEP)
    contrary = scored("contrary", np.arange(ITEMS) * STEP)
    entrants = [knowing, contrary, *contenders(("random", "popularity"))]
    return judge(data, Ladder(), entrants, seed=0)


def standing(found: Judgement, name: str) -> Standing:
    return next(one for one in found.standings if one.model == name)


def test_a_model_that_knows_the_truth_reaches_the_ceiling(found: Judgement) -> None:
    knowing, ceiling = standing(found, "knowing"), standing(found, KNOWS_NEXT)
    assert knowing.ndcg == ceiling.ndcg
    assert knowing.of_ceiling == ceiling.of_ceiling == 1.0
    assert knowing.regret == standing(found, KNOWS_TASTE).regret == 0.0


def test_regret_is_the_distance_in_utility_from_the_ten_best(found: Judgement) -> None:
    contrary = standing(found, "contrary")
    assert contrary.utility == pytest.approx(-np.arange(30, 40).mean() * STEP, abs=0.05)
    assert contrary.regret == pytest.approx(
        standing(found, "knowing").utility - contrary.utility, abs=1e-9
    )
    assert contrary.hit_rate < standing(found, KNOWS_NEXT).hit_rate / 2


def test_chance_has_the_whole_regret_of_chance(found: Judgement) -> None:
    assert standing(found, "random").regret_share == pytest.approx(1.0, abs=1e-9)
    assert standing(found, "contrary").regret_share > 1.5


def test_popularity_lies_between_chance_and_the_ceiling(found: Judgement) -> None:
    names = [one.model for one in found.standings]
    assert names.index("random") < names.index("popularity") <= names.index(KNOWS_NEXT)
    assert 0.0 < standing(found, "popularity").regret_share < 0.5


def test_no_more_users_are_asked_than_wanted_and_the_seed_says_who(data: Interactions) -> None:
    entrants = [scored("knowing", -np.arange(ITEMS) * STEP)]
    first, same, other = (judge(data, Ladder(), entrants, seed=seed, most=30) for seed in (1, 1, 2))
    assert first.asked == 30
    assert [one.ndcg for one in first.standings] == [one.ndcg for one in same.standings]
    assert [one.ndcg for one in first.standings] != [one.ndcg for one in other.standings]


def test_a_recipe_that_refuses_the_data_is_named_and_the_others_go_on(data: Interactions) -> None:
    found = judge(data, Ladder(), contenders(("aws-user-personalization", "popularity")))
    (refusal,) = found.refusals
    assert refusal.model == "aws-user-personalization"
    assert "fewer than 1000 interactions" in refusal.reason
    assert {one.model for one in found.standings} == {"popularity", KNOWS_NEXT, KNOWS_TASTE}


class Torn(Ladder):
    """What comes next has nothing to do with what is liked."""

    def next_item(
        self,
        user: str,
        items: NDArray[np.int64],
        kinds: Sequence[str],
        times: NDArray[np.int64],
        now: int,
    ) -> NDArray[np.floating]:
        odds = super().next_item(user, items, kinds, times, now)
        return np.asarray(odds[::-1])


def test_the_two_lists_that_know_are_each_best_at_their_own(data: Interactions) -> None:
    found = judge(data, Torn(), contenders(("random",)))
    assert standing(found, KNOWS_TASTE).regret == 0.0
    assert standing(found, KNOWS_NEXT).regret > standing(found, "random").regret
    assert standing(found, KNOWS_NEXT).of_ceiling == 1.0


def test_an_unknown_model_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"No model is called aws-magic.*item-knn.*aws-sims"):
        contenders(("aws-magic",))


def test_data_without_a_new_item_are_refused() -> None:
    once = Interactions.from_frame(
        pl.DataFrame({"USER_ID": ["a", "a"], "ITEM_ID": ["x", "x"], "TIMESTAMP": [1, 2]})
    )
    with pytest.raises(ValueError, match="No user has a new item"):
        judge(once, Ladder(), contenders(("random",)))
