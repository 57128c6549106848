"""The values of placeholders, as requests bring them."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.filters.parsing import parse_filter
from aisle.filters.values import filled, read_values
from aisle.records.errors import InvalidInputException
from expressions import number_text, numbers, quoted


@given(
    st.lists(st.tuples(st.text(max_size=8), st.sampled_from("\"'")), min_size=1, max_size=4),
    st.sampled_from([",", " , ", ",\n"]),
)
def test_quoted_values_come_back_as_they_were(
    values: Sequence[tuple[str, str]], comma: str
) -> None:
    text = comma.join(quoted(value, quote) for value, quote in values)
    assert [literal.text for literal in read_values("P", text)] == [value for value, _ in values]


@given(numbers)
def test_numbers_may_come_bare_or_quoted(value: float) -> None:
    for text in (number_text(value), quoted(number_text(value))):
        (literal,) = read_values("P", text)
        assert literal.number == value


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("", 1),
        ("Action", 1),
        ('"Action', 1),
        ('"a",', 5),
        ('"a" "b"', 1),
        ('"a",,"b"', 5),
        ("1e", 1),
        ("$OTHER", 1),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_the_place(text: str, character: int) -> None:
    with pytest.raises(InvalidInputException, match=rf"value of GENRE .*character {character} "):
        read_values("GENRE", text)


TWO = 'INCLUDE ItemID WHERE Items.A IN ($A, "x") | EXCLUDE ItemID WHERE Items.B > $B'


def test_values_take_the_place_of_their_names() -> None:
    assert str(filled(parse_filter(TWO), {"A": '"1","2"', "B": "7"})) == (
        'INCLUDE ItemID WHERE Items.A IN ("1", "2", "x") | EXCLUDE ItemID WHERE Items.B > 7'
    )


def test_an_exclude_without_its_value_is_left_out() -> None:
    only = str(filled(parse_filter(TWO), {"A": '"1"'}))
    assert only == 'INCLUDE ItemID WHERE Items.A IN ("1", "x")'


def test_an_include_needs_its_value() -> None:
    with pytest.raises(InvalidInputException, match="no value for the parameter A"):
        filled(parse_filter(TWO), {"B": "7"})


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(InvalidInputException, match="no parameter a; it has A, B"):
        filled(parse_filter(TWO), {"A": '"1"', "a": '"1"'})


def test_a_comparison_takes_one_value() -> None:
    with pytest.raises(InvalidInputException, match=r"Items\.B > takes one value; B has 2"):
        filled(parse_filter(TWO), {"A": '"1"', "B": "7, 8"})
