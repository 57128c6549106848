"""The protocols against plain loops over each user's events."""

from collections.abc import Callable

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aisle.data.interactions import Interactions
from aisle.evaluation.held_out import HeldOut
from aisle.evaluation.protocols import Protocol, ProtocolName, Variant, hold_out

Event = tuple[int, int]
"""Time and item."""
Histories = dict[str, list[Event]]
Asked = list[tuple[str, list[int], set[int], float]]
"""User, items given, items to be found, time of the request."""

LEAVE_ONE_OUT, TIME_SPLIT, PERSONALIZE, PERCENT_HOLDOUT = ProtocolName

EVENTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 30), st.integers(0, 9)), min_size=1, max_size=40
)


def interactions(events: list[tuple[int, int, int]]) -> Interactions:
    return Interactions.from_frame(
        pl.DataFrame(
            [(f"u{user}", f"i{item}", time) for user, time, item in events],
            schema={"USER_ID": pl.String, "ITEM_ID": pl.String, "TIMESTAMP": pl.Int64},
            orient="row",
        )
    )


def histories(events: list[tuple[int, int, int]]) -> Histories:
    found: Histories = {}
    for user, time, item in events:
        found.setdefault(f"u{user}", []).append((time, item))
    return {user: sorted(found[user], key=lambda event: event[0]) for user in sorted(found)}


def asked(held: HeldOut) -> Asked:
    names = list(held.events.items)
    found = []
    for question in range(len(held)):
        given = [int(names[code][1:]) for code in held.events.item[held.history(question)]]
        start, stop = held.truth_offsets[question : question + 2]
        truth = {int(names[code][1:]) for code in held.truth[start:stop]}
        user = held.events.users[int(held.user[question])]
        found.append((user, given, truth, float(held.now[question])))
    return found


def trained(held: HeldOut) -> set[str]:
    return {held.train.items[int(code)] for code in held.train.item}


Cut = Callable[[Histories], list[tuple[str, int, int]]]
"""User, events given, and the end of what is to be found."""


def last(data: Histories) -> list[tuple[str, int, int]]:
    return [(user, len(one) - 1, len(one)) for user, one in data.items()]


def after(data: Histories, variant: Variant) -> list[tuple[str, int, int]]:
    time = np.quantile([time for one in data.values() for time, _ in one], 0.9)
    found = []
    for user, one in data.items():
        later = [at for at, (when, _) in enumerate(one) if when > time]
        chosen = {Variant.FIRST: later[:1], Variant.LAST: later[-1:], Variant.SUCCESSIVE: later}
        found += [(user, at, at + 1) for at in chosen[variant]]
    return found


def newest_tenth(data: Histories) -> list[tuple[str, int, int]]:
    found = []
    for user, one in data.items():
        held = [rank for rank in range(1, len(one) + 1) if rank / len(one) > 0.9]
        found.append((user, held[0] - 1, len(one)))
    return found


def expected(data: Histories, cuts: list[tuple[str, int, int]], *, seen: bool) -> Asked:
    """What remains to be asked where every item may be asked for."""
    found: Asked = []
    for user, stop, end in cuts:
        given = [item for _, item in data[user][:stop]]
        truth = {item for _, item in data[user][stop:end]}
        truth -= set() if seen else set(given)
        if given and truth:
            found.append((user, given, truth, float(data[user][stop][0])))
    return found


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize(
    ("protocol", "cut"),
    [
        (Protocol(name=LEAVE_ONE_OUT, keep_unseen=True), last),
        (Protocol(name=PERCENT_HOLDOUT), newest_tenth),
        (Protocol(name=TIME_SPLIT, core=1), lambda data: after(data, Variant.FIRST)),
        (
            Protocol(name=TIME_SPLIT, core=1, variant=Variant.LAST),
            lambda data: after(data, Variant.LAST),
        ),
        (
            Protocol(name=TIME_SPLIT, core=1, variant=Variant.SUCCESSIVE),
            lambda data: after(data, Variant.SUCCESSIVE),
        ),
    ],
)
@settings(max_examples=20)
@given(events=EVENTS)
def test_what_is_given_and_what_is_to_be_found(
    protocol: Protocol, cut: Cut, seen: bool, events: list[tuple[int, int, int]]
) -> None:
    data = histories(events)
    wanted = expected(data, cut(data), seen=seen)
    protocol = msgspec.structs.replace(protocol, keep_seen=seen)
    if wanted:
        assert asked(hold_out(interactions(events), protocol)) == wanted
    else:
        with pytest.raises(ValueError, match="nobody to ask"):
            hold_out(interactions(events), protocol)


