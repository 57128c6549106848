"""Filters held to the schemas of their group."""

import pytest

from aisle.data.schema import DatasetSchema, Field
from aisle.filters.checking import check_filter, fields_of
from aisle.filters.parsing import parse_filter
from aisle.records.errors import InvalidInputException

SCHEMAS = {
    "INTERACTIONS": DatasetSchema(
        "Interactions",
        (
            Field("USER_ID", "string"),
            Field("ITEM_ID", "string"),
            Field("EVENT_TYPE", "string"),
            Field("DEVICE", "string"),
            Field("TIMESTAMP", "long"),
        ),
    ),
    "ITEMS": DatasetSchema(
        "Items",
        (
            Field("ITEM_ID", "string"),
            Field("CATEGORY_L1", "string", categorical=True),
            Field("COLOUR", "string"),
            Field("PRICE", "float", nullable=True),
            Field("DESCRIPTION", "string", textual=True),
            Field("ADULT", "boolean"),
        ),
    ),
    "USERS": DatasetSchema(
        "Users", (Field("USER_ID", "string"), Field("AGE", "int"), Field("GENDER", "string"))
    ),
    "ACTIONS": DatasetSchema(
        "Actions",
        (
            Field("ACTION_ID", "string"),
            Field("VALUE", "long"),
            Field("REPEAT_FREQUENCY", "long"),
            Field("ACTION_EXPIRATION_TIMESTAMP", "long"),
        ),
    ),
    "ACTION_INTERACTIONS": DatasetSchema(
        "ActionInteractions",
        (Field("USER_ID", "string"), Field("ACTION_ID", "string"), Field("EVENT_TYPE", "string")),
    ),
}


def check(text: str) -> None:
    check_filter(text, parse_filter(text), SCHEMAS)


