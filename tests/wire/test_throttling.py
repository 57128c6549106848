"""Request rates: never more than the rate allows, and all that it allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.records.arn import Scope
from aisle.wire.errors import ThrottlingException
from aisle.wire.throttling import ANSWERS_OF_A_CAMPAIGN, PUT_EVENTS, Throttle

CALLER = Scope("000000000000", "eu-central-1")
OTHER = Scope("111111111111", "eu-central-1")


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(throttle: Throttle, times: int, operation: str = "PutEvents", campaign: str = "") -> int:
    """How many of so many requests are let through."""
    through = 0
    for _ in range(times):
        try:
            throttle.take(CALLER, operation, {"campaign_arn": campaign})
        except ThrottlingException:
            continue
        through += 1
    return through


@given(st.lists(st.tuples(st.floats(0, 2), st.integers(0, 900)), max_size=12))
def test_no_stretch_of_time_holds_more_than_the_rate_and_one_second(
    steps: list[tuple[float, int]],
) -> None:
    clock = Clock()
    throttle = Throttle(1, clock)
    through = 0
    for pause, requests in steps:
        clock.now += pause
        through += taken(throttle, requests)
    assert through <= PUT_EVENTS * (clock.now + 1) + 1e-6


def test_a_second_lets_the_whole_rate_through_again() -> None:
    clock = Clock()
    throttle = Throttle(1, clock)
    assert taken(throttle, 1500) == PUT_EVENTS
    clock.now += 1
    assert taken(throttle, 1500) == PUT_EVENTS


def test_workers_share_the_rate() -> None:
    assert taken(Throttle(4, Clock()), 1500) == PUT_EVENTS / 4


def test_campaigns_are_counted_each_by_itself() -> None:
    throttle = Throttle(1, Clock())
    assert taken(throttle, 800, "GetRecommendations", "one") == ANSWERS_OF_A_CAMPAIGN
    assert taken(throttle, 800, "GetRecommendations", "two") == ANSWERS_OF_A_CAMPAIGN


def test_an_account_does_not_use_up_anothers_rate() -> None:
    throttle = Throttle(1, Clock())
    taken(throttle, 1500)
    throttle.take(OTHER, "PutEvents", {})


def test_describing_is_not_counted() -> None:
    assert taken(Throttle(1, Clock()), 5000, "DescribeSchema") == 5000


def test_a_refusal_names_the_rate() -> None:
    throttle = Throttle(1, Clock())
    taken(throttle, 1500)
    with pytest.raises(ThrottlingException, match="1000 PutEvents requests a second"):
        throttle.take(CALLER, "PutEvents", {})
