"""Request rates as the service allows them, in force where they are asked for.

https://docs.aws.amazon.com/personalize/latest/dg/limits.html
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping

from aisle.records.arn import Scope
from aisle.wire.errors import ThrottlingException

ANSWERS = ("GetRecommendations", "GetPersonalizedRanking", "GetActionRecommendations")
ANSWERS_OF_AN_ACCOUNT = 2500.0
ANSWERS_OF_A_CAMPAIGN = 500.0
PUT_EVENTS = 1000.0
"""Requests a second."""

_MOST_BUCKETS = 10_000


class Throttle:
    """A token bucket for each account and campaign; each holds a second's worth of requests.

    A worker allows its share of a rate, so that `workers` equal ones together allow all of it.
    """

    def __init__(self, workers: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._workers = workers
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, caller: Scope, operation: str, arguments: Mapping[str, object]) -> None:
        """Count a request; raises ThrottlingException where it is one too many."""
        if operation == "PutEvents":
            self._take(f"{PUT_EVENTS:.0f} PutEvents requests", PUT_EVENTS, caller)
        elif operation in ANSWERS:
            self._take("2500 requests of an account", ANSWERS_OF_AN_ACCOUNT, caller)
            campaign = arguments.get("campaign_arn") or arguments.get("recommender_arn")
            self._take("500 requests of a campaign", ANSWERS_OF_A_CAMPAIGN, (caller, campaign))

    def _take(self, rule: str, rate: float, whose: Hashable) -> None:
        share = max(rate / self._workers, 1.0)
        now = self._clock()
        key = (rule, whose)
        left, at = self._buckets.pop(key, (share, now))
        left = min(share, left + (now - at) * share)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        while len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        if not allowed:
            raise ThrottlingException(f"Rate exceeded: {rule} a second.")
