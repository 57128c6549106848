import json
from typing import Any

import pytest

from aisle.data.schema import DatasetSchema, Field, parse_schema
from aisle.records.errors import InvalidInputException

USER = {"name": "USER_ID", "type": "string"}
ITEM = {"name": "ITEM_ID", "type": "string"}
TIME = {"name": "TIMESTAMP", "type": "long"}
EVENT = {"name": "EVENT_TYPE", "type": "string"}
CREATED = {"name": "CREATION_TIMESTAMP", "type": "long"}
GENRES = {"name": "GENRES", "type": ["null", "string"], "categorical": True}


def avro(name: str, *fields: Any, **changes: Any) -> str:
    document = {
        "type": "record",
        "name": name,
        "namespace": "com.amazonaws.personalize.schema",
        "fields": fields,
        "version": "1.0",
    }
    return json.dumps(document | changes)


def refusal(text: str, domain: str | None = None) -> str:
    with pytest.raises(InvalidInputException) as caught:
        parse_schema(text, domain)
    return str(caught.value)


def test_reads_types_unions_in_either_order_and_flags() -> None:
    title = {"name": "TITLE", "type": ["string", "null"], "textual": True, "itemName": True}
    price = {"name": "PRICE", "type": ["float"]}
    assert parse_schema(avro("Items", ITEM, GENRES, title, price), None) == DatasetSchema(
        "Items",
        (
            Field("ITEM_ID", "string"),
            Field("GENRES", "string", nullable=True, categorical=True),
            Field("TITLE", "string", nullable=True, textual=True, item_name=True),
            Field("PRICE", "float"),
        ),
    )


@pytest.mark.parametrize(
    ("name", "fields", "dataset_type"),
    [
        ("Interactions", (USER, ITEM, TIME), "INTERACTIONS"),
        ("Items", (ITEM, GENRES), "ITEMS"),
        ("Users", (USER, {"name": "AGE", "type": "int"}), "USERS"),
        ("Actions", ({"name": "ACTION_ID", "type": "string"}, GENRES), "ACTIONS"),
        (
            "ActionInteractions",
            (USER, {"name": "ACTION_ID", "type": "string"}, EVENT, TIME),
            "ACTION_INTERACTIONS",
        ),
    ],
)
def test_the_name_says_the_dataset_type(
    name: str, fields: tuple[Any, ...], dataset_type: str
) -> None:
    assert parse_schema(avro(name, *fields), None).dataset_type == dataset_type


def test_reserved_fields_may_be_null() -> None:
    fields = [
        {"name": "EVENT_TYPE", "type": ["null", "string"]},
        {"name": "EVENT_VALUE", "type": ["float", "null"]},
        {"name": "IMPRESSION", "type": ["string", "null"]},
        {"name": "RECOMMENDATION_ID", "type": ["string", "null"]},
        {"name": "EVENT_ATTRIBUTION_SOURCE", "type": ["string", "null"]},
    ]
    schema = parse_schema(avro("Interactions", USER, ITEM, TIME, *fields), None)
    assert [field.nullable for field in schema.fields] == [False] * 3 + [True] * 5


def test_the_default_domain_schemas_are_accepted() -> None:
    shop = [
        ITEM,
        {"name": "PRICE", "type": "float"},
        {"name": "CATEGORY_L1", "type": ["string"], "categorical": True},
        {"name": "CATEGORY_L2", "type": ["string", "null"], "categorical": True},
        {"name": "PRODUCT_DESCRIPTION", "type": ["string", "null"], "textual": True},
    ]
    film = [ITEM, GENRES, CREATED]
    viewer = [USER, {"name": "SUBSCRIPTION_MODEL", "type": "string", "categorical": True}]
    assert len(parse_schema(avro("Items", *shop), "ECOMMERCE").fields) == 5
    assert len(parse_schema(avro("Items", *film), "VIDEO_ON_DEMAND").fields) == 3
    assert len(parse_schema(avro("Users", *viewer), "VIDEO_ON_DEMAND").fields) == 2


@pytest.mark.parametrize("text", ["", "{", "[" * 20_000, '{"type": record}'])
def test_text_that_is_not_json_is_refused(text: str) -> None:
    assert refusal(text).startswith("Schema is not valid JSON: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "Schema must be a JSON object; found []."),
        (avro("Items", ITEM, type="enum"), 'Schema type must be record; found "enum".'),
        (
            avro("Items", ITEM, namespace="com.example"),
            'Schema namespace must be com.amazonaws.personalize.schema; found "com.example".',
        ),
        (
            avro("Films", ITEM),
            (
                "Schema name must be one of Interactions, Items, Users, Actions, "
                'ActionInteractions; found "Films".'
            ),
        ),
        (avro("Items"), "Schema fields must be a list of at least one field; found []."),
        (avro("Items", "ITEM_ID"), 'Schema field must be a JSON object; found "ITEM_ID".'),
        (
            avro("Items", {"name": "2ND", "type": "int"}),
            (
                "Schema field name must be letters, digits and underscores and not begin with a "
                'digit; found "2ND".'
            ),
        ),
    ],
)
def test_a_malformed_record_is_refused(text: str, message: str) -> None:
    assert refusal(text) == message


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ("bytes", '"bytes"'),
        (None, "null"),
        ({"type": "array", "items": "string"}, '{"type": "array", "items": "string"}'),
        (["null", "bytes"], '"bytes"'),
    ],
)
def test_an_unknown_type_is_refused(declared: Any, found: str) -> None:
    assert refusal(avro("Items", ITEM, {"name": "X", "type": declared})) == (
        "Field X must have a type of float, double, int, long, string, boolean or a union of one "
        f"with null; found {found}. Nested, array and map types are not supported."
    )


