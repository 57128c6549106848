from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from allstore.experiments.interleaving import Interleaved, team_draft

LIST = st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=10)
SEED = st.integers(0, 2**64 - 1)


def of(team: int, drafted: Interleaved) -> list[str]:
    return [each for each, side in zip(drafted.ids, drafted.teams, strict=True) if side == team]


@settings(max_examples=25)
@given(LIST, LIST, st.integers(0, 12), SEED)
def test_each_team_keeps_the_order_of_its_list(
    first: list[str], second: list[str], count: int, seed: int
) -> None:
    drafted = team_draft(first, second, count, seed)
    for team, source in enumerate((first, second)):
        picked = of(team, drafted)
        assert picked == [each for each in source if each in picked]


@settings(max_examples=25)
@given(LIST, LIST, st.integers(0, 12), SEED)
def test_each_pick_is_the_best_that_its_list_has_left(
    first: list[str], second: list[str], count: int, seed: int
) -> None:
    drafted = team_draft(first, second, count, seed)
    for at, (picked, team) in enumerate(zip(drafted.ids, drafted.teams, strict=True)):
        left = [each for each in (first, second)[team] if each not in drafted.ids[:at]]
        assert picked == left[0]


@settings(max_examples=25)
@given(LIST, LIST, st.integers(0, 12), SEED)
def test_no_team_is_ever_more_than_one_item_ahead(
    first: list[str], second: list[str], count: int, seed: int
) -> None:
    teams = team_draft(first, second, count, seed).teams
    for end in range(len(teams) + 1):
        assert abs(2 * sum(teams[:end]) - end) <= 1


@settings(max_examples=25)
@given(LIST, LIST, st.integers(0, 12), SEED)
def test_no_item_is_there_twice_and_the_list_is_as_long_as_it_can_be(
    first: list[str], second: list[str], count: int, seed: int
) -> None:
    drafted = team_draft(first, second, count, seed)
    assert len(set(drafted.ids)) == len(drafted.ids) <= count
    assert len(drafted.ids) >= min(count, len(first), len(second))


@settings(max_examples=25)
@given(LIST, LIST, SEED)
def test_the_same_seed_drafts_the_same_list(first: list[str], second: list[str], seed: int) -> None:
    assert team_draft(first, second, 8, seed) == team_draft(first, second, 8, seed)


def test_the_first_pick_is_a_fair_coin() -> None:
    firsts = Counter(team_draft("abc", "xyz", 3, seed).teams[0] for seed in range(2000))
    assert stats.binomtest(firsts[0], 2000).pvalue > 0.001