@settings(max_examples=30)
@given(events=EVENTS)
def test_leave_one_out_drops_what_nobody_had_before(events: list[tuple[int, int, int]]) -> None:
    every = Protocol(name=LEAVE_ONE_OUT, keep_unseen=True)
    try:
        whole = hold_out(interactions(events), every)
    except ValueError:
        return
    known = {int(name[1:]) for name in trained(whole)}
    wanted = [one for one in asked(whole) if one[2] <= known]
    if wanted:
        held = hold_out(interactions(events), Protocol(name=LEAVE_ONE_OUT))
        assert asked(held) == wanted
        assert held.left_out.unseen == len(asked(whole)) - len(wanted)


def rows(count: int) -> list[tuple[int, int, int]]:
    """Users with ten to nineteen events, each of another item."""
    return [(user, time, time) for user in range(count) for time in range(10 + user % 10)]


def test_personalize_asks_a_tenth_of_the_users_for_the_newest_tenth_of_their_events() -> None:
    held = hold_out(interactions(rows(50)), Protocol(name=PERSONALIZE, seed=3))
    assert held.keep_seen
    assert len(held) == 5
    for user, before, truth, now in asked(held):
        count = 10 + int(user[1:]) % 10
        assert before == list(range(count - 1))
        assert truth == {count - 1}
        assert now == count - 1
    users = held.train.user_of_rows()
    assert not set(held.user.tolist()) & set(users.tolist())
    assert len(held.train) == len(held.events) - sum(
        len(one[1]) + len(one[2]) for one in asked(held)
    )


def test_the_seed_draws_the_users_of_personalize() -> None:
    data = interactions(rows(50))
    drawn = [
        hold_out(data, Protocol(name=PERSONALIZE, seed=seed)).user.tolist() for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_protocol_that_is_blind_asks_at_the_time_of_the_last_event_given() -> None:
    events = [(0, 5, 1), (0, 9, 2), (1, 1, 2), (1, 2, 1)]
    for target_time, now in ((True, [9.0, 2.0]), (False, [5.0, 1.0])):
        held = hold_out(interactions(events), Protocol(name=LEAVE_ONE_OUT, target_time=target_time))
        assert held.now.tolist() == now
        assert held.target_time is target_time


def test_held_out_again_it_is_the_validation_one_step_back() -> None:
    data = interactions([(user, time, (user + time) % 5) for user in range(5) for time in range(5)])
    protocol = Protocol(name=LEAVE_ONE_OUT)
    back = hold_out(hold_out(data, protocol).train, protocol)
    orders = [[(user + time) % 5 for time in range(4)] for user in range(5)]
    assert [one[1:3] for one in asked(back)] == [(one[:3], {one[3]}) for one in orders]


def test_the_time_split_is_of_the_five_core() -> None:
    sparse = [(9, 100, 3), (9, 101, 4)]
    dense = [(user, time, time % 5) for user in range(5) for time in range(10)]
    held = hold_out(interactions(dense + sparse), Protocol(name=TIME_SPLIT, keep_seen=True))
    assert list(held.events.users) == [f"u{user}" for user in range(5)]
    assert {one[0] for one in asked(held)} == set(held.events.users)


def test_fewer_users_are_drawn_with_all_their_questions() -> None:
    data = interactions([(user, time, time) for user in range(8) for time in range(20)])
    held = hold_out(data, Protocol(name=TIME_SPLIT, core=1, variant=Variant.SUCCESSIVE))
    few = held.at_most(3, seed=1)
    chosen = {one[0] for one in asked(few)}
    assert len(chosen) == 3
    assert asked(few) == [one for one in asked(held) if one[0] in chosen]


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=r"share must be between 0 and 1; found"):
        Protocol(name=TIME_SPLIT, share=share)


@settings(max_examples=30)
@given(EVENTS, st.integers(1, 4))
def test_the_core_is_what_is_left_when_rare_ones_are_dropped_until_none_is(
    events: list[tuple[int, int, int]], least: int
) -> None:
    left = list(events)
    while True:
        users = [user for user, _, _ in left]
        items = [item for _, _, item in left]
        kept = [
            one for one in left if users.count(one[0]) >= least and items.count(one[2]) >= least
        ]
        if kept == left:
            break
        left = kept
    core = interactions(events).core(least)
    found = [
        (core.users[int(user)], core.items[int(item)])
        for user, item in zip(core.user_of_rows(), core.item, strict=True)
    ]
    assert sorted(found) == sorted((f"u{user}", f"i{item}") for user, _, item in left)
    assert len(core.users) == len({user for user, _, _ in left})
    assert len(core.items) == len({item for _, _, item in left})
