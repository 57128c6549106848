import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.data.interactions import Interactions
from aisle.evaluation.splits import Split, leave_one_out, one_new_item, personalize


def of_lengths(lengths: list[int]) -> Interactions:
    """Users with that many events each; an event's item is its number within the user."""
    events = [
        (f"u{user:03}", f"i{n:03}", n) for user, count in enumerate(lengths) for n in range(count)
    ]
    return Interactions.from_frame(
        pl.DataFrame(events, schema=["USER_ID", "ITEM_ID", "TIMESTAMP"], orient="row")
    )


def events(part: Interactions, user: int) -> list[int]:
    return [int(time) for time in part.timestamp[part.rows_of(user)]]


@pytest.fixture
def split() -> Split:
    return personalize(of_lengths([1, 2, 9, 10, 19, 20, 35] * 10), seed=3)


def test_a_tenth_of_the_users_with_two_events_is_held_out(split: Split) -> None:
    assert len(split.users) == 6
    assert all(user % 7 for user in split.users)


def test_the_oldest_nine_tenths_are_given_and_the_newest_tenth_is_truth(split: Split) -> None:
    for user in split.users:
        count = [1, 2, 9, 10, 19, 20, 35][user % 7]
        newest = max(1, count // 10)
        assert events(split.given, user) == list(range(count - newest))
        assert events(split.truth, user) == list(range(count - newest, count))
        assert events(split.train, user) == []


def test_the_other_users_are_learnt_from_whole(split: Split) -> None:
    for user in set(range(70)) - set(split.users.tolist()):
        assert len(events(split.train, user)) == [1, 2, 9, 10, 19, 20, 35][user % 7]
        assert events(split.given, user) == events(split.truth, user) == []


def test_the_seed_decides_who_is_held_out() -> None:
    data = of_lengths([5] * 100)
    assert personalize(data, 1).users.tolist() == personalize(data, 1).users.tolist()
    assert personalize(data, 1).users.tolist() != personalize(data, 2).users.tolist()


def test_at_least_one_user_is_held_out_where_one_can_be() -> None:
    assert len(personalize(of_lengths([2, 1, 1]), 0).users) == 1
    assert len(personalize(of_lengths([1, 1]), 0).users) == 0


def test_no_more_users_are_held_out_than_may_be_asked() -> None:
    data = of_lengths([5] * 100)
    assert len(personalize(data, seed=0, most=4).users) == 4
    assert len(personalize(data, seed=0, most=50).users) == 10


def test_leave_one_out_asks_for_the_last_event() -> None:
    split = leave_one_out(of_lengths([3, 1, 2]))
    assert [events(split.given, user) for user in range(3)] == [[0, 1], [0], [0]]
    assert [events(split.truth, user) for user in range(3)] == [[2], [], [1]]
    assert np.array_equal(split.train.item, split.given.item)


def test_leave_one_out_one_back_asks_for_the_event_before() -> None:
    split = leave_one_out(of_lengths([3, 1, 2]), back=1)
    assert [events(split.given, user) for user in range(3)] == [[0], [], [0]]
    assert [events(split.truth, user) for user in range(3)] == [[1], [], []]


HISTORIES = st.lists(st.lists(st.integers(0, 4), max_size=8), min_size=1, max_size=6)


@given(HISTORIES, st.integers(0, 3))
def test_one_new_item_asks_for_a_later_item_that_the_user_had_not_had(
    histories: list[list[int]], seed: int
) -> None:
    data = of_items(histories)
    split = one_new_item(data, seed, share=0.5)
    times = [time for items in histories for time in range(len(items))]
    limit = np.quantile(times, 0.5) if times else 0
    for user, name in enumerate(data.users):
        items = histories[int(name[1:])]
        rows = range(1, len(items))
        new = [row for row in rows if items[row] not in items[:row] and row > limit]
        asked = events(split.truth, user)
        assert len(asked) == bool(new)
        assert set(asked) <= set(new)
        assert events(split.given, user) == list(range(asked[0])) if asked else True
        assert events(split.train, user) == [row for row in range(len(items)) if row <= limit]


def test_every_new_item_is_asked_for_by_some_seed() -> None:
    data = of_items([[0, 1, 2, 3, 4]])
    asked = {events(one_new_item(data, seed, share=0.5).truth, 0)[0] for seed in range(40)}
    assert asked == {3, 4}


def of_items(histories: list[list[int]]) -> Interactions:
    rows = [
        (f"u{user}", f"i{item}", time)
        for user, items in enumerate(histories)
        for time, item in enumerate(items)
    ]
    return Interactions.from_frame(
        pl.DataFrame(
            rows,
            schema={"USER_ID": pl.String, "ITEM_ID": pl.String, "TIMESTAMP": pl.Int64},
            orient="row",
        )
    )


@given(lengths=st.lists(st.integers(0, 40), min_size=1, max_size=30), after=st.integers(-1, 40))
def test_after_a_time_only_later_events_are_truth(lengths: list[int], after: int) -> None:
    data = of_lengths(lengths)
    split = personalize(data, 0, share=1.0, after=after)
    told = [events(data, user) for user in range(len(data.users))]
    late = [user for user, times in enumerate(told) if len(times) > 1 and times[-1] > after]
    assert split.users.tolist() == late
    for user in late:
        most = max(1, len(told[user]) // 10)
        assert events(split.truth, user) == [at for at in told[user][-most:] if at > after]
        assert [*events(split.given, user), *events(split.truth, user)] == told[user]
