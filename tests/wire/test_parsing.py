import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from botocore import xform_name
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aisle.records.errors import InvalidInputException, ServiceError
from aisle.wire.errors import SerializationException, ValidationException
from aisle.wire.models import error_statuses, input_shape, operations
from aisle.wire.parsing import request_parser
from shapes import PATTERNED, breakages, documents, smallest

NAMES = sorted(operations())


@cache
def parser(operation: str) -> Callable[[bytes], dict[str, Any]]:
    return request_parser(operations()[operation])


def parse(operation: str, document: object) -> dict[str, Any]:
    return parser(operation)(json.dumps(document).encode())


def refusal(operation: str, document: object) -> str:
    with pytest.raises(InvalidInputException) as caught:
        parse(operation, document)
    return str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_constraint_is_refused_under_its_path(name: str) -> None:
    operation = operations()[name]
    whole = smallest(input_shape(operation), whole=True)
    assert parse(name, whole)
    refusals = {True: InvalidInputException, False: ValidationException}
    expected = refusals["InvalidInputException" in error_statuses(operation)]
    for change, path, phrase in breakages(input_shape(operation)):
        with pytest.raises(expected) as caught:
            parse(name, change(whole))
        violations = str(caught.value).partition(" detected: ")[2].split("; ")
        wanted = f"at '{path}' failed to satisfy constraint: {phrase}"
        assert [text for text in violations if wanted in text], (wanted, violations)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_what_the_model_admits_is_accepted_unchanged(data: st.DataObject, name: str) -> None:
    shape = input_shape(operations()[name])
    document = data.draw(documents(shape))
    assert not ParamValidator().validate(document, shape).has_errors()
    expected = {xform_name(member): value for member, value in document.items()}
    assert parse(name, document) == expected


@settings(max_examples=100, deadline=None)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_what_botocore_refuses_is_refused(data: st.DataObject, name: str) -> None:
    shape = input_shape(operations()[name])
    scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.just(0.5) | st.sampled_from("ab")
    values = st.recursive(
        scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner)
    )
    document = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(shape.members, values)))
    refused = ParamValidator().validate(_without_nulls(document), shape).has_errors()
    try:
        parse(name, document)
    except ServiceError:
        return
    assert not refused


def _without_nulls(value: Any) -> Any:
    """Null members stand for absent ones on the wire, but not in boto3's arguments."""
    if isinstance(value, dict):
        return {key: _without_nulls(entry) for key, entry in value.items() if entry is not None}
    return [_without_nulls(entry) for entry in value] if isinstance(value, list) else value


def test_violations_are_collected_in_one_message() -> None:
    message = refusal("CreateSolution", {"name": "x" * 64})
    assert message == (
        "2 validation errors detected: "
        f"Value '{'x' * 64}' at 'name' failed to satisfy constraint: "
        "Member must have length less than or equal to 63; "
        "Value null at 'datasetGroupArn' failed to satisfy constraint: Member must not be null"
    )


def test_a_single_violation_is_an_error_in_the_singular() -> None:
    assert refusal("DescribeSchema", {}).startswith("1 validation error detected: Value null at ")


def test_a_long_value_is_cut() -> None:
    message = refusal("CreateSchema", {"name": "films", "schema": "x" * 30_000})
    assert f"'{'x' * 200}...' at 'schema'" in message


@pytest.mark.parametrize(
    ("operation", "document"),
    [
        ("GetRecommendations", {"context": {"MOOD": "secret" * 200}}),
        ("PutEvents", {"userId": "secret" * 100}),
        ("PutItems", {"items": [{"itemId": "secret", "properties": "{}"}] * 11}),
        ("PutEvents", {"sessionId": "1", "eventList": [{"eventType": "secret" * 100}]}),
    ],
)
def test_a_sensitive_value_is_not_shown(operation: str, document: dict[str, Any]) -> None:
    message = refusal(operation, document)
    assert "'***' at '" in message
    assert "secret" not in message


def test_keys_of_a_map_have_constraints_too() -> None:
    arn = PATTERNED["Arn"]
    message = refusal("GetRecommendations", {"campaignArn": arn, "filterValues": {"a-b": "1"}})
    assert (
        "Value 'a-b' at 'filterValues' failed to satisfy constraint: "
        "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: "
    ) in message


