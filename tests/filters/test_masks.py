"""Masks against the oracle: random catalogues, random expressions, random requests."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aisle.filters.masks import Masks, Request, Row
from aisle.filters.parsing import parse_filter
from aisle.filters.values import filled
from aisle.records.errors import InvalidInputException
from expressions import Part, allowed, filters, parameters, spelled
from worlds import SCHEMAS, catalogue, worlds


@settings(max_examples=120)
@given(st.data(), filters, st.integers(0, 1 << 30))
def test_masks_are_what_the_oracle_says(
    data: st.DataObject, parts: Sequence[Part], seed: int
) -> None:
    world, request = data.draw(worlds(parts[0].subject))
    wire, values = data.draw(parameters(parts))
    chosen = filled(parse_filter(spelled(parts, seed)), wire)
    masks = Masks()
    expected = allowed(parts, world, values, request.size)
    assert masks.allowed(chosen, request).tolist() == expected
    assert masks.allowed(chosen, request).tolist() == expected  # now from what was kept


ITEMS = catalogue(
    SCHEMAS["ItemID"],
    [
        {"GENRES": ["red", "it's"], "COLOUR": ["red"], "PRICE": [1.0], "YEAR": [1990.0]},
        {"GENRES": ["Red"], "COLOUR": [], "PRICE": [], "YEAR": [1990.0]},
    ],
)


def left(expression: str, *, masks: Masks | None = None, item: int = -1) -> list[bool]:
    """What an expression leaves of the two items and of a third that only a model knows."""
    request = Request(
        size=3,
        catalogue=ITEMS,
        events=lambda kinds: np.array([0] if kinds is None or "view" in kinds else [], np.int64),
        item=Row(ITEMS, item),
    )
    return [bool(kept) for kept in (masks or Masks()).allowed(parse_filter(expression), request)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('INCLUDE ItemID WHERE Items.GENRES IN ("red")', [True, False, False]),
        ('INCLUDE ItemID WHERE Items.GENRES NOT IN ("red")', [False, True, True]),
        ('EXCLUDE ItemID WHERE Items.GENRES IN ("red")', [False, True, True]),
        ("INCLUDE ItemID WHERE Items.PRICE != 2", [True, True, True]),
        ("INCLUDE ItemID WHERE Items.PRICE < 2", [True, False, False]),
        ('INCLUDE ItemID WHERE Items.ITEM_ID IN ("id-1")', [False, True, False]),
        ('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("VIEW")', [False, True, True]),
        ('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Purchase")', [True, True, True]),
        ("INCLUDE ItemID WHERE Items.PRICE < 2 IF CurrentUser.AGE > 1", [True, True, True]),
    ],
)
def test_null_is_in_nothing_and_so_not_in_anything(expression: str, expected: list[bool]) -> None:
    assert left(expression) == expected


@pytest.mark.parametrize(
    ("sign", "below", "same", "above"),
    [
        ("<", False, False, True),
        ("<=", False, True, True),
        (">", True, False, False),
        (">=", True, True, False),
        ("=", False, True, False),
        ("!=", True, False, True),
    ],
)
def test_a_price_of_one_beside_less_itself_and_more(
    sign: str, *, below: bool, same: bool, above: bool
) -> None:
    for value, expected in ((0.5, below), (1, same), (1.5, above)):
        assert left(f"INCLUDE ItemID WHERE Items.PRICE {sign} {value}")[0] is expected


def test_an_item_that_is_asked_about_but_unknown_is_like_none() -> None:
    text = "INCLUDE ItemID WHERE Items.YEAR = CurrentItem.YEAR"
    assert left(text, item=1) == [True, True, False]
    assert left(text, item=-1) == [False, False, False]


def test_a_value_that_is_no_number_is_refused_by_its_parameter() -> None:
    chosen = filled(parse_filter("INCLUDE ItemID WHERE Items.PRICE < $MOST"), {"MOST": '"much"'})
    with pytest.raises(InvalidInputException, match=r'Items\.PRICE holds numbers; MOST is "much"'):
        Masks().allowed(chosen, Request(2, ITEMS, lambda _: np.zeros(0, np.int64)))


def test_kept_masks_stay_within_their_bytes_and_right() -> None:
    masks = Masks(most_bytes=5)
    for year in (1980, 1990, 2000, 1990):
        expected = [year == 1990, year == 1990, False]
        assert left(f"INCLUDE ItemID WHERE Items.YEAR = {year}", masks=masks) == expected
