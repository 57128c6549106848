"""Reading filter expressions, and messages that point at what cannot be read."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.filters.parsing import parse_filter
from aisle.records.errors import InvalidInputException
from expressions import Part, filters, plain_text, spelled


@given(filters, st.integers(0, 1 << 30))
def test_any_spelling_reads_as_the_canonical_one(parts: Sequence[Part], seed: int) -> None:
    read = str(parse_filter(spelled(parts, seed)))
    assert read.upper().replace("_", "") == plain_text(parts).upper().replace("_", "")


@given(filters)
def test_the_canonical_text_reads_as_itself(parts: Sequence[Part]) -> None:
    text = plain_text(parts)
    assert str(parse_filter(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")',
        (
            "INCLUDE ItemID WHERE ITEMS.CATEGORY_L1 IN CurrentItem.CATEGORY_L1 | "
            'EXCLUDE ItemID WHERE INTERACTIONS.event_type IN ("Purchase")'
        ),
        "INCLUDE ItemID WHERE Items.YEAR >= 1970 AND Items.YEAR < 1980",
        'INCLUDE ItemID WHERE Items.CATEGORY IN ("shoes") IF CurrentUser.AGE > 18',
        "INCLUDE UserID WHERE Users.MEMBERSHIP_STATUS IN ($MEMBERSHIP)",
        "EXCLUDE UserID WHERE Users.AGE < $AGE",
        'EXCLUDE ItemID WHERE Items.CATEGORY_L1 IN ("shoe") AND Items.CATEGORY_L2 NOT IN ("boot")',
        "INCLUDE ActionID WHERE Action.LEVEL IN ($A, $B) IF CurrentUser.MEMBERSHIP = $PREMIUM",
        "INCLUDE ItemID WHERE Items.PRICE < -0.5 OR Items.PRICE > 1e3 AND Items.PRICE != .5",
    ],
)
def test_the_services_own_examples_are_read(text: str) -> None:
    assert str(parse_filter(text)) == text


def test_a_placeholder_stands_with_or_without_parentheses() -> None:
    bare = parse_filter("INCLUDE ActionID WHERE Actions.VALUE > $VALUE")
    assert str(parse_filter("INCLUDE ActionID WHERE Actions.VALUE > ($VALUE)")) == str(bare)
    listed = parse_filter("INCLUDE ItemID WHERE Items.GENRE IN ($G)")
    assert str(parse_filter("INCLUDE ItemID WHERE Items.GENRE IN $G")) == str(listed)


def test_and_binds_more_tightly_than_or() -> None:
    (expression,) = parse_filter(
        "INCLUDE ItemID WHERE Items.A = 1 OR Items.B = 2 AND Items.C = 3"
    ).expressions
    assert [[str(condition) for condition in group] for group in expression.where] == [
        ["Items.A = 1"],
        ["Items.B = 2", "Items.C = 3"],
    ]


def test_keywords_may_be_names_of_fields() -> None:
    text = "INCLUDE ItemID WHERE Items.IN IN (1) AND Items.AND = 2 IF CurrentUser.IF NOT IN (3)"
    assert str(parse_filter(text)) == text


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "expected INCLUDE or EXCLUDE; the text ends"),
        ("INCLUDE WHERE", 1, 9, "expected ItemID, UserID or ActionID; found WHERE"),
        ("INCLUDE ItemID WHERE", 1, 21, "expected a name; the text ends"),
        ("INCLUDE ItemID WHERE Items A", 1, 28, "expected .; found A"),
        ('INCLUDE ItemID WHERE Items.A IN "x"', 1, 33, 'found "x"'),
        ('INCLUDE ItemID WHERE Items.A IN ("x)', 1, 34, "the quote is not closed"),
        ("INCLUDE ItemID WHERE Items.A IN (\u201cx\u201d)", 1, 34, "is no quote here"),
        ("INCLUDE ItemID WHERE Items.A == 1", 1, 31, "expected a name, or a placeholder"),
        ("INCLUDE ItemID WHERE (Items.A = 1)", 1, 22, "expected a name; found ("),
        ("INCLUDE ItemID WHERE\n  Items.A = 1\n  Items.B = 2", 3, 3, "expected AND, or OR"),
        ("INCLUDE ItemID WHERE Items.A = 1 |", 1, 35, "expected INCLUDE or EXCLUDE"),
        (
            "INCLUDE ItemID WHERE Items.A = 1 IF CurrentUser.B = 1 OR CurrentUser.C = 1",
            1,
            55,
            "found OR",
        ),
    ],
)
def test_a_message_points_at_what_cannot_be_read(
    text: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(InvalidInputException) as caught:
        parse_filter(text)
    said, shown, caret = str(caught.value).split("\n")
    assert said.startswith(
        f"Could not create filter. Invalid Expression: line {line}, column {column}: "
    )
    assert words in said
    assert shown == text.split("\n")[line - 1]
    assert len(caret) == column


@given(st.data(), filters)
def test_a_sign_that_has_no_place_is_pointed_at(data: st.DataObject, parts: Sequence[Part]) -> None:
    text = plain_text(parts).replace("\n", " ")
    spaces = [at for at, sign in enumerate(text) if sign == " " and text[:at].count('"') % 2 == 0]
    at = data.draw(st.sampled_from(spaces))
    broken = f"{text[:at]} ~{text[at:]}"
    with pytest.raises(InvalidInputException, match=rf"column {at + 2}: .*found ~"):
        parse_filter(broken)


_PIECES = (
    *("INCLUDE", "exclude", "ItemID", "WHERE", "Items.A", "Items", ".", "NOT", "IN", "AND", "OR"),
    *("IF", "CurrentUser.A", "CurrentItem.A", "(", ")", ",", "|", "<=", "=", "$p", "$", "7", "-"),
    *('"a"', "'b'", '"', "'", "\\", "\n", "\0", "\u201c", "\U0001f984"),
)


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map(" ".join)))
def test_anything_else_is_refused_and_never_fails(text: str) -> None:
    try:
        parsed = parse_filter(text)
    except InvalidInputException as refused:
        assert str(refused).startswith("Could not create filter. Invalid Expression: line ")  # noqa: PT017
    else:
        assert str(parse_filter(str(parsed))) == str(parsed)


def test_a_long_line_is_shown_around_the_place() -> None:
    text = " AND ".join(["INCLUDE ItemID WHERE Items.A = 1", *["Items.A = 1"] * 30, "Items.A ~ 1"])
    with pytest.raises(InvalidInputException) as caught:
        parse_filter(text)
    _, shown, caret = str(caught.value).split("\n")
    assert len(shown) < 130
    assert shown[len(caret) - 1] == "~"
