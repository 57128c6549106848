"""Promotions: https://docs.aws.amazon.com/personalize/latest/dg/promoting-items.html."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import msgspec

from aisle.records.errors import InvalidInputException


class Promotion(msgspec.Struct, frozen=True):
    """What a request wants to see promoted."""

    name: str | None
    percent: int
    filter_arn: str
    filter_values: Mapping[str, str]

    def places(self, count: int) -> int:
        """How many of so many places go to promoted items: the percentage, rounded up."""
        return ceil(count * self.percent / 100)


def promotion_of(promotions: Sequence[Mapping[str, Any]] | None) -> Promotion | None:
    """The one promotion of a request; raises InvalidInputException where it lacks a member."""
    if not promotions:
        return None
    given = promotions[0]
    for member in ("filterArn", "percentPromotedItems"):
        if given.get(member) is None:
            raise InvalidInputException(f"promotions needs a {member} in each promotion.")
    return Promotion(
        given.get("name"),
        given["percentPromotedItems"],
        given["filterArn"],
        given.get("filterValues") or {},
    )