@pytest.mark.parametrize(
    "text",
    [
        'INCLUDE ItemID WHERE items.categoryl1 IN ("a", "b")',
        "INCLUDE ItemID WHERE Items.PRICE < CurrentItem.price OR Items.COLOUR = CurrentItem.COLOUR",
        'EXCLUDE itemid WHERE interactions.eventtype NOT IN ("*", "View")',
        'INCLUDE ItemID WHERE Items.ITEM_ID IN ("a") IF CurrentUser.GENDER = "F"',
        (
            'EXCLUDE UserID WHERE Users.AGE IN (18, "19") | EXCLUDE UserID WHERE '
            "Interactions.EVENT_TYPE = $KIND"
        ),
        (
            'EXCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ("NOT_TAKEN") | '
            "INCLUDE ActionID WHERE Action.VALUE > ($VALUE) IF CurrentUser.AGE >= $AGE"
        ),
    ],
)
def test_what_the_service_takes_is_taken(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ('INCLUDE ItemID WHERE Goods.A IN ("a")', 22, "Goods is no dataset"),
        ('INCLUDE ItemID WHERE Items.SIZE IN ("a")', 22, "no field SIZE"),
        ("INCLUDE ItemID WHERE Users.AGE > 1", 22, "ItemID are on Items or Interactions"),
        ('INCLUDE UserID WHERE Items.COLOUR IN ("a")', 22, "UserID are on Users or Interactions"),
        ("INCLUDE ItemID WHERE CurrentUser.AGE > 1", 22, "found CurrentUser"),
        ("INCLUDE ItemID WHERE Items.COLOUR < 1", 22, "COLOUR is text"),
        ('INCLUDE ItemID WHERE Items.COLOUR IN ("a", 7)', 44, 'in quotes: "7"'),
        ('INCLUDE ItemID WHERE Items.PRICE = "cheap"', 36, "holds numbers"),
        ('INCLUDE ItemID WHERE Items.COLOUR IN ("*")', 39, "all event types"),
        ('INCLUDE ItemID WHERE Items.DESCRIPTION IN ("a")', 22, "unstructured text"),
        ('INCLUDE ItemID WHERE Items.ADULT IN ("true")', 22, "boolean"),
        ('INCLUDE ItemID WHERE Interactions.DEVICE IN ("a")', 22, "only the event type"),
        ('INCLUDE ItemID WHERE Interactions.EVENT_TYPE < "a"', 22, "is text"),
        ("INCLUDE ItemID WHERE Items.PRICE < CurrentItem.COLOUR", 36, "cannot be compared"),
        ("INCLUDE ItemID WHERE Items.PRICE < CurrentItem.COST", 36, "no field COST"),
        ("INCLUDE ItemID WHERE Items.PRICE < CurrentUser.AGE", 36, "found CurrentUser.AGE"),
        ("INCLUDE UserID WHERE Users.AGE < CurrentItem.PRICE", 34, "only Items compare"),
        ("INCLUDE ActionID WHERE Actions.REPEAT_FREQUENCY > 1", 24, "by itself"),
        ("INCLUDE ActionID WHERE Actions.ActionExpirationTimestamp > 1", 24, "by itself"),
        ("INCLUDE ItemID WHERE Items.PRICE > 1 IF Users.AGE > 1", 41, "IF are on CurrentUser"),
        ("INCLUDE ItemID WHERE Items.PRICE > 1 IF CurrentUser.SIZE > 1", 41, "no field SIZE"),
        ("INCLUDE UserID WHERE Users.AGE > 1 IF CurrentUser.AGE > 1", 39, "found UserID"),
        (
            "INCLUDE ItemID WHERE Items.PRICE > 1 IF CurrentUser.AGE > CurrentItem.PRICE",
            59,
            "with values only",
        ),
        (
            'INCLUDE ItemID WHERE Items.PRICE > 1 AND Interactions.EVENT_TYPE IN ("a")',
            42,
            "join two expressions with |",
        ),
        (
            "INCLUDE ItemID WHERE Items.PRICE > 1 | EXCLUDE UserID WHERE Users.AGE > 1",
            40,
            "cannot choose among UserID",
        ),
    ],
)
def test_what_breaks_a_rule_is_pointed_at(text: str, column: int, words: str) -> None:
    with pytest.raises(InvalidInputException) as caught:
        check(text)
    assert f"column {column}: " in str(caught.value)
    assert words in str(caught.value)


def test_a_placeholder_with_not_in_is_refused_in_the_services_words() -> None:
    with pytest.raises(InvalidInputException) as caught:
        check('INCLUDE ItemID WHERE Items.COLOUR NOT IN ("red", $COLOUR)')
    assert str(caught.value) == (
        "Could not create filter. Invalid input symbol: $COLOUR. "
        "Placeholders are not allowed with NOT_IN operator."
    )


def test_an_unknown_field_is_answered_with_those_there_are() -> None:
    with pytest.raises(InvalidInputException, match="ITEM_ID, CATEGORY_L1, COLOUR, PRICE\\."):
        check('INCLUDE ItemID WHERE Items.SIZE IN ("a")')


def test_a_dataset_that_is_not_there_is_named() -> None:
    text = "EXCLUDE ItemID WHERE Items.PRICE > 1 IF CurrentUser.AGE > 1"
    only_items = {"ITEMS": SCHEMAS["ITEMS"]}
    with pytest.raises(InvalidInputException, match=r"no Users dataset for CurrentUser\.AGE"):
        check_filter(text, parse_filter(text), only_items)


def test_fields_are_counted_once_in_any_spelling() -> None:
    parsed = parse_filter(
        "INCLUDE ItemID WHERE Items.PRICE > 1 AND items.Price < CurrentItem.PRICE "
        "IF CurrentUser.AGE > 1 | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE = $KIND"
    )
    assert fields_of(parsed) == {
        ("ITEMS", "PRICE"),
        ("USERS", "AGE"),
        ("INTERACTIONS", "EVENTTYPE"),
    }