@pytest.mark.parametrize("declared", [["null"], ["int", "long"], [], ["int", "int"], "null"])
def test_a_union_must_have_one_type(declared: Any) -> None:
    assert refusal(avro("Items", ITEM, {"name": "X", "type": declared})) == (
        f"Field X must have one type, alone or in a union with null; found {json.dumps(declared)}."
    )


@pytest.mark.parametrize(
    ("name", "fields", "domain", "message"),
    [
        (
            "Interactions",
            (ITEM,),
            None,
            "Schema for INTERACTIONS datasets is missing required fields: USER_ID, TIMESTAMP.",
        ),
        (
            "Items",
            (ITEM, GENRES),
            "ECOMMERCE",
            (
                "Schema for ITEMS datasets in domain ECOMMERCE is missing required fields: "
                "PRICE, CATEGORY_L1."
            ),
        ),
        (
            "Items",
            (ITEM, {"name": "X", "type": "int"}),
            "VIDEO_ON_DEMAND",
            (
                "Schema for ITEMS datasets in domain VIDEO_ON_DEMAND is missing required fields: "
                "CREATION_TIMESTAMP, GENRES."
            ),
        ),
        (
            "Interactions",
            (USER, ITEM, TIME),
            "ECOMMERCE",
            (
                "Schema for INTERACTIONS datasets in domain ECOMMERCE is missing required fields: "
                "EVENT_TYPE."
            ),
        ),
        (
            "Interactions",
            (USER, ITEM, {"name": "TIMESTAMP", "type": "string"}),
            None,
            "Field TIMESTAMP must have type long; found string.",
        ),
        (
            "Interactions",
            (USER, ITEM, TIME, {"name": "EVENT_VALUE", "type": "string"}),
            None,
            "Field EVENT_VALUE must have type float; found string.",
        ),
        (
            "Interactions",
            ({"name": "USER_ID", "type": ["null", "string"]}, ITEM, TIME),
            None,
            "Field USER_ID is required and cannot be null.",
        ),
        (
            "Interactions",
            (USER, ITEM, TIME, {**EVENT, "categorical": True}),
            None,
            "Field EVENT_TYPE cannot be categorical or textual.",
        ),
        (
            "Items",
            (ITEM, {"name": "GENRES", "type": "string"}, CREATED),
            "VIDEO_ON_DEMAND",
            "Field GENRES must have categorical set to true.",
        ),
        (
            "Items",
            (ITEM, {"name": "GENRES_L1", "type": "int"}, {"name": "genresL1", "type": "int"}),
            None,
            (
                "Field GENRES_L1: names must differ in more than case and underscores; "
                "found GENRES_L1, genresL1."
            ),
        ),
        (
            "Items",
            (ITEM, {"name": "X", "type": "int", "categorical": True}),
            None,
            "Field X: categorical needs type string; found int.",
        ),
        (
            "Items",
            (ITEM, {"name": "X", "type": "string", "textual": "yes"}),
            None,
            'Field X: textual must be true or false; found "yes".',
        ),
        (
            "Users",
            (USER, {"name": "BIO", "type": "string", "textual": True}),
            None,
            "Field BIO: textual is for ITEMS datasets only; found USERS.",
        ),
        (
            "Items",
            (ITEM, *({"name": name, "type": "string", "textual": True} for name in "AB")),
            None,
            "Field B: at most one field can be textual; found A, B.",
        ),
        (
            "Items",
            (ITEM, {"name": "A", "type": "string", "textual": True, "categorical": True}),
            None,
            "Field A cannot be both categorical and textual.",
        ),
        (
            "Items",
            (ITEM, CREATED),
            None,
            "Schema for ITEMS datasets must have at least one metadata field.",
        ),
        (
            "Users",
            (USER,),
            None,
            "Schema for USERS datasets must have at least one metadata field.",
        ),
        (
            "Interactions",
            (USER, ITEM, TIME, EVENT, *({"name": f"X{n}", "type": "int"} for n in range(6))),
            None,
            "Schema for INTERACTIONS datasets can have at most 5 metadata fields; found 6.",
        ),
        (
            "Actions",
            ({"name": "ACTION_ID", "type": "string"}, GENRES),
            "ECOMMERCE",
            "Domain ECOMMERCE does not support ACTIONS datasets.",
        ),
        (
            "Items",
            (ITEM, GENRES),
            "GROCERY",
            "Domain must be one of ECOMMERCE, VIDEO_ON_DEMAND; found GROCERY.",
        ),
    ],
)
def test_a_broken_rule_is_named(
    name: str, fields: tuple[Any, ...], domain: str | None, message: str
) -> None:
    assert refusal(avro(name, *fields), domain) == message


def test_a_long_value_is_cut_in_the_message() -> None:
    assert len(refusal(avro("Items", {"name": "x" * 5000 + "!", "type": "int"}))) < 300