def test_null_in_a_list_is_refused() -> None:
    message = refusal("GetPersonalizedRanking", {"userId": "1", "inputList": ["a", None]})
    assert "Value null at 'inputList.2.member' failed" in message


def test_null_members_count_as_absent() -> None:
    assert parse("ListSolutions", {"maxResults": None}) == {}


def test_unknown_members_are_ignored() -> None:
    assert parse("ListSolutions", {"colour": "red", "maxResults": 3}) == {"max_results": 3}


def test_a_whole_number_may_be_written_as_a_float() -> None:
    assert repr(parse("ListSolutions", {"maxResults": 25.0})) == "{'max_results': 25}"


def test_abbreviations_become_the_snake_case_of_boto3() -> None:
    document = {"name": "films", "performHPO": True, "performAutoML": False}
    parsed = parse("CreateSolution", document | {"datasetGroupArn": PATTERNED["Arn"]})
    assert parsed.keys() == {"name", "perform_hpo", "perform_auto_ml", "dataset_group_arn"}


@pytest.mark.parametrize(
    ("sent_at", "seconds"),
    [
        (1_700_000_000, 1_700_000_000.0),
        (1_700_000_000.5, 1_700_000_000.5),
        (1_700_000_000_500, 1_700_000_000.5),
        ("2023-11-14T22:13:20Z", 1_700_000_000.0),
        ("2023-11-14T23:13:20.5+01:00", 1_700_000_000.5),
        ("2023-11-14T22:13:20", 1_700_000_000.0),
    ],
)
def test_times_become_epoch_seconds(sent_at: object, seconds: float) -> None:
    event = {"eventType": "View", "sentAt": sent_at}
    document = {"trackingId": "t", "sessionId": "s", "eventList": [event]}
    assert parse("PutEvents", document)["event_list"][0]["sentAt"] == seconds


@pytest.mark.parametrize(
    ("operation", "document", "message"),
    [
        (
            "ListSolutions",
            {"maxResults": "3"},
            "STRING_VALUE can not be converted to an Integer at 'maxResults'",
        ),
        (
            "ListSolutions",
            {"maxResults": 2**31},
            "NUMBER_VALUE can not be converted to an Integer at 'maxResults'",
        ),
        (
            "ListSolutions",
            {"maxResults": True},
            "TRUE_VALUE can not be converted to an Integer at 'maxResults'",
        ),
        (
            "DescribeSchema",
            {"schemaArn": 5},
            "NUMBER_VALUE can not be converted to a String at 'schemaArn'",
        ),
        (
            "CreateSolution",
            {"performHPO": 0.5},
            "DECIMAL_VALUE can not be converted to a Boolean at 'performHPO'",
        ),
        (
            "PutEvents",
            {"eventList": [{"sentAt": True}]},
            "TRUE_VALUE can not be converted to a Timestamp at 'eventList.1.member.sentAt'",
        ),
        ("GetPersonalizedRanking", {"inputList": "1"}, "Expected list or null at 'inputList'"),
        ("GetRecommendations", {"context": "1"}, "Expected map or null at 'context'"),
        ("ListSolutions", [], "Expected structure or null"),
        (
            "DescribeSchema",
            {"schemaArn": {}},
            "Start of structure or map found where not expected at 'schemaArn'",
        ),
    ],
)
def test_a_wrong_json_type_is_a_serialization_error(
    operation: str, document: object, message: str
) -> None:
    with pytest.raises(SerializationException) as caught:
        parse(operation, document)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"maxResults": NaN}',
        b'{"nextToken": "\xff"}',
        b'{"nextToken": "\\ud800"}',
        b'{"maxResults": 1e400}',
        b"[" * 100_000,
        b'{"maxResults": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_is_not_json_is_a_serialization_error(body: bytes) -> None:
    with pytest.raises(SerializationException):
        parser("ListSolutions")(body)


def test_an_empty_body_is_an_empty_document() -> None:
    assert parser("ListSolutions")(b"") == {}


def test_a_nul_character_is_refused_with_its_member() -> None:
    with pytest.raises(SerializationException, match="NUL characters at 'userId'"):
        parse("GetRecommendations", {"userId": "a\0b"})
